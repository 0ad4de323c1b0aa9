import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Notifications } from '../../../platform/database/notifications.js';
import { newId } from '../../../platform/ids/ids.js';
import { Log } from '../../../platform/logging/logger.js';
import type { LedgerEntry } from '../store/ledger-entry.js';
import { LedgerReaders } from '../store/ledger-readers.js';
import { CallLog } from './call-log.js';
import type { CallRecord } from './call-record.js';
import { CALL_LOG_CHANNEL, type FeedMessage, parseFeedMessage, writeFeedMessages } from './feed-message.js';
import { PendingCalls } from './pending-calls.js';

/** A client that follows the calls of one customer live. */
export interface CallWatcher {
  /** Calls in the ledger, oldest first; `skipped` more were too many to show. */
  show(calls: readonly CallRecord[], skipped: number): void;
  /** Messages may have been missed: read the ledger from the last call that was shown. */
  catchUp(): void;
  /** The process ends. */
  end(): void;
}

/** How long calls gather before they are read and shown, in milliseconds. */
const GATHER_MS = 100;
/** How often this process announces what is watched here, and how long an announcement stays valid. */
const ANNOUNCE_MS = 10_000;
const BELIEVED_MS = 25_000;

/**
 * New calls for watching clients, in every process. The ledger is authoritative: ids of calls committed for a watched
 * customer arrive in memory from this process, and by `NOTIFY` from others, to which watched customers are announced.
 * They are read from the ledger in one query per `GATHER_MS`. Without watchers, none of this runs.
 */
@Injectable()
export class CallFeed implements BeforeApplicationShutdown, OnModuleInit {
  private readonly self = newId();
  private readonly watchers = new Map<string, Set<CallWatcher>>();
  /** Customers that other processes watch, and when each announcement expires, in milliseconds since the epoch. */
  private readonly elsewhere = new Map<string, number>();
  private readonly pending = new PendingCalls();
  private readonly log: Log;
  private unfollow: (() => void) | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private announcing: NodeJS.Timeout | undefined;
  private reading = false;
  private stopped = false;

  constructor(
    private readonly readers: LedgerReaders,
    private readonly calls: CallLog,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    log: Log,
  ) {
    this.log = log.named('call-feed');
  }

  onModuleInit(): void {
    this.notifications.listen(CALL_LOG_CHANNEL, {
      onPayload: (payload) => this.hear(parseFeedMessage(payload)),
      onGap: () => {
        for (const watchers of this.watchers.values()) for (const watcher of watchers) watcher.catchUp();
      },
    });
  }

  /** Whether the process is shutting down: new watchers are refused. */
  get ended(): boolean {
    return this.stopped;
  }

  /** @returns a function that ends it. */
  watch(customerId: string, watcher: CallWatcher): () => void {
    const others = this.watchers.get(customerId);
    if (others) others.add(watcher);
    else {
      this.watchers.set(customerId, new Set([watcher]));
      void this.notify({ from: this.self, watched: [customerId] });
    }
    this.follow();
    return () => this.leave(customerId, watcher);
  }

  /** Before the HTTP server closes, which waits for answers in progress: these would never end. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
    for (const watchers of this.watchers.values()) for (const watcher of watchers) watcher.end();
    this.watchers.clear();
    this.elsewhere.clear();
    this.follow();
  }

  private leave(customerId: string, watcher: CallWatcher): void {
    const watchers = this.watchers.get(customerId);
    if (!watchers?.delete(watcher) || watchers.size > 0) return;
    this.watchers.delete(customerId);
    this.pending.forget(customerId);
    this.follow();
  }

  /** Follows the ledger and announces watched customers as long as there are watchers. */
  private follow(): void {
    const needed = this.watchers.size > 0 || this.elsewhere.size > 0;
    if (needed) {
      this.unfollow ??= this.readers.follow((entries) => this.note(entries));
      this.announcing ??= setInterval(() => this.announce(), ANNOUNCE_MS).unref();
      return;
    }
    this.unfollow?.();
    this.unfollow = undefined;
    clearInterval(this.announcing);
    this.announcing = undefined;
  }

  private announce(): void {
    const now = this.clock.ms();
    for (const [customerId, until] of this.elsewhere) if (until <= now) this.elsewhere.delete(customerId);
    if (this.watchers.size > 0) void this.notify({ from: this.self, watched: [...this.watchers.keys()] });
    this.follow();
  }

  /** Entries that this process has just committed. */
  private note(entries: readonly LedgerEntry[]): void {
    for (const { call } of entries)
      if (this.watchers.has(call.customerId) || this.elsewhere.has(call.customerId))
        this.pending.add(call.customerId, call.id);
    this.gather();
  }

  private hear(message: FeedMessage | undefined): void {
    if (!message || message.from === this.self || this.stopped) return;
    const until = this.clock.ms() + BELIEVED_MS;
    for (const customerId of message.watched ?? []) this.elsewhere.set(customerId, until);
    if (message.watched) this.follow();
    const { committed } = message;
    if (!committed || !this.watchers.has(committed.customerId)) return;
    for (const id of committed.ids) this.pending.addFromElsewhere(committed.customerId, id);
    this.pending.skip(committed.customerId, committed.skipped);
    this.gather();
  }

  private gather(): void {
    if (this.pending.isEmpty || this.reading) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.spread().catch((error: unknown) => this.log.error('New calls could not be shown.', {}, error));
    }, GATHER_MS).unref();
  }

  /** Reads the pending calls, shows them here and notifies other processes. */
  private async spread(): Promise<void> {
    const batches = this.pending.take();
    this.reading = true;
    try {
      for (const [customerId, { own, skipped }] of batches)
        if (this.elsewhere.has(customerId) && own.length > 0)
          void this.notify({ from: this.self, committed: { customerId, ids: own, skipped } });
      const here = [...batches].filter(([customerId]) => this.watchers.has(customerId));
      const found = await this.read(here.flatMap(([, { own, others }]) => [...own, ...others]));
      for (const [customerId, batch] of here) {
        const calls = found?.filter((call) => call.customerId === customerId) ?? [];
        const skipped = batch.skipped + (found ? 0 : batch.own.length + batch.others.length);
        for (const watcher of this.watchers.get(customerId) ?? []) watcher.show(calls, skipped);
      }
    } finally {
      this.reading = false;
      this.gather();
    }
  }

  /** @returns `undefined` when the database is unavailable: the watchers are notified that calls were skipped. */
  private async read(ids: readonly string[]): Promise<CallRecord[] | undefined> {
    try {
      return await this.calls.byIds(ids);
    } catch (error) {
      this.log.debug('New calls could not be read for those who watch them.', { error: nameOf(error) });
      return undefined;
    }
  }

  /** If it fails, other processes miss the message and find the calls in the ledger. */
  private async notify(message: FeedMessage): Promise<void> {
    try {
      for (const payload of writeFeedMessages(message))
        await this.database.run((db) => Notifications.notify(db, CALL_LOG_CHANNEL, payload));
    } catch (error) {
      this.log.debug('Other processes could not be notified of watched calls.', { error: nameOf(error) });
    }
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
