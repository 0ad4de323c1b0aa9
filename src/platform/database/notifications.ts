import { Injectable } from '@nestjs/common';
import { sql as raw } from 'drizzle-orm';
import type pg from 'pg';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { abandon, type Database, type Sql } from './database.js';
import { keepNotice, type Notice } from './notices.js';

/** Said to listeners: a payload that arrived, or that some may have been missed and the state must be read again. */
export interface Listener {
  onPayload(payload: string): void;
  /** Called when the connection is back after it was lost, and twice a second while it is not. */
  onGap(): void;
}

const HEARTBEAT_MS = 5_000;
/** A connection that is silent for so long is taken for dead. */
const DEADLINE_MS = 3_000;
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
  private database: Database | undefined;
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

  /**
   * Sends `payload` to every process when the transaction of `sql` commits. This one hears it at once, whether its
   * connection for notifications is there or not, and again by that.
   */
  static async notify(sql: Sql, channel: string, payload: string): Promise<void> {
    await sql.execute(raw`select pg_notify(${channel}, ${payload})`);
    keepNotice(sql, { channel, payload });
  }

  async start(database: Database): Promise<void> {
    this.database = database;
    database.hearOwn((notices) => notices.forEach((notice) => this.deliver(notice)));
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
    if (this.stopped || this.database === undefined) return;
    let client: pg.Client | undefined;
    try {
      client = await this.database.connect('notifications', DEADLINE_MS);
      await this.follow(client);
    } catch {
      if (client) abandon(client);
      this.retry();
    }
  }

  private async follow(client: pg.Client): Promise<void> {
    client.on('error', () => this.lost(client));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload = '' }) => this.deliver({ channel, payload }));
    for (const channel of this.listeners.keys()) await client.query(`listen ${channel}`);
    this.client = client;
    this.tellGap();
    this.schedule(HEARTBEAT_MS, () => this.heartbeat(client));
  }

  private deliver({ channel, payload }: Notice): void {
    for (const listener of this.listeners.get(channel) ?? []) listener.onPayload(payload);
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
