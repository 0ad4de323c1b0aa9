import type { Plan } from '../../catalog/index.js';
import type { OpenedAccount } from './billing-gateway.js';

/** A payment page for a visitor without an account, or one who is not identified. */
export interface CheckoutOrder {
  /** Ours: letters, digits, `-` and `_`. It comes back with the session. */
  reference: string;
  plan: Plan;
  /** Settled before the page is opened, when given. */
  email?: string;
  /** Where those who paid are sent; `{CHECKOUT_SESSION_ID}` in it becomes the session's id. */
  successUrl: string;
  cancelUrl: string;
  /** The same order under the same key opens the same session, for a day. */
  idempotencyKey: string;
}

export interface OpenedCheckout {
  sessionId: string;
  /** The provider's page. */
  url: string;
}

/** A session as the provider has it now. */
export interface Checkout {
  sessionId: string;
  /** What we, or our page with a pricing table, gave it. Others' sessions have none, or one that is not ours. */
  reference: string | null;
  status: 'open' | 'complete' | 'expired';
  /** What a session that is complete and paid (or needs no payment now) has brought about. */
  paid: PaidCheckout | null;
}

export interface PaidCheckout {
  customerId: string;
  subscriptionId: string;
  /** As the person wrote it on the payment page. */
  email: string;
  /** The name on the payment page; empty when none was asked for. */
  name: string;
  /** The id of the plan in the catalog; `null` when the catalog does not know the price. */
  plan: string | null;
}

/** Paying on the provider's pages, in our words: port and injection token in one. */
export abstract class CheckoutGateway {
  /** @throws {BillingUnavailableError} {CustomerRefusedError} for an email that cannot be billed. */
  abstract open(order: CheckoutOrder): Promise<OpenedCheckout>;

  /** @returns `undefined` for an id that the provider does not know. @throws {BillingUnavailableError} */
  abstract find(sessionId: string): Promise<Checkout | undefined>;

  /**
   * Makes the customer and the subscription of a checkout those of the account, and says how they stand. Safe to
   * repeat.
   * @throws {BillingUnavailableError}
   */
  abstract adopt(accountId: string, paid: PaidCheckout): Promise<OpenedAccount>;

  /**
   * Ends a subscription at once, with a last invoice over what was used. Usage is settled first (`UsageSettlement`). Safe to
   * repeat; one that has ended, or is gone, is left.
   * @throws {BillingUnavailableError}
   */
  abstract endSubscription(customerId: string, subscriptionId: string): Promise<void>;
}

/** The provider's own pages for customers: cards, invoices, cancelling. */
export abstract class CustomerPortalGateway {
  /** @returns the address of a page for this customer, good for a short while. @throws {BillingUnavailableError} */
  abstract open(customerId: string, returnUrl: string): Promise<string>;
}
