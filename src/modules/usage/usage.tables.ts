import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  json,
  numeric,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * - `pending`: to be reported; it may have been tried.
 * - `sent`: the provider accepted it. `proven`: its totals show it.
 * - `lost`: it was accepted and there is evidence that it was never counted; it is reported again under a new number.
 * - `expired`: too old for the provider to accept; not reported.
 * - `waived`: cancelled at the provider by an operator's decision; it is not reported again, and not missing.
 * - `gone`: the provider has deleted its customer.
 */
export type IntentState = 'pending' | 'sent' | 'proven' | 'lost' | 'expired' | 'waived' | 'gone';

/** Usage to report to the provider, recorded before it is sent: numbered within meter, customer and billing period. */
export const usageIntents = farebox.table(
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
    /** Offsets usage of another sender, by an operator's decision: not part of the meter's total. */
    adjustment: boolean('adjustment').notNull().default(false),
    state: text('state').$type<IntentState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Time of the last attempt, written before it. */
    attemptedAt: moment('attempted_at'),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    sentAt: moment('sent_at'),
    /** Time of the first attempt without a clear answer: the provider may have accepted it then. */
    firstAttemptedAt: moment('first_attempted_at'),
    /** When the totals first did not show it although they should have settled; null when they show it. */
    absentAt: moment('absent_at'),
    lostAt: moment('lost_at'),
    /** When the totals showed it after all, though it had been reported again. */
    reappearedAt: moment('reappeared_at'),
    /** Why the provider refuses it. */
    reason: text('reason'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.n] }),
    uniqueIndex('usage_intents_minute')
      .on(table.customerId, table.meter, table.at)
      .where(sql`own_minute`),
    index('usage_intents_pending')
      .on(table.nextAttemptAt)
      .where(sql`state = 'pending'`),
    index('usage_intents_sent')
      .on(table.sentAt)
      .where(sql`state = 'sent'`),
    index('usage_intents_lost')
      .on(table.lostAt)
      .where(sql`state = 'lost'`),
  ],
);

/**
 * Events of value 1 of a customer of our own, who pays nothing: once the totals show one, they have come past the time at
 * which it was sent. Recorded before it is sent.
 */
export const usageCanaries = farebox.table(
  'usage_canaries',
  {
    /** The provider's id of the meter. */
    meter: text('meter').notNull(),
    n: integer('n').notNull(),
    customerId: text('customer_id').notNull(),
    identifier: text('identifier').notNull(),
    at: moment('at').notNull(),
    /** Before it was sent. */
    createdAt: moment('created_at').notNull(),
    /** When the provider had accepted it; null when that is not known. */
    sentAt: moment('sent_at'),
    seenAt: moment('seen_at'),
  },
  (table) => [primaryKey({ columns: [table.meter, table.n] })],
);

/** The provider's reports of meter events that it had accepted and rejected afterwards. */
export const usageRejections = farebox.table('usage_rejections', {
  /** The provider's id of its report. */
  eventId: text('event_id').primaryKey(),
  /** The provider's id of the meter. */
  meter: text('meter').notNull(),
  /** The events were validated between these times. */
  validationStart: moment('validation_start').notNull(),
  validationEnd: moment('validation_end').notNull(),
  errorCount: integer('error_count').notNull(),
  /** Of some of them. */
  identifiers: json('identifiers').$type<readonly string[]>().notNull(),
  receivedAt: moment('received_at').notNull(),
});

/** Progress of recurring work, by its name. */
export const usageProgress = farebox.table('usage_progress', {
  name: text('name').primaryKey(),
  at: moment('at').notNull(),
  details: json('details').$type<Readonly<Record<string, unknown>>>().notNull(),
});

/** Results of reconciliations, for operators. */
export const usageChecks = farebox.table('usage_checks', {
  id: uuid('id').primaryKey(),
  checkedAt: moment('checked_at').notNull(),
  /** Customers, meters and billing periods that were compared. */
  compared: integer('compared').notNull(),
  differences: json('differences').notNull(),
});

/**
 * - `pending`: decided; whether Stripe has it is not known yet.
 * - `billed`: the invoice item is there, or the amount is 0 and none is needed.
 * - `refused`: the provider refused it; the units are late again, and the number is used up.
 */
export type LateBillState = 'pending' | 'billed' | 'refused';

/**
 * Usage found after its invoice was final that an operator decided to bill: recorded before it is billed, with all that
 * will be billed, and numbered within meter, customer and billing period.
 */
export const lateBills = farebox.table(
  'late_bills',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    /** The billing period: see `usage_periods`. */
    startsAt: moment('starts_at').notNull(),
    n: integer('n').notNull(),
    endsAt: moment('ends_at').notNull(),
    /** Less than 0: too much was billed. */
    units: numeric('units', { precision: 60, scale: 0, mode: 'bigint' }).notNull(),
    /**
     * How many of them had not been reported, and count as reported from the decision on; null: all. The others were
     * reported, and are on no invoice.
     */
    unreported: numeric('unreported', { precision: 60, scale: 0, mode: 'bigint' }),
    /** The draft that they are added to; null: the next invoice. */
    invoiceId: text('invoice_id'),
    /** Their price, in whole minor units of the currency: more units may cost less. */
    minorUnits: numeric('minor_units', { precision: 60, scale: 0, mode: 'bigint' }).notNull(),
    currency: text('currency').notNull(),
    /** The price that the period had. */
    priceId: text('price_id').notNull(),
    taxBehavior: text('tax_behavior'),
    state: text('state').$type<LateBillState>().notNull(),
    /** The provider's id of the invoice item; null while there is none. */
    itemId: text('item_id'),
    createdAt: moment('created_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.n] }),
    // One at a time: the next is decided when the outcome of this one is known.
    uniqueIndex('late_bills_pending')
      .on(table.customerId, table.meter, table.startsAt)
      .where(sql`state = 'pending'`),
  ],
);
