import { sql } from 'drizzle-orm';
import { index, integer, json, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * - `seen`: to be held. `guarded`: does not become final before its deadline; its usage is being proven. `held`: the same, as
 *   written by versions before this one. Those without deadlines would take one for a manual release: they check `held` only.
 * - `released`: everything was proven, or it was released manually. `unproven`: released after INVOICE_HOLD_LIMIT.
 * - `stuck`: it was released, and the provider could not finalize it. It is tracked until it is final.
 * - `missed`: it was final, or deleted, before it was held. `left`: an operator holds it.
 */
export const HOLD_STATES = [
  'seen',
  'guarded',
  'held',
  'released',
  'unproven',
  'stuck',
  'missed',
  'left',
] as const;
export type HoldState = (typeof HOLD_STATES)[number];
export const HELD_STATES = ['guarded', 'held'] as const satisfies readonly HoldState[];

/** The usage that a line of an invoice bills. */
export interface BilledLine {
  priceId: string;
  /** ISO 8601, UTC. */
  from: string;
  to: string;
}

/** Invoices of subscriptions that bill usage: the steps taken so that they bill all of it, and whether they are final. */
export const invoiceHolds = farebox.table(
  'invoice_holds',
  {
    invoiceId: text('invoice_id').primaryKey(),
    customerId: text('customer_id').notNull(),
    state: text('state').$type<HoldState>().notNull(),
    lines: json('lines').$type<BilledLine[]>().notNull(),
    /** The end of the usage that it bills; usage before this is proven. */
    usedUntil: moment('used_until').notNull(),
    seenAt: moment('seen_at').notNull(),
    /** Not before: calls of its period may still be on their way into the ledger, and Stripe would not make it final yet. */
    releaseAfter: moment('release_after').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    /** Null while a step is pending. */
    endedAt: moment('ended_at'),
    /** When it was seen to be final; null while it is a draft. */
    finalAt: moment('final_at'),
  },
  (table) => [
    index('invoice_holds_open')
      .on(table.nextAttemptAt)
      .where(sql`${table.endedAt} is null`),
    index('invoice_holds_customer').on(table.customerId),
  ],
);
