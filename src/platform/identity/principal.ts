import type { Scope, TokenRole } from './scopes.js';

/** The state of a subscription, in Stripe's words. */
export type SubscriptionStatus =
  'active' | 'trialing' | 'past_due' | 'unpaid' | 'canceled' | 'incomplete' | 'incomplete_expired' | 'paused';

/** Whether invoices can be collected by themselves: a payment method is there, or not, or none is needed. */
export type PaymentMethodState = 'present' | 'missing' | 'not_needed';

/**
 * What may change while a token lives, as it stands at the moment of the call: looked up by the customer that the
 * token names.
 */
export interface AccountState {
  /** Our id of the account (UUIDv7). */
  accountId: string;
  /** Stripe's id of the customer: `cus_…`. */
  customerId: string;
  /** Stripe's id of the subscription: `sub_…`. */
  subscriptionId: string;
  status: SubscriptionStatus;
  /** The plan, by its id in the catalog. */
  plan: string;
  /** Since when the subscription has been past due, UTC; null while it is not. */
  pastDueSince: Date | null;
  /** When we saw that the customer was deleted at the provider, UTC; null otherwise. Nothing brings it back. */
  closedAt: Date | null;
  /** Null until it was first compared with the provider: then nothing is withheld. */
  paymentMethod: PaymentMethodState | null;
  /** The current billing period as last seen, UTC: when it is over, the next one has begun. */
  periodStart: Date;
  periodEnd: Date;
  /** Until when paid calls wait for a change of the subscription, UTC; null while there is none. It lapses by itself. */
  changingUntil: Date | null;
}

/** Who makes the call: from the verified token, and the account behind it. */
export interface Principal {
  /** Stripe's id of the customer who pays: claim `id`. */
  customerId: string;
  /** The end user for whom the customer issued the token; otherwise the customer: claim `user`. */
  user: string;
  /** Whether the token is the customer's own: claim `role`. Never to be concluded from `user`. */
  role: TokenRole;
  /** What the token may be used for: claim `scope`. */
  scopes: readonly Scope[];
  /** The id of the token: claim `jti`. */
  tokenId: string;
  account: AccountState;
}
