import { sql as raw } from 'drizzle-orm';
import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What customers asked of their subscription: written down before the provider is told, and kept. */
export const subscriptionChanges = pgTable(
  'subscription_changes',
  {
    /** Part of the idempotency keys of everything that is done for it. */
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    kind: text('kind').$type<'plan' | 'cancel' | 'cancel_at_period_end'>().notNull(),
    /** For `plan`: the plan to go to. */
    plan: text('plan'),
    requestedAt: timestamp('requested_at', { withTimezone: true }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When the sweep takes it up, if no request finishes it. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
    /** Null until it is done or refused for good. */
    endedAt: timestamp('ended_at', { withTimezone: true }),
    outcome: text('outcome').$type<'done' | 'refused'>(),
  },
  (table) => [
    index('subscription_changes_open')
      .on(table.accountId, table.requestedAt)
      .where(raw`${table.endedAt} is null`),
  ],
);
