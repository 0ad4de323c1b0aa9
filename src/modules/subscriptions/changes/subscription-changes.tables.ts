import { sql } from 'drizzle-orm';
import { index, integer, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

/** Customers' requests to change their subscription: recorded before the provider is asked, and kept. */
export const subscriptionChanges = farebox.table(
  'subscription_changes',
  {
    /** Part of the idempotency keys of everything that is done for it. */
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    /** `keep_plan`: takes a scheduled change of plan back. `resume`: takes a scheduled cancellation back. */
    kind: text('kind').$type<'plan' | 'keep_plan' | 'cancel' | 'cancel_at_period_end' | 'resume'>().notNull(),
    /** For `plan`: the plan to go to. */
    plan: text('plan'),
    /** For `plan`: the time that the customer requested; null leaves it to the rule. */
    askedWhen: text('asked_when').$type<'now' | 'period_end'>(),
    /** For `plan`: the final decision, made when processing began. `stay`: it is the current plan. */
    timing: text('timing').$type<'now' | 'period_end' | 'stay'>(),
    requestedAt: timestamp('requested_at', { withTimezone: true }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When the sweep retries it, if no request finishes it. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
    /** When a schedule makes the change, UTC; null until there is a schedule. */
    effectiveAt: timestamp('effective_at', { withTimezone: true }),
    /** Null until it is scheduled, done or permanently refused: until nothing is left to do here. */
    endedAt: timestamp('ended_at', { withTimezone: true }),
    /** `scheduled` becomes `done` when the schedule has made the change, or `withdrawn` when that was released before. */
    outcome: text('outcome').$type<'done' | 'refused' | 'scheduled' | 'withdrawn'>(),
  },
  (table) => [
    index('subscription_changes_open')
      .on(table.accountId, table.requestedAt)
      .where(sql`${table.endedAt} is null`),
    index('subscription_changes_scheduled')
      .on(table.accountId)
      .where(sql`${table.outcome} = 'scheduled'`),
  ],
);
