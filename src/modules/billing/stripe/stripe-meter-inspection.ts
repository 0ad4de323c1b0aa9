import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog, type MeterDefinition, type Plan } from '../../../catalog/index.js';
import { type InspectedMeter, MeterInspection } from '../ports/diagnostics.js';
import { describeMeter, stateOf } from './provider-meter.js';
import { translateStripeError } from './stripe-errors.js';

/** A meter of the catalog, and the prices of its plans, as Stripe has them now. */
@Injectable()
export class StripeMeterInspection extends MeterInspection {
  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
  ) {
    super();
  }

  override async inspect(name: string): Promise<InspectedMeter> {
    const definition = this.catalog.meters.find((meter) => meter.name === name);
    if (!definition) return { state: 'missing', provider: undefined, plans: [] };
    try {
      const prices = await this.prices(name);
      const meter = await this.find(definition, prices);
      if (!meter) return { state: 'missing', provider: undefined, plans: [] };
      const plans = prices
        .filter(({ price }) => price.recurring?.meter === meter.id)
        .map(({ plan }) => plan.id);
      return { state: stateOf(meter), provider: describeMeter(name, meter), plans };
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** The active prices of the plans that use the meter. */
  private async prices(meter: string): Promise<{ plan: Plan; price: Stripe.Price }[]> {
    const found: { plan: Plan; price: Stripe.Price }[] = [];
    for (const plan of this.catalog.plans.filter(({ price }) => price.meter === meter)) {
      const price = await this.priceOf(plan);
      if (price?.active) found.push({ plan, price });
    }
    return found;
  }

  private async priceOf({ price }: Plan): Promise<Stripe.Price | undefined> {
    if (!('stripePriceId' in price))
      return (await this.stripe.prices.list({ lookup_keys: [price.lookupKey], active: true, limit: 1 }))
        .data[0];
    try {
      return await this.stripe.prices.retrieve(price.stripePriceId);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        return undefined;
      throw error;
    }
  }

  /** By its event name; with STRIPE_PRICE_KEY it is the one that the price reads. */
  private async find(
    { eventName }: MeterDefinition,
    prices: readonly { price: Stripe.Price }[],
  ): Promise<Stripe.Billing.Meter | undefined> {
    if (eventName === null) {
      const id = prices[0]?.price.recurring?.meter;
      return id ? this.stripe.billing.meters.retrieve(id) : undefined;
    }
    for await (const meter of this.stripe.billing.meters.list({ limit: 100 }))
      if (meter.event_name === eventName) return meter;
    return undefined;
  }
}
