import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { Topic } from '../../../platform/topics/topics.js';

/** "The provider rejected meter events that it had accepted." Its totals show which. */
export const METER_ERRORS = new Topic<{ eventId: string; type: string }>('billing.meter-errors');

/** A meter at the provider. */
export interface ProviderMeter {
  /** The name in our catalog. */
  name: string;
  /** The provider's id, by which prices and requests for totals refer to it. */
  id: string;
  /** The event name for reporting usage. */
  eventName: string;
  /** The payload keys of the customer and the value. */
  customerKey: string;
  valueKey: string;
}

/** A number of units to add to a customer's usage. */
export interface UsageEvent {
  meter: ProviderMeter;
  customerId: string;
  /** Makes it count once: the provider accepts an identifier once within at least 24 hours. */
  identifier: string;
  /** The time it counts at, UTC, in whole seconds. */
  at: Date;
  /** A whole number, which may be negative. */
  value: bigint;
}

/** The provider will never accept this event as it is; the reason says why. */
export class UsageRefusedError extends FareboxError {
  constructor(
    /** The provider's own code, such as `timestamp_too_far_in_past`; no personal data. */
    readonly reason: string,
    cause: unknown,
  ) {
    super('billing_unavailable', 'The usage was not accepted by the billing provider.', { cause });
  }
}

/** The provider has deleted the customer: its usage can be neither reported nor read. */
export class UsageCustomerGoneError extends FareboxError {
  constructor(cause: unknown) {
    super('billing_unavailable', 'The customer was deleted at the billing provider.', { cause });
  }
}

/** The provider's report of events that it accepted and later rejected. Times are UTC. */
export interface UsageRejection {
  /** The provider's id of the meter. */
  providerMeter: string;
  /** The events were validated between these times. */
  from: Date;
  to: Date;
  /** How many were rejected. */
  count: number;
  /** Of some of the rejected events. */
  identifiers: readonly string[];
}

/** The provider throttles our requests. */
export class UsageThrottledError extends FareboxError {
  constructor(cause: unknown) {
    super('billing_unavailable', 'The billing provider asks us to slow down.', { cause });
  }
}

/** Where usage is reported, apart from the rest of billing: port and injection token in one. */
export abstract class UsageSink {
  /**
   * The catalog's meters as the provider has them. Meters that are missing there, inactive, or do not sum their events
   * are left out, and the log says why.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract meters(): Promise<ProviderMeter[]>;

  /**
   * Reports usage. Repeated with the same identifier it counts once.
   * @returns whether it was accepted now, or had been before.
   * @throws {UsageRefusedError} {UsageCustomerGoneError} {UsageThrottledError} {BillingUnavailableError}
   */
  abstract send(event: UsageEvent): Promise<'accepted' | 'duplicate'>;

  /**
   * The provider's total for a customer between two whole minutes, UTC. It lags: an event may be missing for a while
   * after it was accepted, and no bound is promised.
   * @throws {UsageCustomerGoneError} {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract total(providerMeter: string, customerId: string, from: Date, to: Date): Promise<bigint>;

  /**
   * A customer of our own without a subscription, whose usage costs nothing: found, or created once.
   * @returns the provider's id of it. @throws {BillingUnavailableError}
   */
  abstract canary(): Promise<string>;

  /** Whether the provider has deleted the customer. @throws {BillingUnavailableError} */
  abstract isGone(customerId: string): Promise<boolean>;

  /**
   * The content of a report of rejected events.
   * @param eventId the provider's id of the report.
   * @returns `undefined` for one that names no meter. @throws {BillingUnavailableError}
   */
  abstract rejection(eventId: string): Promise<UsageRejection | undefined>;

  /**
   * Cancels an event that was accepted within the last 24 hours.
   * @throws {UsageRefusedError} when it is too old or unknown. {BillingUnavailableError}
   */
  abstract cancel(meter: ProviderMeter, identifier: string): Promise<void>;
}
