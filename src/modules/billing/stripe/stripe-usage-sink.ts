import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog } from '../../../catalog/index.js';
import { Log } from '../../../platform/logging/logger.js';
import {
  type ProviderMeter,
  UsageCustomerGoneError,
  type UsageEvent,
  UsageRefusedError,
  type UsageRejection,
  UsageSink,
  UsageThrottledError,
} from '../ports/usage-sink.js';
import { describeMeter, stateOf } from './provider-meter.js';
import { findCanary, isCustomerGone, readRejection, sumOfSummaries } from './stripe-meter-reads.js';
import { expectObject, translateStripeError } from './stripe-errors.js';
import { StripePace } from './stripe-pace.js';

/** Without a code of its own: only the message shows that an event was delivered before. */
const DUPLICATE = /already exists with identifier/i;

const ELSEWHERE =
  'give it another eventName in the catalog, or make the price on a meter with the formula "sum" and no event time window.';
const UNUSABLE: Record<Exclude<ReturnType<typeof stateOf>, 'usable'>, string> = {
  inactive:
    'A meter is switched off at Stripe: no usage can be reported to it. Run: npm run farebox -- catalog apply',
  no_sum: `A meter at Stripe does not sum its events: ${ELSEWHERE}`,
  pre_aggregated: `A meter at Stripe has an event time window: it keeps the latest event of each hour or day and drops the others, so no usage is reported to it: ${ELSEWHERE}`,
};
/**
 * The reasons for Stripe's refusals without a code, by their message. Seen on real accounts: "The event timestamp
 * cannot be more than 35 days in past. Expected a timestamp greater than or equal to 1758141836." The reasons are the
 * codes that Stripe's error reports use for the same.
 */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/timestamp .*\bin (the )?past\b/i, 'timestamp_too_far_in_past'],
  [/timestamp .*\bin (the )?future\b/i, 'timestamp_in_future'],
];

/** Reports usage to Stripe's billing meters. https://docs.stripe.com/api/billing/meter-event */
@Injectable()
export class StripeUsageSink extends UsageSink {
  private readonly log: Log;

  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
    private readonly pace: StripePace,
    log: Log,
  ) {
    super();
    this.log = log.named('usage');
  }

  override async meters(): Promise<ProviderMeter[]> {
    try {
      const found = new Map<string, Stripe.Billing.Meter>();
      for await (const meter of this.stripe.billing.meters.list({ limit: 100 }))
        found.set(meter.event_name, meter);
      const meters: ProviderMeter[] = [];
      for (const { name, eventName } of this.catalog.meters) {
        const meter = eventName === null ? await this.meterOfPrice(name) : found.get(eventName);
        if (meter && this.isUsable(name, meter)) meters.push(describeMeter(name, meter));
      }
      return meters;
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  override async send({
    meter,
    customerId,
    identifier,
    at,
    value,
  }: UsageEvent): Promise<'accepted' | 'duplicate'> {
    try {
      expectMeterEvent(
        await this.pace.send(() =>
          this.stripe.billing.meterEvents.create({
            event_name: meter.eventName,
            identifier,
            timestamp: Math.floor(at.getTime() / 1_000),
            payload: { [meter.customerKey]: customerId, [meter.valueKey]: value.toString() },
          }),
        ),
        identifier,
      );
      return 'accepted';
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError) {
        if (DUPLICATE.test(error.message)) return 'duplicate';
        if (await this.isAboutGone(error, customerId)) throw new UsageCustomerGoneError(error);
        throw new UsageRefusedError(reasonOf(error), error);
      }
      if (error instanceof Stripe.errors.StripeRateLimitError) throw new UsageThrottledError(error);
      throw translateStripeError(error);
    }
  }

  override async total(providerMeter: string, customerId: string, from: Date, to: Date): Promise<bigint> {
    try {
      return await this.pace.read(() => sumOfSummaries(this.stripe, providerMeter, customerId, from, to));
    } catch (error) {
      if (await this.isAboutGone(error, customerId)) throw new UsageCustomerGoneError(error);
      throw translateStripeError(error);
    }
  }

  override async canary(): Promise<string> {
    return this.translated(() => findCanary(this.stripe));
  }

  override async isGone(customerId: string): Promise<boolean> {
    return this.translated(() => this.pace.read(() => isCustomerGone(this.stripe, customerId)));
  }

  override async rejection(eventId: string): Promise<UsageRejection | undefined> {
    return this.translated(() => this.pace.read(() => readRejection(this.stripe, eventId)));
  }

  override async cancel({ eventName }: ProviderMeter, identifier: string): Promise<void> {
    try {
      const { object } = await this.stripe.billing.meterEventAdjustments.create({
        event_name: eventName,
        type: 'cancel',
        cancel: { identifier },
      });
      if (object !== 'billing.meter_event_adjustment')
        throw new Error('the answer is not a Stripe billing.meter_event_adjustment');
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError)
        throw new UsageRefusedError(error.code ?? 'invalid_request', error);
      throw translateStripeError(error);
    }
  }

  private async translated<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** The missing object may be the meter: so the customer is checked. */
  private async isAboutGone(error: unknown, customerId: string): Promise<boolean> {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return false;
    if (error.code !== 'resource_missing' && !/customer/i.test(error.message)) return false;
    return this.isGone(customerId).catch(() => false);
  }

  /** With STRIPE_PRICE_KEY the price determines its meter. */
  private async meterOfPrice(name: string): Promise<Stripe.Billing.Meter | undefined> {
    const plan = this.catalog.plans.find(({ price }) => price.meter === name);
    if (!plan || !('stripePriceId' in plan.price)) return undefined;
    const price = expectObject(await this.stripe.prices.retrieve(plan.price.stripePriceId), 'price');
    const meter = price.recurring?.meter;
    return meter
      ? expectObject(await this.stripe.billing.meters.retrieve(meter), 'billing.meter')
      : undefined;
  }

  private isUsable(name: string, meter: Stripe.Billing.Meter): boolean {
    const state = stateOf(meter);
    if (state === 'usable') return true;
    this.log.error(UNUSABLE[state], {
      meter: name,
      stripeMeter: meter.id,
      formula: meter.default_aggregation.formula,
      window: meter.event_time_window,
    });
    return false;
  }
}

function reasonOf({ code, message }: Stripe.errors.StripeInvalidRequestError): string {
  // The message is more specific than a code with several meanings.
  return REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? code ?? 'invalid_request';
}

/** SDK 23 resolves an answer that is not Stripe's: only one with our event's identifier shows that it was accepted. */
function expectMeterEvent(event: Stripe.Billing.MeterEvent, identifier: string): void {
  if (event?.object !== 'billing.meter_event' || event.identifier !== identifier)
    throw new Error('the answer is not the meter event that was sent');
}
