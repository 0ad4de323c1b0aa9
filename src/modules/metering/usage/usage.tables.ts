import { sql as raw } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  json,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * - `pending`: to be told; it may have been tried.
 * - `sent`: the provider took it. `proven`: its totals show it.
 * - `lost`: it was taken and the totals do not show it; what it said is told again under a new number.
 * - `expired`: too old for the provider to take; nothing was told.
 */
export type IntentState = 'pending' | 'sent' | 'proven' | 'lost' | 'expired';

/** What the provider is to be told, written down before it is: numbered within meter, customer and billing period. */
export const usageIntents = pgTable(
  'usage_intents',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    /** The billing period: see `usage_periods`. */
    startsAt: moment('starts_at').notNull(),
    n: integer('n').notNull(),
    value: numeric('value', { precision: 60, scale: 0, mode: 'bigint' }).notNull(),
    /** The time it counts at. */
    at: moment('at').notNull(),
    /** Whether no other intent of the customer and meter has that minute: then the minute's total proves it. */
    ownMinute: boolean('own_minute').notNull(),
    /** Takes back what somebody else told, by an operator's decision: no part of what the meter shows. */
    adjustment: boolean('adjustment').notNull().default(false),
    state: text('state').$type<IntentState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When it was tried last, written before it is. */
    attemptedAt: moment('attempted_at'),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    sentAt: moment('sent_at'),
    /** Why the provider refuses it. */
    reason: text('reason'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.n] }),
    uniqueIndex('usage_intents_minute')
      .on(table.customerId, table.meter, table.at)
      .where(raw`own_minute`),
    index('usage_intents_pending')
      .on(table.nextAttemptAt)
      .where(raw`state = 'pending'`),
    index('usage_intents_sent')
      .on(table.sentAt)
      .where(raw`state = 'sent'`),
  ],
);

/** What a reconciliation found, for operators. */
export const usageChecks = pgTable('usage_checks', {
  id: uuid('id').primaryKey(),
  checkedAt: moment('checked_at').notNull(),
  /** Customers, meters and billing periods that were compared. */
  compared: integer('compared').notNull(),
  differences: json('differences').notNull(),
});
