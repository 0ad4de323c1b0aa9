import type { Plan } from '../../catalog/index.js';
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

/** What is to be changed. */
export interface SubscriptionChange {
  /** Our id of the change: everything that is done for it carries it, and is done once. */
  changeId: string;
  subscriptionId: string;
}

/** Where a subscription is to go. */
export interface PlanChange extends SubscriptionChange {
  plan: Plan;
}

/** What the provider bills for the usage price that a change of plan has left. */
export interface LeftUsage {
  priceId: string;
  /** The provider's id of the meter that the price reads. */
  providerMeter: string;
  units: bigint;
}

export interface Cancellation extends SubscriptionChange {
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
   * Puts the subscription on the plan's prices, now. Safe to repeat after any failure. What was used is to be known to
   * the provider before. A scheduled change and a scheduled cancellation are taken back by it.
   * @returns what the price that was left is billed with; undefined when that is not known.
   * @throws {BillingUnavailableError} as above; it may have been done.
   * @throws {ChangeRefusedError} when the provider will never do it; nothing was changed.
   */
  abstract changePlan(change: PlanChange): Promise<LeftUsage | undefined>;

  /**
   * Has the subscription put on the plan's prices at the end of its current period. Safe to repeat; an earlier schedule
   * of ours is replaced, a scheduled cancellation is taken back.
   * @returns when that is, UTC.
   * @throws as `changePlan`.
   */
  abstract schedulePlan(change: PlanChange): Promise<Date>;

  /** Takes a scheduled change of ours back. Safe to repeat; without one nothing is done. @throws as `changePlan`. */
  abstract keepPlan(change: SubscriptionChange): Promise<void>;

  /** Takes a scheduled cancellation back. Safe to repeat; without one nothing is done. @throws as `changePlan`. */
  abstract resume(change: SubscriptionChange): Promise<void>;

  /**
   * Ends the subscription. Safe to repeat; an ended one stays as it is. A scheduled change is taken back.
   * @throws as `changePlan`.
   */
  abstract cancel(cancellation: Cancellation): Promise<void>;

  /**
   * Writes what the provider says of the customer now into its account.
   * @throws {BillingUnavailableError} when the provider cannot be asked, or others are at it for too long.
   */
  abstract refreshAccount(customerId: string): Promise<void>;
}
