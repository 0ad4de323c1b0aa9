import { sql } from 'drizzle-orm';
import { index, integer, json, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';

/** Payments on the provider's page: stored when one is seen to be complete, before an account is made of it. */
export const checkouts = farebox.table(
  'checkouts',
  {
    /** Becomes the id of the account, unless the email has one. */
    id: uuid('id').primaryKey(),
    /** The provider's: `cs_…`. One payment is one row, however often it is reported. */
    sessionId: text('session_id').notNull().unique(),
    /** Derived from the secret of the browser in which it was begun; see `BrowserCookie`. */
    reference: text('reference').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    /** The account that it led to: a new one, or the one that the email had. */
    accountId: uuid('account_id'),
    /** When that was settled; null while it is pending. */
    completedAt: timestamp('completed_at', { withTimezone: true }),
    /** The email had an account: the subscription is not that account's before its owner has opened a link. */
    needsProof: text('needs_proof').$type<'open' | 'given'>(),
    /** When the token was handed out, on a page or by a link. It is handed out once without a new link. */
    tokenShownAt: timestamp('token_shown_at', { withTimezone: true }),
    attempts: integer('attempts').notNull().default(0),
    /** When the sweep takes it up, if it is not finished before. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    index('checkouts_due')
      .on(table.nextAttemptAt)
      .where(sql`${table.completedAt} is null`),
  ],
);

/**
 * One-time links that are sent by mail: each is good for one token of its account. Only the hash of a link's secret is
 * stored; the secret is made with the mail.
 */
export const accessLinks = farebox.table(
  'access_links',
  {
    id: uuid('id').primaryKey(),
    /** The payment it is about; null when it is about none. */
    checkoutId: uuid('checkout_id').references(() => checkouts.id),
    /** Null for a requested email, until the mail is due; and ever after when it has no account. */
    accountId: uuid('account_id'),
    /** As requested, normalised; null for the account's own. */
    email: text('email'),
    /** The data to register when the link is used and the email has no account by then. */
    registration: json('registration').$type<{ firstname: string; lastname: string; plan: string }>(),
    /**
     * - `welcome`: to the address of the payer, some time after the payment.
     * - `token`: requested after the token was lost.
     * - `proof`: shows that the payer reads the mail of the account; the new subscription becomes the account's.
     * - `sign_in`: can be requested by anyone, for an email that may have an account.
     * - `register`: the registration of an email is made once it is confirmed.
     */
    purpose: text('purpose').$type<'welcome' | 'token' | 'proof' | 'sign_in' | 'register'>().notNull(),
    /** SHA-256 of the secret in the latest mail, hex; null before the first. */
    secretHash: text('secret_hash').unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
    sentAt: timestamp('sent_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    usedAt: timestamp('used_at', { withTimezone: true }),
    attempts: integer('attempts').notNull().default(0),
    /** When the mail is due, or due again. */
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    index('access_links_due')
      .on(table.nextAttemptAt)
      .where(sql`${table.sentAt} is null`),
    index('access_links_checkout').on(table.checkoutId),
    index('access_links_email').on(table.email),
  ],
);
