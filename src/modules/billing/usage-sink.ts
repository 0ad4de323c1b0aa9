import { FareboxError } from '../../platform/errors/farebox-error.js';

/** A meter at the provider. */
export interface ProviderMeter {
  /** Of our catalog. */
  name: string;
  /** The provider's id, by which a price names it and its totals are asked for. */
  id: string;
  /** By which usage is told. */
  eventName: string;
  /** Under which keys of the payload the meter finds the customer and the value. */
  customerKey: string;
  valueKey: string;
}

/** A number of units to be added to what a customer has used. */
export interface UsageEvent {
  meter: ProviderMeter;
  customerId: string;
  /** Makes it count once: the provider takes an identifier once within at least 24 hours. */
  identifier: string;
  /** The time it counts at, UTC, in whole seconds. */
  at: Date;
  /** A whole number, which may be negative. */
  value: bigint;
}

/** The provider will not take this event as it is, now or later: it says why. */
export class UsageRefusedError extends FareboxError {
  constructor(
    /** The provider's own code, such as `timestamp_too_far_in_past`; no personal data. */
    readonly reason: string,
    cause: unknown,
  ) {
    super('billing_unavailable', 'The usage was not accepted by the billing provider.', { cause });
  }
}

/** The provider has deleted the customer: nothing can be reported of it, or asked for. */
export class UsageCustomerGoneError extends FareboxError {
  constructor(cause: unknown) {
    super('billing_unavailable', 'The customer was deleted at the billing provider.', { cause });
  }
}

/** What the provider reported of events that it had taken and rejected afterwards. Times are UTC. */
export interface UsageRejection {
  /** The provider's id of the meter. */
  providerMeter: string;
  /** The events were validated between these times. */
  from: Date;
  to: Date;
  /** How many were rejected. */
  count: number;
  /** Of some of them. */
  identifiers: readonly string[];
}

/** The provider asks us to slow down. */
export class UsageThrottledError extends FareboxError {
  constructor(cause: unknown) {
    super('billing_unavailable', 'The billing provider asks us to slow down.', { cause });
  }
}

/** Where usage is told, apart from the rest of billing: port and injection token in one. */
export abstract class UsageSink {
  /**
   * The catalog's meters as the provider has them. Those that are missing there, are switched off, or do not add up
   * what they are told, are missing here, and the log says why.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract meters(): Promise<ProviderMeter[]>;

  /**
   * Tells usage. Told again with the same identifier it counts once.
   * @returns whether it was taken now, or had been before.
   * @throws {UsageRefusedError} {UsageCustomerGoneError} {UsageThrottledError} {BillingUnavailableError}
   */
  abstract send(event: UsageEvent): Promise<'accepted' | 'duplicate'>;

  /**
   * What the provider shows for a customer between two whole minutes, UTC. It lags: an event may be missing for a while
   * after it was taken, and no bound is promised.
   * @throws {UsageCustomerGoneError} {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract total(providerMeter: string, customerId: string, from: Date, to: Date): Promise<bigint>;

  /**
   * A customer of our own without a subscription, whose usage costs nothing: found, or made once.
   * @returns the provider's id of it. @throws {BillingUnavailableError}
   */
  abstract canary(): Promise<string>;

  /** Whether the provider has deleted the customer. @throws {BillingUnavailableError} */
  abstract isGone(customerId: string): Promise<boolean>;

  /**
   * What a report of rejected events says.
   * @param eventId the provider's id of the report.
   * @returns `undefined` for one that names no meter. @throws {BillingUnavailableError}
   */
  abstract rejection(eventId: string): Promise<UsageRejection | undefined>;

  /**
   * Cancels an event that was taken within the last 24 hours.
   * @throws {UsageRefusedError} when it is too old or unknown. {BillingUnavailableError}
   */
  abstract cancel(meter: ProviderMeter, identifier: string): Promise<void>;
}
