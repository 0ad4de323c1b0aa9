import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  numeric,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

/** Numbers of units: whole, of any size. */
const units = (name: string) => numeric(name, { precision: 60, scale: 0, mode: 'bigint' });
const moment = (name: string) => timestamp(name, { withTimezone: true });

/**
 * The sums of a metric that is computed from several: `value` is their result. Null where `value` itself adds up. Added
 * later, and older processes write none: they know no such metric.
 */
const state = () => units('state').array();

/** The provider's counterparts of the catalog's meters, as last reported. */
export const providerMeters = farebox.table('provider_meters', {
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
export const meterBuckets = farebox.table(
  'meter_buckets',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    bucket: moment('bucket').notNull(),
    value: units('value').notNull(),
    state: state(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.bucket] })],
);

/** Where a member of a meter of unique users, companies or sessions counts once: a billing period, or a window in it. */
export const meterScopes = farebox.table(
  'meter_scopes',
  {
    id: bigint('id', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    /** When it begins. */
    scope: moment('scope').notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.meter, table.startsAt, table.scope] })],
);

/**
 * Members already counted in a scope. Each call is looked up here, so the key begins with few, highly selective bytes,
 * and no foreign key is checked with each row: the writer has just found or made the scope.
 */
export const meterMembers = farebox.table(
  'meter_members',
  {
    scopeId: bigint('scope_id', { mode: 'bigint' }).notNull(),
    member: text('member').notNull(),
    /** The bucket it was counted in. */
    bucket: moment('bucket').notNull(),
    customerId: text('customer_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scopeId, table.member, table.customerId] })],
);

/** A meter's total for a customer and billing period, and how much of it was reported. */
export const meterUsage = farebox.table(
  'meter_usage',
  {
    customerId: text('customer_id').notNull(),
    meter: text('meter').notNull(),
    startsAt: moment('starts_at').notNull(),
    value: units('value').notNull(),
    /** The sum of the valid intents. */
    reported: units('told')
      .notNull()
      .default(sql`0`),
    /** The last window that has calls; null for a value that was carried here from the period before. */
    latestWindow: moment('latest_window'),
    /** Of an aggregation over the whole period. */
    state: state(),
    /** Changes seldom, unlike `value`: an index on that would be written with every pass. */
    unreported: boolean('untold')
      .notNull()
      .generatedAlwaysAs(sql`value <> told`),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.meter, table.startsAt] }),
    index('meter_usage_untold')
      .on(table.customerId, table.meter, table.startsAt)
      .where(sql`untold`),
  ],
);

/** Calls whose billing period is not known yet: they are counted when it is. */
export const meterWaiting = farebox.table(
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
