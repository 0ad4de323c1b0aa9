import type Stripe from 'stripe';
import type { Catalog, Plan } from '../../../../catalog/index.js';
import { productIdOf } from './compare-products.js';
import { baseMarks, type Marks, type Part, usageMarks } from './marks.js';
import { baseParams, type TermParams, type Terms, termsOfParams, usageParams } from './price-terms.js';

/** A price that the file requires. */
export interface WantedPrice {
  plan: string;
  part: Part;
  product: string;
  lookupKey: string;
  /** The event name of its meter; `null` for a base fee. */
  eventName: string | null;
  nickname: string;
  taxBehavior: NonNullable<Stripe.Price.TaxBehavior>;
  marks: Marks;
  terms: Terms;
  /** @param meter Stripe's id of its meter. */
  params(meter: string): TermParams;
}

/** The prices of a plan: of its usage, and its base fee. None for a plan of STRIPE_PRICE_KEY. */
export function wantedPrices(catalog: Catalog, plan: Plan): WantedPrice[] {
  const { price, baseFee } = plan;
  if ('stripePriceId' in price) return [];
  const eventName = catalog.meters.find(({ name }) => name === price.meter)?.eventName ?? '';
  const common = {
    plan: plan.id,
    product: productIdOf(plan),
    taxBehavior: price.taxBehavior ?? 'unspecified',
  } as const;
  const usage: WantedPrice = {
    ...common,
    part: 'usage',
    lookupKey: price.lookupKey,
    eventName,
    nickname: price.description ?? '',
    marks: usageMarks(catalog, plan.id, price),
    terms: termsOfParams(usageParams(price, eventName), eventName),
    params: (meter) => usageParams(price, meter),
  };
  if (!baseFee) return [usage];
  const params = baseParams(baseFee.amount, price.billingPeriod);
  const base: WantedPrice = {
    ...common,
    part: 'base',
    lookupKey: baseFee.lookupKey,
    eventName: null,
    nickname: baseFee.description ?? '',
    marks: baseMarks(plan.id),
    terms: termsOfParams(params, ''),
    params: () => params,
  };
  return [usage, base];
}
