import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { Catalogue, CataloguePrice, MeterDefinition, Plan } from '../../../catalogue/index.js';
import { fingerprint } from '../../../platform/idempotency/fingerprint.js';
import { CatalogueSync, type SyncStep } from '../catalogue-sync.js';
import { priceParams, termsOfParams, termsOfPrice } from './price-params.js';
import { expectObject, translateStripeError } from './stripe-errors.js';

/**
 * Each object has one place to be found again, so that nothing is made twice: a meter its event name (which Stripe
 * allows once), a product its id, a price its lookup key.
 */
@Injectable()
export class StripeCatalogueSync extends CatalogueSync {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async apply(catalogue: Catalogue): Promise<SyncStep[]> {
    try {
      const meters = await this.applyMeters(catalogue.meters);
      const steps = [...meters.values()];
      for (const plan of catalogue.plans) steps.push(...(await this.applyPlan(plan, meters)));
      return steps;
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private async applyMeters(wanted: readonly MeterDefinition[]): Promise<Map<string, SyncStep>> {
    const steps = new Map<string, SyncStep>();
    const existing = new Map<string, Stripe.Billing.Meter>();
    for await (const meter of this.stripe.billing.meters.list({ limit: 100 }))
      existing.set(meter.event_name, meter);
    for (const definition of wanted) {
      if (definition.eventName === null) continue;
      const meter = existing.get(definition.eventName);
      steps.set(
        definition.name,
        await this.applyMeter(definition.name, definition.displayName, definition.eventName, meter),
      );
    }
    return steps;
  }

  private async applyMeter(
    name: string,
    displayName: string,
    eventName: string,
    meter?: Stripe.Billing.Meter,
  ): Promise<SyncStep> {
    if (!meter) {
      const made = await this.stripe.billing.meters.create({
        display_name: displayName,
        event_name: eventName,
        default_aggregation: { formula: 'sum' },
        customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
        value_settings: { event_payload_key: 'value' },
      });
      return { kind: 'meter', name, action: 'created', id: expectObject(made, 'billing.meter').id };
    }
    if (meter.default_aggregation.formula !== 'sum') {
      return {
        kind: 'meter',
        name,
        action: 'differs',
        id: meter.id,
        message: `aggregates by ${meter.default_aggregation.formula}, not sum: give the meter another eventName`,
      };
    }
    if (meter.status === 'active') return { kind: 'meter', name, action: 'unchanged', id: meter.id };
    await this.stripe.billing.meters.reactivate(meter.id);
    return { kind: 'meter', name, action: 'reactivated', id: meter.id };
  }

  private async applyPlan(plan: Plan, meters: ReadonlyMap<string, SyncStep>): Promise<SyncStep[]> {
    const { price } = plan;
    if ('stripePriceId' in price) {
      const found = expectObject(await this.stripe.prices.retrieve(price.stripePriceId), 'price');
      return [{ kind: 'price', name: plan.id, action: 'unchanged', id: found.id }];
    }
    const product = await this.applyProduct(plan);
    const meter = meters.get(price.meter);
    if (!meter) throw new Error(`plan "${plan.id}" has no meter`);
    return [product, await this.applyPrice(plan.id, price, product.id, meter.id)];
  }

  private async applyProduct({ id: plan, product }: Plan): Promise<SyncStep> {
    const id = `farebox_${plan}`;
    const existing = await this.findProduct(id);
    if (existing) return { kind: 'product', name: plan, action: 'unchanged', id };
    const { name, description, image } = product;
    await this.stripe.products.create({
      id,
      name,
      ...(description === undefined ? {} : { description }),
      ...(image === undefined ? {} : { images: [image] }),
      metadata: { farebox_plan: plan },
    });
    return { kind: 'product', name: plan, action: 'created', id };
  }

  private async findProduct(id: string): Promise<Stripe.Product | undefined> {
    try {
      return expectObject(await this.stripe.products.retrieve(id), 'product');
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        return undefined;
      throw error;
    }
  }

  private async applyPrice(
    plan: string,
    price: CataloguePrice,
    product: string,
    meter: string,
  ): Promise<SyncStep> {
    const params = priceParams(price, product, meter);
    const { data } = await this.stripe.prices.list({
      lookup_keys: [price.lookupKey],
      active: true,
      limit: 1,
      expand: ['data.tiers'],
    });
    const existing = data[0];
    if (!existing) {
      // A second `apply` beside this one asks with the same key, and is given the same price.
      const idempotencyKey = `farebox:price:${price.lookupKey}:${fingerprint(termsOfParams(params)).slice(0, 32)}:${product}`;
      const made = await this.stripe.prices.create(params, { idempotencyKey });
      return { kind: 'price', name: plan, action: 'created', id: expectObject(made, 'price').id };
    }
    if (termsOfPrice(existing) === termsOfParams(params))
      return { kind: 'price', name: plan, action: 'unchanged', id: existing.id };
    return {
      kind: 'price',
      name: plan,
      action: 'differs',
      id: existing.id,
      message:
        'charges something else at Stripe than the catalogue says. Prices cannot be changed: give the plan a new id, or archive the price at Stripe and apply again',
    };
  }
}
