import type { Plan } from '../../../catalog/index.js';
import { Topic } from '../../../platform/topics/topics.js';
import { SubscriptionEnding } from '../../subscriptions/index.js';
import type { OpenedAccount } from './billing-gateway.js';

/** "A checkout session has changed at the provider." Subscribers fetch the current state. */
export const CHECKOUT_CHANGED = new Topic<{ sessionId: string }>('billing.checkout');

/** A payment page for a visitor without an account, or one who is not identified. */
export interface CheckoutOrder {
  /** Ours: letters, digits, `-` and `_`. It is returned with the session. */
  reference: string;
  plan: Plan;
  /** Fixed before the page is opened, when given. */
  email?: string;
  /** Redirect URL after payment; `{CHECKOUT_SESSION_ID}` in it becomes the session's id. */
  successUrl: string;
  cancelUrl: string;
  /** The same order with the same key opens the same session, for a day. */
  idempotencyKey: string;
}

export interface OpenedCheckout {
  sessionId: string;
  /** The URL of the provider's page. */
  url: string;
}

/** The current state of a session at the provider. */
export interface Checkout {
  sessionId: string;
  /** The reference from us, or from our page with a pricing table. Others' sessions have none, or one that is not ours. */
  reference: string | null;
  status: 'open' | 'complete' | 'expired';
  /** The result of a session that is complete and paid (or needs no payment now). */
  paid: PaidCheckout | null;
}

export interface PaidCheckout {
  customerId: string;
  subscriptionId: string;
  /** As entered on the payment page. */
  email: string;
  /** The name on the payment page; empty when it was not requested. */
  name: string;
  /** The id of the plan in the catalog; `null` when the price is not in the catalog. */
  plan: string | null;
}

/** Payment on the provider's pages, in our terms: port and injection token in one. */
export abstract class CheckoutGateway extends SubscriptionEnding {
  /** @throws {BillingUnavailableError} {CustomerRefusedError} for an email that cannot be billed. */
  abstract open(order: CheckoutOrder): Promise<OpenedCheckout>;

  /** @returns `undefined` for an id unknown to the provider. @throws {BillingUnavailableError} */
  abstract find(sessionId: string): Promise<Checkout | undefined>;

  /**
   * Assigns the customer and the subscription of a checkout to the account, and returns their state. Safe to repeat.
   * @throws {BillingUnavailableError}
   */
  abstract adopt(accountId: string, paid: PaidCheckout): Promise<OpenedAccount>;
}

/** The provider's own pages for customers: cards, invoices, cancellation. */
export abstract class CustomerPortalGateway {
  /** @returns the address of a page for this customer, valid for a short time. @throws {BillingUnavailableError} */
  abstract open(customerId: string, returnUrl: string): Promise<string>;
}
