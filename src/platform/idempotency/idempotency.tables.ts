import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** Requests made under an `Idempotency-Key`, and the answer to give again. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Whose key it is: the route, and the caller where there is one. */
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the request, hex. */
    fingerprint: text('fingerprint').notNull(),
    /** Null until the request has been answered. */
    status: integer('status'),
    answer: jsonb('answer'),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_keys_expiry').on(table.expiresAt),
  ],
);
