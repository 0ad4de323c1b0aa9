import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, desc, eq, inArray, lte, ne, or, sql } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { forget } from '../../../platform/database/forget.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { WorkQueues } from '../../../platform/jobs/work-queues.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import {
  type ProviderEvent,
  WebhookEvents,
  type WebhookRecord,
  type WebhookState,
} from './webhook-events.js';
import { InboxWriter } from './inbox-writer.js';
import { webhookEvents } from './webhook-events.tables.js';

/** Wakes the applier of stored events. */
export const APPLY_WEBHOOKS = 'billing.webhooks';

const DAY_MS = 86_400_000;
/** Stripe redelivers an event for three days, and manually for thirty. Its payload contains emails. */
const KEPT_MS = 30 * DAY_MS;
/** Parked events that the operator has not handled by then: accounts are compared with the provider every day anyway. */
const PARKED_KEPT_MS = 90 * DAY_MS;

/** The provider's webhook events, stored by their ids. */
@Injectable()
export class WebhookInbox extends WebhookEvents implements OnModuleInit {
  private readonly stored;
  private listener: () => void = () => undefined;
  private readonly writer = new InboxWriter((events) => this.commit(events));

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sweep: Sweep,
    metrics: Metrics,
  ) {
    super();
    this.stored = metrics.counter('webhooks_stored_total', 'Stripe events that were stored.');
    metrics.gauge('webhooks_pending', 'Stripe events that are not processed yet.', () =>
      this.count('pending'),
    );
    metrics.gauge('webhooks_parked', 'Stripe events that failed too often and are parked.', () =>
      this.count('parked'),
    );
  }

  onModuleInit(): void {
    this.sweep.register('billing.forget-events', () => this.forgetOld());
  }

  /** Called in this process when an event is stored: faster than the job, which wakes any one process. */
  onStored(listener: () => void): void {
    this.listener = listener;
  }

  /** Stores the event, once however often it arrives. It may be acknowledged when this resolves. */
  store(event: ProviderEvent): Promise<void> {
    return this.writer.add(event);
  }

  private async commit(events: readonly ProviderEvent[]): Promise<void> {
    const now = this.clock.now().toISOString();
    const columns = [
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ objectId }) => objectId),
      events.map(({ customerId }) => customerId),
      events.map(({ happenedAt }) => happenedAt.toISOString()),
      events.map(({ payload }) => payload),
    ].map((column) => sql.param(column));
    const added = await this.database.transaction(async (tx) => {
      const { rows } = await tx.execute(sql`
        insert into farebox.webhook_events
          (id, type, object_id, customer_id, happened_at, payload, received_at, state, next_attempt_at)
        select id, type, object_id, customer_id, happened_at, payload::json, ${now}::timestamptz, 'pending', ${now}::timestamptz
        from unnest(${columns[0]}::text[], ${columns[1]}::text[], ${columns[2]}::text[], ${columns[3]}::text[],
          ${columns[4]}::timestamptz[], ${columns[5]}::text[])
          as event (id, type, object_id, customer_id, happened_at, payload)
        on conflict do nothing returning id`);
      if (rows.length > 0) await WorkQueues.wake(tx, APPLY_WEBHOOKS);
      return rows.length;
    });
    this.stored.inc(added);
    if (added > 0) this.listener();
  }

  override async list(
    state: WebhookState | undefined,
    limit: number,
    customerId?: string,
  ): Promise<WebhookRecord[]> {
    return this.database.run((db) =>
      db
        .select({
          id: webhookEvents.id,
          type: webhookEvents.type,
          customerId: webhookEvents.customerId,
          receivedAt: webhookEvents.receivedAt,
          state: webhookEvents.state,
          attempts: webhookEvents.attempts,
          lastError: webhookEvents.lastError,
        })
        .from(webhookEvents)
        .where(
          and(
            state === undefined ? undefined : eq(webhookEvents.state, state),
            customerId === undefined ? undefined : eq(webhookEvents.customerId, customerId),
          ),
        )
        .orderBy(desc(webhookEvents.receivedAt))
        .limit(limit),
    );
  }

  override async replay(which: readonly string[] | 'parked'): Promise<number> {
    return this.database.transaction(async (tx) => {
      const rows = await tx
        .update(webhookEvents)
        .set({ state: 'pending', attempts: 0, nextAttemptAt: this.clock.now(), lastError: null })
        .where(which === 'parked' ? eq(webhookEvents.state, 'parked') : inArray(webhookEvents.id, [...which]))
        .returning({ id: webhookEvents.id });
      if (rows.length > 0) await WorkQueues.wake(tx, APPLY_WEBHOOKS);
      return rows.length;
    });
  }

  /** A customer has an account now: makes its waiting events due. */
  async release(customerId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await tx
        .update(webhookEvents)
        .set({ state: 'pending', nextAttemptAt: this.clock.now() })
        .where(and(eq(webhookEvents.customerId, customerId), eq(webhookEvents.state, 'waiting')))
        .returning({ id: webhookEvents.id });
      if (rows.length > 0) await WorkQueues.wake(tx, APPLY_WEBHOOKS);
    });
  }

  private async forgetOld(): Promise<void> {
    const ago = (ms: number): Date => new Date(this.clock.ms() - ms);
    const { state, receivedAt } = webhookEvents;
    const old = and(
      lte(receivedAt, ago(KEPT_MS)),
      ne(state, 'pending'),
      or(ne(state, 'parked'), lte(receivedAt, ago(PARKED_KEPT_MS))),
    );
    await forget(this.database, webhookEvents, old);
  }

  private count(state: WebhookState): Promise<number> {
    return this.database.run((db) => db.$count(webhookEvents, eq(webhookEvents.state, state)));
  }
}
