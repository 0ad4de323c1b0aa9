import Stripe from 'stripe';
import { type Amount, type CataloguePrice, minorUnitText } from '../../../catalogue/index.js';

const decimal = (amount: Amount) => Stripe.Decimal.from(minorUnitText(amount));

/** A price of the catalogue as Stripe is asked to make it. https://docs.stripe.com/api/prices/create */
export function priceParams(price: CataloguePrice, product: string, meter: string): Stripe.PriceCreateParams {
  return {
    product,
    currency: price.currency,
    lookup_key: price.lookupKey,
    ...(price.description === undefined ? {} : { nickname: price.description }),
    recurring: {
      usage_type: 'metered',
      meter,
      interval: price.billingPeriod.interval,
      interval_count: price.billingPeriod.count,
    },
    ...modelParams(price),
  };
}

function modelParams(price: CataloguePrice): Partial<Stripe.PriceCreateParams> {
  switch (price.model) {
    case 'standard':
      return { billing_scheme: 'per_unit', unit_amount_decimal: decimal(price.unitAmount) };
    case 'package':
      return {
        billing_scheme: 'per_unit',
        unit_amount_decimal: decimal(price.packageAmount),
        transform_quantity: { divide_by: price.packageSize, round: 'up' },
      };
    case 'graduated':
    case 'volume':
      return {
        billing_scheme: 'tiered',
        tiers_mode: price.model,
        tiers: price.tiers.map(({ upTo, unitAmount }) => ({
          up_to: upTo,
          unit_amount_decimal: decimal(unitAmount),
        })),
      };
  }
}

/**
 * What a price charges, as one comparable text: of the catalogue's, or of Stripe's (retrieved with `expand: ['tiers']`).
 * Two prices with the same text cost the same.
 */
export function termsOfParams(params: Stripe.PriceCreateParams): string {
  const { currency, recurring, unit_amount_decimal, transform_quantity, tiers_mode, tiers } = params;
  return JSON.stringify([
    currency,
    recurring?.interval,
    recurring?.interval_count ?? 1,
    recurring?.meter ?? null,
    unit_amount_decimal?.toString() ?? null,
    transform_quantity ? [transform_quantity.divide_by, transform_quantity.round] : null,
    tiers_mode ?? null,
    tiers?.map((tier) => [
      tier.up_to === 'inf' ? null : tier.up_to,
      tier.unit_amount_decimal?.toString() ?? null,
      null,
    ]) ?? null,
  ]);
}

export function termsOfPrice(price: Stripe.Price): string {
  const { currency, recurring, unit_amount_decimal, transform_quantity, tiers_mode, tiers } = price;
  return JSON.stringify([
    currency,
    recurring?.interval,
    recurring?.interval_count ?? 1,
    recurring?.meter ?? null,
    tiers_mode ? null : (unit_amount_decimal?.toString() ?? null),
    transform_quantity ? [transform_quantity.divide_by, transform_quantity.round] : null,
    tiers_mode ?? null,
    tiers?.map((tier) => [tier.up_to, tier.unit_amount_decimal?.toString() ?? null, flatOf(tier)]) ?? null,
  ]);
}

function flatOf(tier: Stripe.Price.Tier): string | null {
  const flat = tier.flat_amount_decimal?.toString() ?? null;
  return flat === '0' ? null : flat;
}
