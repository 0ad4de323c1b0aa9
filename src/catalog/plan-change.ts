import { aggregationOf } from './aggregations/index.js';
import type { BillingPeriod, Catalog, CatalogPrice, MeterDefinition, Plan } from './catalog.js';
import { metricOf } from './metrics/index.js';

/** The effect of a plan change on payments, in whatever period it is made. */
export interface PlanComparison {
  /** Whether it can be made in the middle of a period without paying less: a higher base fee, or dearer units alone. */
  upgrade: boolean;
  /** Whether one of the two has a base fee. */
  hasBaseFee: boolean;
  /**
   * Why the usage price would begin again in the middle of a period: allowances and low tiers a second time, packages,
   * flat fees and users charged twice. Empty: nothing would. Each follows "the plan …".
   */
  startsAnew: readonly string[];
  /** Whether the two are billed in periods of different length. */
  otherPeriod: boolean;
}

/** A year is 365 days or 12 months here: only fees of different intervals need it. */
const TIMES_A_YEAR = {
  day: [365n, 1n],
  week: [365n, 7n],
  month: [12n, 1n],
  year: [1n, 1n],
} as const satisfies Record<BillingPeriod['interval'], readonly [bigint, bigint]>;

/**
 * Compares the charges of two plans. Prices that were made at the billing provider by hand are not known here: a change
 * between them is no upgrade, and would begin anew.
 */
export function comparePlans(from: Plan, to: Plan, { meters }: Pick<Catalog, 'meters'>): PlanComparison {
  const hasBaseFee = from.baseFee !== undefined || to.baseFee !== undefined;
  if ('stripePriceId' in from.price || 'stripePriceId' in to.price)
    return { upgrade: false, hasBaseFee, startsAnew: ['is not described in the catalog'], otherPeriod: true };
  const fees = compareFees(from, from.price, to, to.price);
  const meter = meters.find(({ name }) => name === to.price.meter);
  return {
    upgrade:
      from.price.currency === to.price.currency &&
      (fees > 0 || (fees === 0 && hasDearerUnits(from.price, to.price))),
    hasBaseFee,
    startsAnew: [
      ...reasonsOf(to.price),
      ...(from.price.meter === to.price.meter && meter ? reasonsOfMeter(meter) : []),
    ],
    otherPeriod: !isSamePeriod(from.price.billingPeriod, to.price.billingPeriod),
  };
}

/** @returns more than 0 when the second one's base fee is higher over a year, 0 when they are the same. */
function compareFees(from: Plan, fromPrice: CatalogPrice, to: Plan, toPrice: CatalogPrice): number {
  const before = perYear(from, fromPrice.billingPeriod);
  const after = perYear(to, toPrice.billingPeriod);
  // Fractions are compared crosswise: nothing is rounded.
  const [one, other] = [before.pico * after.per, after.pico * before.per];
  return one === other ? 0 : other > one ? 1 : -1;
}

function perYear({ baseFee }: Plan, { interval, count }: BillingPeriod): { pico: bigint; per: bigint } {
  const [times, per] = TIMES_A_YEAR[interval];
  return { pico: (baseFee?.amount.picoMinorUnits ?? 0n) * times, per: per * BigInt(count) };
}

/** Whether both charge the same for every unit, the second one no less. */
function hasDearerUnits(from: CatalogPrice, to: CatalogPrice): boolean {
  return (
    isPlain(from) &&
    isPlain(to) &&
    from.meter === to.meter &&
    to.unitAmount.picoMinorUnits >= from.unitAmount.picoMinorUnits
  );
}

const isPlain = (price: CatalogPrice): price is Extract<CatalogPrice, { model: 'standard' }> =>
  price.model === 'standard' && price.free === undefined;

function reasonsOf(price: CatalogPrice): string[] {
  const reasons: string[] = [];
  if ('free' in price && price.free !== undefined) reasons.push('has a free allowance');
  if (price.model === 'package') reasons.push('charges for started packages');
  if ('tiers' in price) {
    reasons.push('has tiers');
    if (price.tiers.some(({ flatAmount }) => flatAmount !== undefined)) reasons.push('has flat fees');
  }
  return reasons;
}

/** A meter whose parts of a period add up to more than the period. */
const reasonsOfMeter = (meter: MeterDefinition): string[] =>
  [metricOf(meter), aggregationOf(meter)].flatMap(({ indivisible }) => indivisible ?? []);

/** Twelve months are a year. */
function isSamePeriod(one: BillingPeriod, other: BillingPeriod): boolean {
  const [a, b] = [inUnits(one), inUnits(other)];
  return a.unit === b.unit && a.count === b.count;
}

function inUnits({ interval, count }: BillingPeriod): { unit: 'day' | 'month'; count: number } {
  if (interval === 'day' || interval === 'week')
    return { unit: 'day', count: interval === 'week' ? count * 7 : count };
  return { unit: 'month', count: interval === 'year' ? count * 12 : count };
}

/** The state of a subscription when a change is requested. */
export interface ChangeCircumstances {
  /** In its trial, in which nothing is charged. */
  trialing: boolean;
  /** Whether nothing was used in the current period. */
  unused: boolean;
}

/**
 * Why a change cannot be made in the middle of a period: it would cost less, or more, than what was used and promised.
 * Empty: it can. Each follows "the plan …".
 * - In a trial nothing is charged: no allowance starts anew, and only a plan with a shorter trial has to wait.
 * - Where nothing was used, nothing starts anew, and without a base fee there is nothing to save.
 */
export function reasonsToWait(
  from: Plan,
  to: Plan,
  catalog: Pick<Catalog, 'meters'>,
  { trialing, unused }: ChangeCircumstances,
): string[] {
  if (trialing) return (to.trialDays ?? 0) >= (from.trialDays ?? 0) ? [] : ['has a shorter trial'];
  const { upgrade, hasBaseFee, startsAnew } = comparePlans(from, to, catalog);
  const cheaper = upgrade || (unused && !hasBaseFee) ? [] : ['is no upgrade'];
  return [...cheaper, ...(unused ? [] : startsAnew)];
}
