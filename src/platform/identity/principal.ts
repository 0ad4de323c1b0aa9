import type { Scope, TokenRole } from './scopes.js';

/** The state of a subscription, in Stripe's words. */
export type SubscriptionStatus =
  'active' | 'trialing' | 'past_due' | 'unpaid' | 'canceled' | 'incomplete' | 'incomplete_expired' | 'paused';

/** Whether invoices can be collected automatically: a payment method is present, or missing, or none is needed. */
export type PaymentMethodState = 'present' | 'missing' | 'not_needed';

/** State that may change while a token lives, as of the moment of the call: looked up by the customer in the token. */
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
  /** When the customer was seen to be deleted at the provider, UTC; null otherwise. It is final. */
  closedAt: Date | null;
  /** Null until it was first compared with the provider: until then nothing is withheld. */
  paymentMethod: PaymentMethodState | null;
  /** The current billing period as last seen, UTC: when it is over, the next one has begun. */
  periodStart: Date;
  periodEnd: Date;
  /** Until when paid calls wait for a change of the subscription, UTC; null while there is none. It expires. */
  changingUntil: Date | null;
}

/** The caller: from the verified token, and the account behind it. */
export interface Principal {
  /** Stripe's id of the customer who pays: claim `id`. */
  customerId: string;
  /** The end user for whom the customer issued the token; otherwise the customer: claim `user`. */
  user: string;
  /** Whether the token is the customer's own: claim `role`. Never infer it from `user`. */
  role: TokenRole;
  /** The permitted uses of the token: claim `scope`. */
  scopes: readonly Scope[];
  /** The id of the token: claim `jti`. */
  tokenId: string;
  account: AccountState;
}
