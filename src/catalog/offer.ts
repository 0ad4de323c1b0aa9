import { type Amount, majorUnitText } from './amount.js';
import type { BaseFee, BillingPeriod, Catalog, CatalogPrice, Plan, Tier } from './catalog.js';
import { grouped } from './pricing/charge-table.js';

/** A plan as `GET /plans` shows it. Amounts are decimal texts in the currency's main unit. */
export interface OfferedPlan {
  id: string;
  name: string;
  description: string;
  /** The price, in a sentence. */
  price: string;
  default: boolean;
  model: 'standard' | 'package' | 'graduated' | 'volume' | null;
  currency: string | null;
  billingPeriod: BillingPeriod | null;
  /** One step for standard and package prices. */
  tiers: { upTo: number | 'inf'; amount: string; flatFee: string }[];
  /** Units per package; 1 unless the model is package. */
  packageSize: number;
  /** Units of every period that cost nothing. */
  free: number;
  /** Charged every period in advance, beside the usage; `null` when there is none. */
  baseFee: string | null;
  trialDays: number;
}

export function offerOf(catalog: Catalog): OfferedPlan[] {
  return catalog.plans.map((plan) => offeredPlan(plan, catalog.defaultPlan));
}

function offeredPlan({ id, product, price, baseFee, trialDays }: Plan, defaultPlan: string): OfferedPlan {
  const common = {
    id,
    name: product.name,
    description: product.description ?? '',
    default: id === defaultPlan,
    baseFee: baseFee ? majorUnitText(baseFee.amount) : null,
    trialDays: trialDays ?? 0,
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
      free: 0,
    };
  }
  return {
    ...common,
    price: describePlan(price, baseFee, trialDays),
    model: price.model,
    currency: price.currency,
    billingPeriod: price.billingPeriod,
    tiers: stepsOf(price).map(({ upTo, unitAmount, flatAmount }) => ({
      upTo,
      amount: majorUnitText(unitAmount),
      flatFee: majorUnitText(flatAmount ?? { picoMinorUnits: 0n, currency: price.currency }),
    })),
    packageSize: price.model === 'package' ? price.packageSize : 1,
    free: freeUnits(price),
  };
}

/** The steps of a price, for any model. */
export function stepsOf(price: CatalogPrice): readonly Tier[] {
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

const freeUnits = (price: CatalogPrice): number => ('free' in price ? (price.free ?? 0) : 0);

function describePlan(price: CatalogPrice, baseFee: BaseFee | undefined, trialDays = 0): string {
  const parts = [
    ...(baseFee ? [`${money(baseFee.amount)} base fee`] : []),
    describePrice(price),
    ...(trialDays > 0 ? [`first ${trialDays} days free`] : []),
  ];
  return parts.join('; ');
}

/** The price, in a sentence for people. */
export function describePrice(price: CatalogPrice): string {
  const free = freeUnits(price);
  const allowance = free > 0 ? `, ${grouped(free)} calls free` : '';
  return `${amountsText(price)}${allowance}, billed ${periodText(price.billingPeriod)}`;
}

function amountsText(price: CatalogPrice): string {
  switch (price.model) {
    case 'standard':
      return `${money(price.unitAmount)} per call`;
    case 'package':
      return `${money(price.packageAmount)} per ${grouped(price.packageSize)} calls (partial packages count as full)`;
    case 'graduated':
      return graduatedText(price.tiers);
    case 'volume':
      return volumeText(price.tiers);
  }
}

function graduatedText(tiers: readonly Tier[]): string {
  return tiers
    .map(({ upTo, unitAmount, flatAmount }, index) => {
      const before = tiers[index - 1]?.upTo ?? 0;
      const units =
        upTo === 'inf'
          ? 'each further call'
          : `each of the ${index === 0 ? 'first' : 'next'} ${grouped(upTo - Number(before))}`;
      return `${money(unitAmount)} for ${tiers.length === 1 ? 'each call' : units}${flatText(flatAmount)}`;
    })
    .join(', ');
}

function volumeText(tiers: readonly Tier[]): string {
  if (tiers.length === 1 && tiers[0])
    return `${money(tiers[0].unitAmount)} for each call${flatText(tiers[0].flatAmount)}`;
  const steps = tiers.map(
    ({ upTo, unitAmount, flatAmount }) =>
      `${money(unitAmount)} each ${upTo === 'inf' ? 'beyond' : `up to ${grouped(upTo)} calls`}${flatText(flatAmount)}`,
  );
  return `${steps.join(', ')} (volume pricing: the tier you reach applies to every call)`;
}

const flatText = (flat: Amount | undefined): string => (flat ? ` plus ${money(flat)}` : '');

function money(amount: Amount): string {
  const text = majorUnitText(amount);
  // Intl formats a decimal given as text exactly, and leaves out ".00".
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: amount.currency,
    minimumFractionDigits: text.split('.')[1]?.length ?? 0,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(text as `${number}`);
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
