import { BillingUnavailableError } from '../../src/modules/billing/ports/billing-errors.js';
import {
  type ProviderMeter,
  UsageCustomerGoneError,
  type UsageEvent,
  UsageRefusedError,
  type UsageRejection,
  UsageSink,
  UsageThrottledError,
} from '../../src/modules/billing/ports/usage-sink.js';
import type { Clock } from '../../src/platform/clock/clock.js';

const DAY_MS = 86_400_000;
export const CANARY = 'cus_canary';

/** What happens to the next event: at Stripe all of these do. */
export type UsageFault = 'away' | 'throttled' | 'lost before' | 'lost after' | 'rejected later' | 'refused';

interface Taken {
  event: UsageEvent;
  takenAt: number;
  counts: boolean;
}

/** Stripe's meters in memory, as strict as they are: identifiers are known for a day, times are bounded. */
export class FakeUsageSink extends UsageSink {
  readonly taken: Taken[] = [];
  /** Applied to the next events, one each. */
  readonly faults: UsageFault[] = [];
  /** Totals show what was taken so long ago, in milliseconds. */
  lagMs = 0;
  /** The same for a customer, where it differs. */
  readonly lagOf = new Map<string, number>();
  /** Customers that were deleted. */
  readonly gone = new Set<string>();
  /** Customers whose totals cannot be had. */
  readonly unanswered = new Set<string>();
  /** Of rejected events, by the ids of the reports. */
  readonly rejections = new Map<string, UsageRejection>();
  /** How often totals were asked for. */
  reads = 0;
  /** So many of the next questions for totals nobody answers. */
  lostTotals = 0;
  /** By how much Stripe's clock is ahead of ours, in milliseconds. */
  aheadMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly known: readonly ProviderMeter[],
  ) {
    super();
  }

  reset(): void {
    for (const list of [this.taken, this.faults]) list.length = 0;
    for (const set of [this.lagOf, this.gone, this.unanswered, this.rejections]) set.clear();
    this.lagMs = 0;
    this.aheadMs = 0;
    this.lostTotals = 0;
    this.reads = 0;
  }

  override async meters(): Promise<ProviderMeter[]> {
    return [...this.known];
  }

  override async canary(): Promise<string> {
    return CANARY;
  }

  override async isGone(customerId: string): Promise<boolean> {
    return this.gone.has(customerId);
  }

  override async rejection(eventId: string): Promise<UsageRejection | undefined> {
    return this.rejections.get(eventId);
  }

  override async cancel(_meter: ProviderMeter, identifier: string): Promise<void> {
    const taken = this.taken.find(
      ({ event, takenAt }) => event.identifier === identifier && this.now() - takenAt < DAY_MS,
    );
    if (!taken) throw new UsageRefusedError('resource_missing', new Error('older than 24 hours'));
    taken.counts = false;
  }

  override async send(event: UsageEvent): Promise<'accepted' | 'duplicate'> {
    const fault = this.faults.shift();
    if (fault === 'away' || fault === 'lost before') throw new BillingUnavailableError(new Error(fault));
    if (fault === 'throttled') throw new UsageThrottledError(new Error(fault));
    if (fault === 'refused') throw new UsageRefusedError('meter_event_invalid_value', new Error(fault));
    if (this.gone.has(event.customerId)) throw new UsageCustomerGoneError(new Error('deleted'));
    this.check(event);
    const now = this.now();
    const before = this.taken.some(
      ({ event: { identifier }, takenAt }) => identifier === event.identifier && now - takenAt < DAY_MS,
    );
    if (before) return 'duplicate';
    this.taken.push({ event, takenAt: now, counts: fault !== 'rejected later' });
    if (fault === 'lost after') throw new BillingUnavailableError(new Error(fault));
    return 'accepted';
  }

  override async total(providerMeter: string, customerId: string, from: Date, to: Date): Promise<bigint> {
    if (this.lostTotals > 0) {
      this.lostTotals--;
      throw new BillingUnavailableError(new Error('lost'));
    }
    this.reads++;
    if (this.gone.has(customerId)) throw new UsageCustomerGoneError(new Error('deleted'));
    if (this.unanswered.has(customerId)) throw new BillingUnavailableError(new Error('unanswered'));
    if (from.getTime() % 60_000 !== 0 || to.getTime() % 60_000 !== 0 || to <= from)
      throw new Error('totals are asked for whole minutes');
    return this.taken
      .filter(
        ({ event, takenAt, counts }) =>
          counts &&
          this.now() - takenAt >= (this.lagOf.get(customerId) ?? this.lagMs) &&
          event.meter.id === providerMeter &&
          event.customerId === customerId &&
          event.at >= from &&
          event.at < to,
      )
      .reduce((sum, { event }) => sum + event.value, 0n);
  }

  private now(): number {
    return this.clock.ms() + this.aheadMs;
  }

  private check({ at, value }: UsageEvent): void {
    const age = this.now() - at.getTime();
    if (age > 35 * DAY_MS) throw new UsageRefusedError('timestamp_too_far_in_past', new Error('too old'));
    if (age < -5 * 60_000) throw new UsageRefusedError('timestamp_in_future', new Error('too far ahead'));
    if (value.toString().replace('-', '').length > 15)
      throw new UsageRefusedError('meter_event_invalid_value', new Error('too long'));
  }
}
