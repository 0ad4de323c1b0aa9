import { type Amount, majorUnitText } from './amount.js';
import type { BillingPeriod, Catalogue, CataloguePrice, Plan, Tier } from './catalogue.js';

/** A plan as `GET /plans` shows it. Amounts are decimal texts in the currency's main unit. */
export interface OfferedPlan {
  id: string;
  name: string;
  description: string;
  /** What it costs, in a sentence. */
  price: string;
  default: boolean;
  model: 'standard' | 'package' | 'graduated' | 'volume' | null;
  currency: string | null;
  billingPeriod: BillingPeriod | null;
  /** One step for standard and package prices. */
  tiers: { upTo: number | 'inf'; amount: string }[];
  /** Units per package; 1 unless the model is package. */
  packageSize: number;
}

export function offerOf(catalogue: Catalogue): OfferedPlan[] {
  return catalogue.plans.map((plan) => offeredPlan(plan, catalogue.defaultPlan));
}

function offeredPlan({ id, product, price }: Plan, defaultPlan: string): OfferedPlan {
  const common = {
    id,
    name: product.name,
    description: product.description ?? '',
    default: id === defaultPlan,
  };
  if ('stripePriceId' in price) {
    return {
      ...common,
      price: 'See the price in Stripe.',
      model: null,
      currency: null,
      billingPeriod: null,
      tiers: [],
      packageSize: 1,
    };
  }
  return {
    ...common,
    price: describePrice(price),
    model: price.model,
    currency: price.currency,
    billingPeriod: price.billingPeriod,
    tiers: stepsOf(price).map(({ upTo, unitAmount }) => ({ upTo, amount: majorUnitText(unitAmount) })),
    packageSize: price.model === 'package' ? price.packageSize : 1,
  };
}

/** A price as the steps that it has in any model. */
export function stepsOf(price: CataloguePrice): readonly Tier[] {
  switch (price.model) {
    case 'standard':
      return [{ upTo: 'inf', unitAmount: price.unitAmount }];
    case 'package':
      return [{ upTo: 'inf', unitAmount: price.packageAmount }];
    case 'graduated':
    case 'volume':
      return price.tiers;
  }
}

/** What a price costs, in a sentence for people. */
export function describePrice(price: CataloguePrice): string {
  const every = periodText(price.billingPeriod);
  switch (price.model) {
    case 'standard':
      return `${money(price.unitAmount)} per call, billed ${every}`;
    case 'package':
      return `${money(price.packageAmount)} per started ${grouped(price.packageSize)} calls, billed ${every}`;
    case 'graduated':
      return `${graduatedText(price.tiers)}, billed ${every}`;
    case 'volume':
      return `${volumeText(price.tiers)}, billed ${every}`;
  }
}

function graduatedText(tiers: readonly Tier[]): string {
  return tiers
    .map(({ upTo, unitAmount }, index) => {
      const before = tiers[index - 1]?.upTo ?? 0;
      const units =
        upTo === 'inf'
          ? 'each further call'
          : `each of the ${index === 0 ? 'first' : 'next'} ${grouped(upTo - Number(before))}`;
      return `${money(unitAmount)} for ${tiers.length === 1 ? 'each call' : units}`;
    })
    .join(', ');
}

function volumeText(tiers: readonly Tier[]): string {
  if (tiers.length === 1 && tiers[0]) return `${money(tiers[0].unitAmount)} for each call`;
  const steps = tiers.map(
    ({ upTo, unitAmount }) =>
      `${money(unitAmount)} each ${upTo === 'inf' ? 'beyond' : `up to ${grouped(upTo)} calls`}`,
  );
  return `${steps.join(', ')}, the total deciding for all of them`;
}

function money(amount: Amount): string {
  return `${majorUnitText(amount)} ${amount.currency.toUpperCase()}`;
}

/** 1,000 rather than 1000, the same in every locale. */
function grouped(units: number): string {
  return String(units).replace(/\B(?=(\d{3})+$)/g, ',');
}

const ADVERBS: Record<BillingPeriod['interval'], string> = {
  day: 'daily',
  week: 'weekly',
  month: 'monthly',
  year: 'yearly',
};

function periodText({ interval, count }: BillingPeriod): string {
  return count === 1 ? ADVERBS[interval] : `every ${count} ${interval}s`;
}
