import { index, integer, json, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';
import type { WebhookState } from './webhook-events.js';

/** The provider's webhook events, by the id of the event: stored before the response, applied afterwards. */
export const webhookEvents = farebox.table(
  'webhook_events',
  {
    /** The provider's: `evt_…`. */
    id: text('id').primaryKey(),
    type: text('type').notNull(),
    /** The object it is about, and its customer, where there is one. */
    objectId: text('object_id'),
    customerId: text('customer_id'),
    /** When it happened at the provider, and when it arrived here; UTC. */
    happenedAt: timestamp('happened_at', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull(),
    /** As received. Never the source of state: that is fetched. */
    payload: json('payload').notNull(),
    state: text('state').$type<WebhookState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
    /** Why the last attempt failed, without the event's content. */
    lastError: text('last_error'),
  },
  (table) => [
    index('webhook_events_due').on(table.state, table.nextAttemptAt),
    index('webhook_events_received').on(table.receivedAt),
    index('webhook_events_customer').on(table.customerId, table.state),
  ],
);
