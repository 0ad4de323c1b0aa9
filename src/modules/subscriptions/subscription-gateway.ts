import type { Plan } from '../../catalog/index.js';

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

/** Subscriptions at the billing provider. Implemented as a part of its `BillingGateway`. */
export abstract class SubscriptionGateway {
  /**
   * Puts the subscription on the plan's prices, now. Safe to repeat after any failure. Usage must be reported to the
   * provider before. Takes back a scheduled change and a scheduled cancellation.
   * @returns the bill for the usage price that was left; undefined when that is not known.
   * @throws {BillingUnavailableError} when the provider cannot be reached or refuses us; it may have been done.
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

/** Implemented as a part of the provider's `CheckoutGateway`. */
export abstract class SubscriptionEnding {
  /**
   * Ends a subscription at once, with a final invoice for its usage. Usage is settled first (`UsageSettlement`). Safe
   * to repeat; one that has ended or does not exist is left unchanged.
   * @throws {BillingUnavailableError}
   */
  abstract endSubscription(customerId: string, subscriptionId: string): Promise<void>;
}
