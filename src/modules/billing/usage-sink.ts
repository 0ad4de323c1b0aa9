import { FareboxError } from '../../platform/errors/farebox-error.js';

/** A meter at the provider. */
export interface ProviderMeter {
  /** Of our catalogue. */
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

/** The provider asks us to slow down. */
export class UsageThrottledError extends FareboxError {
  constructor(cause: unknown) {
    super('billing_unavailable', 'The billing provider asks us to slow down.', { cause });
  }
}

/** Where usage is told, apart from the rest of billing: port and injection token in one. */
export abstract class UsageSink {
  /**
   * The catalogue's meters as the provider has them. Those that are missing there, are switched off, or do not add up
   * what they are told, are missing here, and the log says why.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract meters(): Promise<ProviderMeter[]>;

  /**
   * Tells usage. Told again with the same identifier it counts once.
   * @returns whether it was taken now, or had been before.
   * @throws {UsageRefusedError} {UsageThrottledError} {BillingUnavailableError}
   */
  abstract send(event: UsageEvent): Promise<'accepted' | 'duplicate'>;

  /**
   * What the provider shows for a customer between two whole minutes, UTC. It lags: an event may be missing for a while
   * after it was taken.
   * @throws {BillingUnavailableError} when the provider cannot be asked.
   */
  abstract total(providerMeter: string, customerId: string, from: Date, to: Date): Promise<bigint>;
}
