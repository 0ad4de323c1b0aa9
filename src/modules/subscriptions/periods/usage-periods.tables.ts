import { boolean, customType, index, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

/** A moment, or `-infinity` or `infinity`: as PostgreSQL writes it. */
const moment = customType<{ data: string }>({ dataType: () => 'timestamp with time zone' });

/**
 * The billing period, and the provider's meter, for which a customer's calls are billed. One row per cycle of the
 * subscription's metered item, and a new one when its price changes mid-cycle: earlier usage is billed at the old
 * price. Kept for ever, as late calls are still assigned to their period. All times UTC.
 */
export const usagePeriods = farebox.table(
  'usage_periods',
  {
    customerId: text('customer_id').notNull(),
    /** The provider's id of the meter that the item's price reads. */
    providerMeter: text('provider_meter').notNull(),
    /** Usage reported with a time from here to `endsAt` is billed for this period. */
    startsAt: timestamp('starts_at', { withTimezone: true }).notNull(),
    endsAt: timestamp('ends_at', { withTimezone: true }).notNull(),
    subscriptionId: text('subscription_id').notNull(),
    priceId: text('price_id').notNull(),
    /** When the item's cycle began: the same for all parts of a cycle that a price change divides. */
    cycleStart: timestamp('cycle_start', { withTimezone: true }).notNull(),
    /**
     * Calls of the subscription from here to `countsTo` are counted for it. Wider than the period at the edges of the
     * subscription: a call may be accepted just before its first period began by Stripe's clock, or after its end.
     */
    countsFrom: moment('counts_from').notNull(),
    countsTo: moment('counts_to').notNull(),
    /** Whether another period follows, or the item is gone. */
    closed: boolean('closed').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.providerMeter, table.startsAt] }),
    index('usage_periods_end').on(table.providerMeter, table.endsAt),
  ],
);
