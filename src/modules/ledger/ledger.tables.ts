import { sql } from 'drizzle-orm';
import {
  bigint,
  customType,
  date,
  index,
  json,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * The ledger: one row per call of a paid route, partitioned by UTC day (`partition by range (day)` is in the migration).
 * The columns are described at `LedgerCall`.
 */
export const calls = farebox.table(
  'calls',
  {
    /** The day of the id: a row that is written again has the same key. */
    day: date('day').notNull(),
    id: uuid('id').notNull(),
    accountId: uuid('account_id').notNull(),
    customerId: text('customer_id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    plan: text('plan').notNull(),
    companyId: text('company_id').notNull(),
    userId: text('user_id').notNull(),
    sessionId: text('session_id').notNull(),
    route: text('route').notNull(),
    verb: text('verb').notNull(),
    path: text('path').notNull(),
    status: smallint('status').notNull(),
    startedAt: timestamp('started_at', { withTimezone: true, precision: 3 }).notNull(),
    durationUs: bigint('duration_us', { mode: 'number' }).notNull(),
    units: bigint('units', { mode: 'number' }).notNull(),
    corrects: uuid('corrects'),
    /** JSON, or empty: the request headers that a meter filters by, and no others. */
    headers: text('headers').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.day, table.id] }),
    // Serves customers' queries of their own calls, newest first: `call-log/`.
    index('calls_customer').on(table.customerId, table.day, table.id),
  ],
);

/**
 * The outbox lines: one per reader and committed batch, written in the transaction of the batch. A reader takes lines,
 * applies them and deletes them in one transaction with its result. The line is the reader's checkpoint.
 */
export const ledgerLines = farebox.table(
  'ledger_lines',
  {
    reader: text('reader').notNull(),
    /** Of the batch (UUIDv7): lines are taken about in the order they were written. */
    id: uuid('id').notNull(),
    /** The partition of the calls; a batch over midnight has two lines. */
    day: date('day').notNull(),
    calls: uuid('calls').array().notNull(),
    /** For the reader of exchanges: one line of JSON each. */
    exchanges: text('exchanges'),
  },
  (table) => [primaryKey({ columns: [table.reader, table.id, table.day] })],
);

/** Calls and exchanges refused because of their content: kept unchanged, for the operator. */
export const ledgerParked = farebox.table(
  'ledger_parked',
  {
    /** Which part was refused: the `call` by PostgreSQL, or the `exchange` by the analytics provider. */
    kind: text('kind').$type<'call' | 'exchange'>().notNull(),
    /** The id of the call. */
    id: uuid('id').notNull(),
    /** The SQLSTATE of the refusal, or the provider's status. */
    reason: text('reason').notNull(),
    /** JSON, unchanged. */
    entry: text('entry').notNull(),
    parkedAt: timestamp('parked_at', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.kind, table.id] })],
);

/** Calls made under an `Idempotency-Key`: claimed before the handler runs, answered in the transaction of the ledger. */
export const callKeys = farebox.table(
  'call_keys',
  {
    customerId: text('customer_id').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the request. */
    fingerprint: text('fingerprint').notNull(),
    /** The call that holds the key. */
    callId: uuid('call_id').notNull(),
    /** Until when an unanswered claim excludes other calls: its process may be gone. */
    claimedUntil: timestamp('claimed_until', { withTimezone: true }).notNull(),
    status: smallint('status'),
    headers: json('headers').$type<Record<string, string>>(),
    body: bytea('body'),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.key] }),
    index('call_keys_expiry').on(table.expiresAt),
  ],
);
