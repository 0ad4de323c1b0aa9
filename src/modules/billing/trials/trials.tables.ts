import { text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

/** Customers that have had a trial: each has several keys, and any of them is enough. Kept for ever. */
export const trialUses = farebox.table('trial_uses', {
  /** `account:`, `email:` or `card:` and the account's id, the mailbox's digest or the card's fingerprint. */
  key: text('key').primaryKey(),
  /** The subscription that had the trial, by the provider's id. */
  subscriptionId: text('subscription_id').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
