import { Injectable } from '@nestjs/common';
import { sql as raw } from 'drizzle-orm';
import pg from 'pg';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { connectionDefaults, type Database, type Sql } from './database.js';

/** Said to listeners: a payload that arrived, or that some may have been missed and the state must be read again. */
export interface Listener {
  onPayload(payload: string): void;
  /** Called when the connection is back after it was lost, and twice a second while it is not. */
  onGap(): void;
}

const HEARTBEAT_MS = 5_000;
/** Twice a second, so that whoever follows by it is up to date within one. */
const GAP_MS = 500;

/**
 * PostgreSQL's LISTEN and NOTIFY: news from other processes within milliseconds. News is a hint, never the truth:
 * while the connection is lost, listeners are told twice a second to read the state again.
 */
@Injectable()
export class Notifications {
  private readonly listeners = new Map<string, Listener[]>();
  private readonly log: Log;
  private client: pg.Client | undefined;
  private connectionString: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(shutdown: Shutdown, log: Log) {
    this.log = log.named('notifications');
    shutdown.beforeDrain(() => this.stop());
  }

  /** Whether news arrives at the moment. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /** Must be called before `start`. Channel names are ours: lower-case letters and underscores. */
  listen(channel: string, listener: Listener): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  /** Sends `payload` to every process when the transaction of `sql` commits. */
  static async notify(sql: Sql, channel: string, payload: string): Promise<void> {
    await sql.execute(raw`select pg_notify(${channel}, ${payload})`);
  }

  async start(database: Database): Promise<void> {
    this.connectionString = database.pool.options.connectionString;
    await this.connect();
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    if (this.stopped || this.connectionString === undefined) return;
    const client = new pg.Client({
      ...connectionDefaults(this.connectionString, 'farebox notifications'),
      query_timeout: 3_000,
    });
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.listeners.get(channel) ?? []) listener.onPayload(payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`listen ${channel}`);
      this.client = client;
      this.tellGap();
      this.schedule(HEARTBEAT_MS, () => this.heartbeat(client));
    } catch {
      client.end().catch(() => undefined);
      this.retry();
    }
  }

  private async heartbeat(client: pg.Client): Promise<void> {
    try {
      await client.query('select 1');
    } catch {
      client.end().catch(() => undefined);
      this.lost(client);
    }
    // It may be lost all the same, right behind its answer: there is one timer, and then it is set to connect again.
    if (this.client === client) this.schedule(HEARTBEAT_MS, () => this.heartbeat(client));
  }

  private lost(client: pg.Client): void {
    if (this.client !== client || this.stopped) return;
    this.client = undefined;
    this.log.warn(
      'The connection for notifications was lost; reading state twice a second until it is back.',
    );
    this.retry();
  }

  private retry(): void {
    this.tellGap();
    this.schedule(GAP_MS, () => this.connect());
  }

  private tellGap(): void {
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener.onGap();
  }

  private schedule(ms: number, work: () => Promise<void>): void {
    clearTimeout(this.timer);
    if (this.stopped) return;
    this.timer = setTimeout(() => void work(), ms);
    this.timer.unref();
  }
}
