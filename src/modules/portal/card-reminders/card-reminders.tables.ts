import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';

/** Mails that ask an account for a payment method: stored before one is sent, so that each is sent once. */
export const cardReminders = farebox.table(
  'card_reminders',
  {
    accountId: uuid('account_id').notNull(),
    /** The billing period of the mail, UTC. */
    periodStart: timestamp('period_start', { withTimezone: true }).notNull(),
    /** `calls_used`: most of the calls without a payment method are used; `period_ends`: the invoice is near. */
    kind: text('kind').$type<'calls_used' | 'period_ends'>().notNull(),
    /** When the period ends: after it the mail is of no use. */
    periodEnd: timestamp('period_end', { withTimezone: true }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true }),
    /** When the mail was found to be no longer needed: there is a payment method, for example. */
    droppedAt: timestamp('dropped_at', { withTimezone: true }),
    attempts: integer('attempts').notNull().default(0),
    /** When the mail is due, or due again. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.periodStart, table.kind] }),
    index('card_reminders_due')
      .on(table.nextAttemptAt)
      .where(sql`${table.sentAt} is null and ${table.droppedAt} is null`),
  ],
);
