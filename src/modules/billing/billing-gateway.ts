import type { Plan } from '../../catalogue/index.js';
import type { PaymentMethodState, SubscriptionStatus } from '../../platform/identity/principal.js';

/** Who is to become a customer, and of which plan. */
export interface AccountOrder {
  /** Our id of the account; everything that is made for it carries it, and is made once. */
  accountId: string;
  email: string;
  firstname: string;
  lastname: string;
  plan: Plan;
}

/** The customer and the subscription, as the provider has them. */
export interface OpenedAccount {
  customerId: string;
  subscriptionId: string;
  status: SubscriptionStatus;
  /** The current billing period, UTC. */
  periodStart: Date;
  periodEnd: Date;
  /** When the trial ends, UTC; null when there is none. */
  trialEnd?: Date | null;
  paymentMethod: PaymentMethodState;
}

/** Where a subscription is to go. */
export interface PlanChange {
  /** Our id of the change: everything that is done for it carries it, and is done once. */
  changeId: string;
  subscriptionId: string;
  plan: Plan;
}

export interface Cancellation {
  /** As above. */
  changeId: string;
  subscriptionId: string;
  /** `now`: with a last invoice of what was used. `period_end`: it goes on until then. */
  at: 'now' | 'period_end';
}

/** The billing provider, in our words: port and injection token in one. */
export abstract class BillingGateway {
  /**
   * Makes the customer and subscribes it to the plan's price. Safe to repeat after any failure: what an earlier try
   * made is found, and what it was asked first is what is made.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses us; try again later.
   * @throws {CustomerRefusedError} when the provider will never accept this customer; nothing was made.
   */
  abstract openAccount(order: AccountOrder): Promise<OpenedAccount>;

  /**
   * Puts the subscription on the plan's prices. Safe to repeat after any failure. What was used is to be known to the
   * provider before.
   * @throws {BillingUnavailableError} as above; it may have been done.
   * @throws {ChangeRefusedError} when the provider will never do it; nothing was changed.
   */
  abstract changePlan(change: PlanChange): Promise<void>;

  /** Ends the subscription. Safe to repeat; an ended one stays as it is. @throws as `changePlan`. */
  abstract cancel(cancellation: Cancellation): Promise<void>;

  /**
   * Writes what the provider says of the customer now into its account.
   * @throws {BillingUnavailableError} when the provider cannot be asked, or others are at it for too long.
   */
  abstract refreshAccount(customerId: string): Promise<void>;
}
