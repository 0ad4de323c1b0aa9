import { sql as raw } from 'drizzle-orm';
import { date, index, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Numbers of units: whole, of any size. */
const units = (name: string) => numeric(name, { precision: 60, scale: 0, mode: 'bigint' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

/** Where the catalogue's meters are at the provider, as it last said. */
export const providerMeters = pgTable('provider_meters', {
  name: text('name').primaryKey(),
  id: text('id').notNull().unique(),
  eventName: text('event_name').notNull(),
  customerKey: text('customer_key').notNull(),
  valueKey: text('value_key').notNull(),
});

/**
 * What each bucket of time added to a meter, for a customer and billing period: its calls or units, or how many users
 * were new in it. A bucket is an hour, or the meter's window when that is shorter; every total is a sum of buckets.
 */
export const meterBuckets = pgTable(
  'meter_buckets',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    bucket: moment('bucket').notNull(),
    value: units('value').notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.bucket] })],
);

/** Who was counted already: by a meter of unique users, companies or sessions, within a scope (the period, or a window). */
export const meterMembers = pgTable(
  'meter_members',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    /** When the scope begins. */
    scope: moment('scope').notNull(),
    member: text('member').notNull(),
    /** In which it was counted. */
    bucket: moment('bucket').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.scope, table.member] }),
  ],
);

/** What a meter shows for a customer and billing period, and how much of it the provider was told. */
export const meterUsage = pgTable(
  'meter_usage',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    value: units('value').notNull(),
    /** The sum of the intents that stand. */
    told: units('told')
      .notNull()
      .default(raw`0`),
    /** The last window that has calls; null for a value that was carried here from the period before. */
    latestWindow: moment('latest_window'),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt] }),
    index('meter_usage_untold')
      .on(table.customerId)
      .where(raw`value <> told`),
  ],
);

/** Calls whose billing period is not known yet: they are counted when it is. */
export const meterWaiting = pgTable(
  'meter_waiting',
  {
    day: date('day').notNull(),
    id: uuid('id').notNull(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    startedAt: moment('started_at').notNull(),
    since: moment('since').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.id] }),
    index('meter_waiting_customer').on(table.customerId),
  ],
);
