import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { abandon, type Database, type Sql } from './database.js';
import { keepNotice, type Notice } from './notices.js';
import { ownChannel, ownName, PREFIX, SCHEMA } from './schema.js';

/** Notified of a payload that arrived, or that some may have been missed and the state must be read again. */
export interface Listener {
  onPayload(payload: string): void;
  /** Called when the connection is back after it was lost, and twice a second while it is not. */
  onGap(): void;
}

/** How long a busy process may take to receive the test message, once it is sent. */
const HEARD_MS = 5_000;
const HEARTBEAT_MS = 5_000;
/** A connection that is silent for so long is considered dead. */
const DEADLINE_MS = 3_000;
/** This process must receive its own messages on this channel: behind a pooler without sessions it does not. */
const HEARING = 'farebox_hearing';
/** Twice a second, so that listeners are up to date within one. */
const GAP_MS = 500;

/**
 * PostgreSQL's LISTEN and NOTIFY: notifications from other processes within milliseconds. They are a hint, never the
 * truth: while the connection is lost, listeners are notified twice a second to read the state again.
 */
@Injectable()
export class Notifications implements OnModuleInit {
  private readonly listeners = new Map<string, Listener[]>();
  private readonly log: Log;
  private client: pg.Client | undefined;
  private database: Database | undefined;
  private timer: NodeJS.Timeout | undefined;
  private gaps: NodeJS.Timeout | undefined;
  private awaited: { word: string; heard: () => void } | undefined;
  private isDeaf = false;
  private stopped = false;

  constructor(
    private readonly shutdown: Shutdown,
    log: Log,
  ) {
    this.log = log.named('notifications');
  }

  onModuleInit(): void {
    this.shutdown.beforeDrain(() => this.stop());
  }

  /** Whether notifications arrive at the moment. */
  get connected(): boolean {
    return this.client !== undefined;
  }

  /** Whether a new connection receives nothing: a pooler in transaction mode is in between, and locks are lost as well. */
  get lacksSessions(): boolean {
    return this.isDeaf;
  }

  /** Must be called before `start`. Channel names are ours: lower-case letters and underscores. */
  listen(channel: string, listener: Listener): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  /**
   * Sends `payload` to every process when the transaction of `tx` commits. This process receives it at once, even
   * without its connection for notifications, and again through that connection.
   */
  static async notify(tx: Sql, channel: string, payload: string): Promise<void> {
    await tx.execute(sql`select pg_notify(concat(${sql.raw(PREFIX)}, ${channel}::text), ${payload})`);
    keepNotice(tx, { channel, payload });
  }

  async start(database: Database): Promise<void> {
    this.database = database;
    database.hearOwn((notices) => notices.forEach((notice) => this.deliver(notice)));
    await this.connect();
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.gaps);
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
    const names = new Map([HEARING, ...this.listeners.keys()].map((name) => [this.channelOf(name), name]));
    client.on('notification', ({ channel, payload = '' }) =>
      this.deliver({ channel: names.get(channel) ?? channel, payload }),
    );
    for (const channel of names.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    this.setDeaf((await this.hears()) === false);
    if (this.isDeaf) throw new Error('notifications are not heard');
    this.client = client;
    clearInterval(this.gaps);
    this.gaps = undefined;
    this.tellGap();
    this.schedule(HEARTBEAT_MS, () => this.heartbeat(client));
  }

  private channelOf(name: string): string {
    return ownChannel(name, this.database?.schema ?? SCHEMA);
  }

  /** Sends a test message by the other connections. @returns undefined when that takes too long, which proves nothing. */
  private async hears(): Promise<boolean | undefined> {
    const word = randomUUID();
    let isSaid = false;
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<boolean | undefined>((done) => {
      this.awaited = { word, heard: () => done(true) };
      timer = setTimeout(() => done(isSaid ? false : undefined), HEARD_MS);
      timer.unref();
    });
    const say = async (): Promise<void> => {
      await this.database?.pool.query(`select pg_notify(${ownName('$1')}, $2)`, [HEARING, word]);
      isSaid = true;
    };
    void say().catch(() => undefined);
    try {
      return await heard;
    } finally {
      clearTimeout(timer);
    }
  }

  private setDeaf(isDeaf: boolean): void {
    if (isDeaf && !this.isDeaf)
      this.log.error(
        'The pooler in front of PostgreSQL no longer keeps sessions: locks are lost. Set it to session mode, or set DATABASE_LISTEN_URL to the address of PostgreSQL itself. State is read twice a second meanwhile.',
      );
    this.isDeaf = isDeaf;
  }

  private deliver({ channel, payload }: Notice): void {
    if (channel === HEARING && payload === this.awaited?.word) this.awaited.heard();
    for (const listener of this.listeners.get(channel) ?? []) listener.onPayload(payload);
  }

  private async heartbeat(client: pg.Client): Promise<void> {
    try {
      await client.query('select 1');
      if ((await this.hears()) === false) throw new Error('notifications are not heard');
    } catch {
      client.end().catch(() => undefined);
      this.lost(client);
    }
    // It may still be lost right after its answer: there is one timer, which is then set to connect again.
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
    // On a timer of its own: connecting may take longer.
    this.gaps ??= setInterval(() => this.tellGap(), GAP_MS).unref();
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
