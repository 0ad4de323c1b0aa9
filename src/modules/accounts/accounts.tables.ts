import { sql } from 'drizzle-orm';
import { boolean, index, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { farebox } from '../../platform/database/schema.js';
import type { PaymentMethodState, SubscriptionStatus } from '../../platform/identity/principal.js';
import type { CollectionPause } from './account.js';

/** A customer of the API: one person's registration, one customer and one subscription in Stripe. */
export const accounts = farebox.table(
  'accounts',
  {
    id: uuid('id').primaryKey(),
    /** Trimmed and lower-cased: emails are compared in this form. */
    email: text('email').notNull(),
    firstname: text('firstname').notNull(),
    lastname: text('lastname').notNull(),
    customerId: text('customer_id').notNull().unique(),
    /** The id that an application around us has for it; null when it was opened otherwise. */
    externalId: text('external_id'),
    subscriptionId: text('subscription_id').notNull().unique(),
    status: text('status').$type<SubscriptionStatus>().notNull(),
    plan: text('plan').notNull(),
    /** The current billing period of the subscription's item, UTC. */
    periodStart: timestamp('period_start', { withTimezone: true }).notNull(),
    periodEnd: timestamp('period_end', { withTimezone: true }).notNull(),
    /** When it was first seen past due, UTC; null while it is not. */
    pastDueSince: timestamp('past_due_since', { withTimezone: true }),
    /** When its trial ends or ended, UTC; null when it has none. */
    trialEnd: timestamp('trial_end', { withTimezone: true }),
    /** When it is scheduled to end, UTC; null when no end is scheduled. */
    cancelAt: timestamp('cancel_at', { withTimezone: true }),
    cancelAtPeriodEnd: boolean('cancel_at_period_end').notNull().default(false),
    /** The plan that a schedule at the provider changes it to, and when, UTC; null when there is no schedule. */
    pendingPlan: text('pending_plan'),
    pendingAt: timestamp('pending_at', { withTimezone: true }),
    /** When its customer was seen to be deleted, UTC: the account is closed for good, and its email is free again. */
    closedAt: timestamp('closed_at', { withTimezone: true }),
    /** Until when paid calls wait for a subscription change, UTC: a lease, which lapses when it is not ended. */
    changingUntil: timestamp('changing_until', { withTimezone: true }),
    /** Live subscription items beyond the first on one meter, by the provider's ids: usage may be billed on each. */
    surplusItems: text('surplus_items')
      .array()
      .notNull()
      .default(sql`'{}'`),
    /** Whether invoices can be collected; null until it was first compared with the billing provider. */
    paymentMethod: text('payment_method').$type<PaymentMethodState>(),
    /** How its invoices are handled while their collection is paused at the provider; null when it is not paused. */
    collectionPaused: text('collection_paused').$type<CollectionPause>(),
    /** When a link sent only to the mailbox was first used, UTC; null: ownership of the email is not proven. */
    emailProvenAt: timestamp('email_proven_at', { withTimezone: true }),
    /** When its state was last compared with the billing provider's, UTC. */
    reviewedAt: timestamp('reviewed_at', { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    uniqueIndex('accounts_email_unique')
      .on(table.email)
      .where(sql`${table.closedAt} is null`),
    uniqueIndex('accounts_external_id_unique')
      .on(table.externalId)
      .where(sql`${table.closedAt} is null`),
  ],
);

/** Former customers of an account: tokens that name them keep working. */
export const formerCustomers = farebox.table(
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
