import { index, integer, json, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../database/schema.js';

/** Requests made under an `Idempotency-Key`, and the answer to give again. */
export const idempotencyKeys = farebox.table(
  'idempotency_keys',
  {
    /** The scope of the key: the route, and the caller where there is one. */
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the request, hex. */
    fingerprint: text('fingerprint').notNull(),
    /** Null until the request has been answered. */
    status: integer('status'),
    /** json, not jsonb: the keys keep their order, so the answer is the same to the byte. */
    answer: json('answer'),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.key] }),
    index('idempotency_keys_expiry').on(table.expiresAt),
  ],
);
