import { sql as raw } from 'drizzle-orm';
import { index, integer, json, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * - `seen`: to be held. `guarded`: does not become final before its deadline; its usage is being proven. `held`: the same, as
 *   versions before this one write it. Those that knew no deadlines would take one for a release by hand: they look at `held` alone.
 * - `released`: everything was proven, or it was released manually. `unproven`: released after INVOICE_HOLD_LIMIT.
 * - `stuck`: it was released, and the provider could not make it final. It is followed until it is.
 * - `missed`: it was final, or gone, before it was held. `left`: an operator holds it.
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

/** What a line of an invoice bills by use. */
export interface BilledLine {
  priceId: string;
  /** ISO 8601, UTC. */
  from: string;
  to: string;
}

/** Invoices of subscriptions that bill use: what was done so that they bill all of it, and whether they are final. */
export const invoiceHolds = pgTable(
  'invoice_holds',
  {
    invoiceId: text('invoice_id').primaryKey(),
    customerId: text('customer_id').notNull(),
    state: text('state').$type<HoldState>().notNull(),
    lines: json('lines').$type<BilledLine[]>().notNull(),
    /** Until then it bills use; what is proven is what was used before. */
    usedUntil: moment('used_until').notNull(),
    seenAt: moment('seen_at').notNull(),
    /** Not before: calls of its period may still be on their way into the ledger, and Stripe would not make it final yet. */
    releaseAfter: moment('release_after').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    /** Null while there is something to be done. */
    endedAt: moment('ended_at'),
    /** When we saw that it is final; null while it is a draft. */
    finalAt: moment('final_at'),
  },
  (table) => [
    index('invoice_holds_open')
      .on(table.nextAttemptAt)
      .where(raw`${table.endedAt} is null`),
    index('invoice_holds_customer').on(table.customerId),
  ],
);
