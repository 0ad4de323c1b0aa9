import { index, integer, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

/** Pending registrations: stored before any request to Stripe, deleted when the token has been handed out. */
export const registrations = farebox.table(
  'registrations',
  {
    /** Becomes the id of the account. */
    id: uuid('id').primaryKey(),
    /** Trimmed and lower-cased. */
    email: text('email').notNull().unique(),
    firstname: text('firstname').notNull(),
    lastname: text('lastname').notNull(),
    plan: text('plan').notNull(),
    /** The id that an application around us has for the account; null for a person who registers. */
    externalId: text('external_id'),
    /** SHA-256 of the request: the same request carries on, another one does not. */
    fingerprint: text('fingerprint').notNull(),
    /** SHA-256 of data that only the first requester had; null where a release without it wrote the row. */
    claimHash: text('claim_hash'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** When the account was written; from then on only the token is outstanding. */
    completedAt: timestamp('completed_at', { withTimezone: true }),
    attempts: integer('attempts').notNull().default(0),
    /** When the sweep takes it up, if the request does not finish it. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('registrations_due').on(table.nextAttemptAt)],
);
