import { sql } from 'drizzle-orm';
import type { Scope, TokenRole } from '../../platform/identity/scopes.js';
import { index, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

/** Every token that was issued, without its value: the data needed to list and revoke it. */
export const tokens = farebox.table(
  'tokens',
  {
    /** The token's `jti`. */
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    customerId: text('customer_id').notNull(),
    /** The end user it was issued for, or the customer. */
    user: text('user').notNull(),
    /** Null in rows written by a release without roles: then the customer's own when `user` is no other user. */
    role: text('role').$type<TokenRole>(),
    /** Its scopes; null: all of its role. */
    scopes: text('scopes').array().$type<Scope[]>(),
    name: text('name').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    /** When it was revoked; null while it is valid. */
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    /** Within a minute or so; null when it was never used. */
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
  },
  (table) => [
    index('tokens_account').on(table.accountId),
    index('tokens_expiry').on(table.expiresAt),
    index('tokens_revoked')
      .on(table.expiresAt)
      .where(sql`${table.revokedAt} is not null`),
  ],
);
