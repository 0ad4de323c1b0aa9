import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Who has had a trial: each is known by several keys, and any of them is enough. Kept for good. */
export const trialUses = pgTable('trial_uses', {
  /** `account:`, `email:` or `card:` and the account's id, the mailbox's digest or the card's fingerprint. */
  key: text('key').primaryKey(),
  /** The subscription whose trial it was, by the provider's id. */
  subscriptionId: text('subscription_id').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
