import { sql as raw } from 'drizzle-orm';
import { boolean, index, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { PaymentMethodState, SubscriptionStatus } from '../../platform/identity/principal.js';
import type { CollectionPause } from './account.js';

/** A customer of the API: one person's registration, one customer and one subscription in Stripe. */
export const accounts = pgTable(
  'accounts',
  {
    id: uuid('id').primaryKey(),
    /** Trimmed and lower-cased: what makes an email "the same". */
    email: text('email').notNull(),
    firstname: text('firstname').notNull(),
    lastname: text('lastname').notNull(),
    customerId: text('customer_id').notNull().unique(),
    subscriptionId: text('subscription_id').notNull().unique(),
    status: text('status').$type<SubscriptionStatus>().notNull(),
    plan: text('plan').notNull(),
    /** The current billing period of the subscription's item, UTC. */
    periodStart: timestamp('period_start', { withTimezone: true }).notNull(),
    periodEnd: timestamp('period_end', { withTimezone: true }).notNull(),
    /** Since when we have seen it past due, UTC; null while it is not. */
    pastDueSince: timestamp('past_due_since', { withTimezone: true }),
    /** When its trial ends or ended, UTC; null when it has none. */
    trialEnd: timestamp('trial_end', { withTimezone: true }),
    /** When it is going to end, UTC; null while nobody has said so. */
    cancelAt: timestamp('cancel_at', { withTimezone: true }),
    cancelAtPeriodEnd: boolean('cancel_at_period_end').notNull().default(false),
    /** The plan that a schedule at the provider changes it to, and when, UTC; null while there is none. */
    pendingPlan: text('pending_plan'),
    pendingAt: timestamp('pending_at', { withTimezone: true }),
    /** When we saw that its customer was deleted, UTC: it is closed for ever, and its email is free again. */
    closedAt: timestamp('closed_at', { withTimezone: true }),
    /** Until when paid calls wait for a change of the subscription, UTC: a lease, which lapses when nobody ends it. */
    changingUntil: timestamp('changing_until', { withTimezone: true }),
    /** Live subscription items beyond the first on one meter, by the provider's ids: usage may be billed on each. */
    surplusItems: text('surplus_items')
      .array()
      .notNull()
      .default(raw`'{}'`),
    /** Whether invoices can be collected; null until it was first compared with the billing provider. */
    paymentMethod: text('payment_method').$type<PaymentMethodState>(),
    /** What becomes of its invoices while their collection is paused at the provider; null while it is not. */
    collectionPaused: text('collection_paused').$type<CollectionPause>(),
    /** When a link that only the mailbox has was first used, UTC; null: nothing shows whose the email is. */
    emailProvenAt: timestamp('email_proven_at', { withTimezone: true }),
    /** When its state was last compared with the billing provider's, UTC. */
    reviewedAt: timestamp('reviewed_at', { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    uniqueIndex('accounts_email_unique')
      .on(table.email)
      .where(raw`${table.closedAt} is null`),
  ],
);

/** Customers that an account had before: tokens that name them go on working. */
export const formerCustomers = pgTable(
  'former_customers',
  {
    /** Stripe's id of the customer. */
    customerId: text('customer_id').primaryKey(),
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
  },
  (table) => [index('former_customers_account').on(table.accountId)],
);
