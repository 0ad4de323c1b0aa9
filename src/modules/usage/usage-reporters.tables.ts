import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Which of the two reported usage to Stripe (USAGE_REPORTER), since when: the latest is the present one. */
export const usageReporters = pgTable('usage_reporters', {
  since: timestamp('since', { withTimezone: true }).primaryKey(),
  name: text('name').$type<'stripe' | 'moesif'>().notNull(),
});
