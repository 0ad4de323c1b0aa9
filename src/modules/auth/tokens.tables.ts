import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Every token that was issued, without its value: what is needed to list it, and to take it back. */
export const tokens = pgTable(
  'tokens',
  {
    /** The token's `jti`. */
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    customerId: text('customer_id').notNull(),
    /** The end user it was issued for, or the customer. */
    user: text('user').notNull(),
    name: text('name').notNull(),
    issuedAt: timestamp('issued_at', { withTimezone: true }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('tokens_account').on(table.accountId)],
);
