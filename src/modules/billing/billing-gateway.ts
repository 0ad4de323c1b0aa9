import type { Plan } from '../../catalog/index.js';
import type { PaymentMethodState, SubscriptionStatus } from '../../platform/identity/principal.js';

/** The customer to create, and its plan. */
export interface AccountOrder {
  /** Our id of the account; everything created for it carries it, and is created once. */
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

/** The subscription to change. */
export interface SubscriptionChange {
  /** Our id of the change: everything done for it carries it, and is done once. */
  changeId: string;
  subscriptionId: string;
}

/** The target plan of a subscription. */
export interface PlanChange extends SubscriptionChange {
  plan: Plan;
}

/** The provider's bill for the usage price that a change of plan has left. */
export interface LeftUsage {
  priceId: string;
  /** The provider's id of the meter that the price reads. */
  providerMeter: string;
  units: bigint;
}

export interface Cancellation extends SubscriptionChange {
  /** `now`: with a final invoice for the usage so far. `period_end`: it continues until then. */
  at: 'now' | 'period_end';
}

/** The billing provider, in our terms: port and injection token in one. */
export abstract class BillingGateway {
  /**
   * Creates the customer and subscribes it to the plan's price. Safe to repeat after any failure: objects of an earlier
   * try are found, and the parameters of the first try are used.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses us; try again later.
   * @throws {CustomerRefusedError} when the provider will never accept this customer; nothing was created.
   */
  abstract openAccount(order: AccountOrder): Promise<OpenedAccount>;

  /**
   * Puts the subscription on the plan's prices, now. Safe to repeat after any failure. Usage must be reported to the
   * provider before. Takes back a scheduled change and a scheduled cancellation.
   * @returns the bill for the usage price that was left; undefined when that is not known.
   * @throws {BillingUnavailableError} as above; it may have been done.
   * @throws {ChangeRefusedError} when the provider will never do it; nothing was changed.
   */
  abstract changePlan(change: PlanChange): Promise<LeftUsage | undefined>;

  /**
   * Schedules the plan's prices for the end of the subscription's current period. Safe to repeat; an earlier schedule
   * of ours is replaced, a scheduled cancellation is taken back.
   * @returns when the change takes effect, UTC.
   * @throws as `changePlan`.
   */
  abstract schedulePlan(change: PlanChange): Promise<Date>;

  /** Takes back a scheduled change of ours. Safe to repeat; without one nothing is done. @throws as `changePlan`. */
  abstract keepPlan(change: SubscriptionChange): Promise<void>;

  /** Takes back a scheduled cancellation. Safe to repeat; without one nothing is done. @throws as `changePlan`. */
  abstract resume(change: SubscriptionChange): Promise<void>;

  /**
   * Ends the subscription. Safe to repeat; an ended one stays as it is. A scheduled change is taken back.
   * @throws as `changePlan`.
   */
  abstract cancel(cancellation: Cancellation): Promise<void>;

  /**
   * Writes the provider's current state of the customer into its account.
   * @throws {BillingUnavailableError} when the provider cannot be asked, or the customer's lock is held for too long.
   */
  abstract refreshAccount(customerId: string): Promise<void>;
}
