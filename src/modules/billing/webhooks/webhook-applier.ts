import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import type { WorkQueue } from '../../../platform/jobs/work-queue.js';
import { WorkQueues } from '../../../platform/jobs/work-queues.js';
import { WorkTable } from '../../../platform/jobs/work-table.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { Topics } from '../../../platform/topics/topics.js';
import { ACCOUNT_OPENED } from '../../accounts/index.js';
import { lockCustomer } from '../customer-lock.js';
import { type StoredEvent, WebhookHandling } from './webhook-handling.js';
import type { WebhookState } from './webhook-events.js';
import { webhookEvents } from './webhook-events.tables.js';
import { APPLY_WEBHOOKS, WebhookInbox } from './webhook-inbox.js';

/** Each looks up one customer at the provider, and its invoices: as many as fit into the hour before drafts are final. */
const WORKERS = 8;
/** Events of one customer that are applied together: they all only cause a refresh. */
const BATCH = 100;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;
/** With the waiting times above: for about 20 minutes. */
const MAX_ATTEMPTS = 12;
/** Other customers of the same account at the provider stay unknown. */
const WAIT_FOR_ACCOUNT_MS = 24 * 3_600_000;

/** Applies the stored events. Any number of processes may; events of one customer are applied by one at a time. */
@Injectable()
export class WebhookApplier implements OnModuleInit {
  private readonly log: Log;
  private readonly applied;
  private queue!: WorkQueue;
  private readonly events: WorkTable<typeof webhookEvents>;

  constructor(
    private readonly database: Database,
    private readonly handlers: WebhookHandling,
    private readonly clock: Clock,
    private readonly inbox: WebhookInbox,
    private readonly topics: Topics,
    private readonly queues: WorkQueues,
    private readonly sweep: Sweep,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('webhooks');
    this.applied = metrics.counter('webhooks_applied_total', 'Stripe events by outcome.', ['state']);
    this.events = new WorkTable(database, clock, webhookEvents, {
      open: eq(webhookEvents.state, 'pending'),
      firstRetryMs: FIRST_RETRY_MS,
      lastRetryMs: LAST_RETRY_MS,
      tieBreak: webhookEvents.receivedAt,
    });
  }

  onModuleInit(): void {
    this.queue = this.queues.open({
      name: APPLY_WEBHOOKS,
      atOnce: WORKERS,
      takeOne: (found) => this.applyOne(found),
      nextAt: () => this.events.nextAt(),
      failed: (error) => this.log.warn('Applying webhook events failed and will be tried again.', {}, error),
    });
    this.inbox.onStored(() => this.queue.wake());
    this.sweep.register('billing.waiting-webhooks', () => this.giveUpWaiting());
    this.topics.subscribe(ACCOUNT_OPENED, 'billing.webhooks', ({ customerId }) =>
      this.inbox.release(customerId),
    );
  }

  /** Applies everything that is due, and resolves when it is done. */
  async applyDue(): Promise<void> {
    this.queue.wake();
    await this.queue.idle();
  }

  /**
   * Takes the oldest due event, and all due events of the same customer; applies them and records the outcome, in one
   * transaction, which also holds the customer's lock: state fetched under it is newer than any written before.
   * @param found is called before they are applied.
   * @returns false when none is due.
   */
  private async applyOne(found: () => void): Promise<boolean> {
    return this.database.slowTransaction(async (tx) => {
      const first = await this.events.take(tx);
      if (!first) return false;
      found();
      const events = first.customerId === null ? [first] : await this.restOf(tx, first, first.customerId);
      if (events.length === 0) return true;
      for (const outcome of await this.handlers.apply(tx, events))
        if ('error' in outcome) await this.fail(tx, outcome.events, outcome.error);
        else await this.settle(tx, outcome.events, outcome.state);
      return true;
    });
  }

  /** All due events of the customer, under its lock. Empty when another process is applying them: then it has them all. */
  private async restOf(tx: Sql, first: StoredEvent, customerId: string): Promise<StoredEvent[]> {
    if (!(await lockCustomer(tx, customerId))) {
      // Retry soon: the lock's holder may have started before this event arrived.
      await this.events.set(first, { nextAttemptAt: new Date(this.clock.ms() + 50) }, tx);
      return [];
    }
    return tx
      .select()
      .from(webhookEvents)
      .where(this.events.due(eq(webhookEvents.customerId, customerId)))
      .orderBy(asc(webhookEvents.receivedAt))
      .limit(BATCH)
      .for('update', { skipLocked: true });
  }

  private async settle(tx: Sql, events: readonly StoredEvent[], state: WebhookState): Promise<void> {
    await tx
      .update(webhookEvents)
      .set({ state, lastError: null })
      .where(
        inArray(
          webhookEvents.id,
          events.map(({ id }) => id),
        ),
      );
    this.applied.inc({ state }, events.length);
  }

  /** Each event has its own count: one that keeps failing is parked, without blocking others. */
  private async fail(tx: Sql, events: readonly StoredEvent[], error: unknown): Promise<void> {
    for (const event of events) {
      const parked = event.attempts + 1 >= MAX_ATTEMPTS;
      const lastError = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown';
      await this.events.postpone(event, { tx, set: { state: parked ? 'parked' : 'pending', lastError } });
      if (parked) {
        this.applied.inc({ state: 'parked' });
        this.log.error(
          'A Stripe event failed too often and is parked. See "farebox webhooks list --state parked", then "replay" it.',
          { event: event.id, type: event.type },
          error,
        );
      }
    }
    const [{ id, type } = { id: '', type: '' }] = events;
    this.log.warn(
      'An event of Stripe could not be applied and will be tried again.',
      { event: id, type },
      error,
    );
  }

  private async giveUpWaiting(): Promise<void> {
    await this.database.run((db) =>
      db
        .update(webhookEvents)
        .set({ state: 'ignored' })
        .where(
          and(
            eq(webhookEvents.state, 'waiting'),
            lte(webhookEvents.receivedAt, new Date(this.clock.ms() - WAIT_FOR_ACCOUNT_MS)),
          ),
        ),
    );
  }
}
