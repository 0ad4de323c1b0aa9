import type Stripe from 'stripe';
import {
  type Amount,
  amountOfMinorUnitText,
  type BaseFee,
  type BillingPeriod,
  type CatalogPrice,
  type TaxBehavior,
  type Tier,
} from '../../../../catalog/index.js';
import { readAllowance } from './marks.js';

const INTERVALS = ['day', 'week', 'month', 'year'] as const;
const TAX_BEHAVIORS = ['exclusive', 'inclusive'] as const;

/** A Stripe price in the terms of the file, or the reason why it cannot be expressed. */
export type Expressed<T> = { value: T } | { reason: string };

/** @param meter the name of its meter in the file. */
export function expressUsage(price: Stripe.Price, meter: string, lookupKey: string): Expressed<CatalogPrice> {
  const period = periodOf(price);
  if (!period) return { reason: 'it is no recurring price' };
  const { currency, nickname } = price;
  const taxBehavior = taxOf(price);
  const terms = {
    currency,
    billingPeriod: period,
    meter,
    lookupKey,
    ...(nickname ? { description: nickname } : {}),
    ...(taxBehavior ? { taxBehavior } : {}),
  };
  if (price.tiers_mode) {
    const tiers = (price.tiers ?? []).map((tier) => expressTier(tier, currency));
    if (tiers.some((tier) => tier === undefined)) return { reason: 'an amount of its tiers cannot be read' };
    return { value: tiered(price, terms, tiers as Tier[]) };
  }
  const amount = amountOf(price.unit_amount_decimal, currency);
  if (!amount) return { reason: withoutAmount(price) };
  const packages = price.transform_quantity;
  if (!packages) return { value: { ...terms, model: 'standard', unitAmount: amount } };
  if (packages.round !== 'up') return { reason: 'it rounds packages down' };
  return { value: { ...terms, model: 'package', packageAmount: amount, packageSize: packages.divide_by } };
}

type Common = Omit<Extract<CatalogPrice, { model: 'volume' }>, 'model' | 'tiers'>;

function tiered(price: Stripe.Price, terms: Common, tiers: readonly Tier[]): CatalogPrice {
  if (price.tiers_mode === 'volume') return { ...terms, model: 'volume', tiers };
  const allowance = readAllowance(price.metadata);
  const [first, ...rest] = tiers;
  const isFree =
    first?.upTo === allowance?.free &&
    first?.unitAmount.picoMinorUnits === 0n &&
    first.flatAmount === undefined;
  if (!allowance || !isFree || !rest[0]) return { ...terms, model: 'graduated', tiers };
  const { model, free } = allowance;
  return model === 'standard' && rest.length === 1 && rest[0].flatAmount === undefined
    ? { ...terms, model, free, unitAmount: rest[0].unitAmount }
    : { ...terms, model: 'graduated', free, tiers: rest };
}

function expressTier(tier: Stripe.Price.Tier, currency: string): Tier | undefined {
  const unitAmount = amountOf(tier.unit_amount_decimal ?? '0', currency);
  const flatAmount = amountOf(tier.flat_amount_decimal ?? '0', currency);
  if (!unitAmount || !flatAmount) return undefined;
  return {
    upTo: tier.up_to ?? 'inf',
    unitAmount,
    ...(flatAmount.picoMinorUnits === 0n ? {} : { flatAmount }),
  };
}

/** A licensed price as the base fee beside a price for usage. */
export function expressBase(price: Stripe.Price, usage: Stripe.Price, lookupKey: string): Expressed<BaseFee> {
  const { currency, nickname } = price;
  if (price.recurring?.usage_type !== 'licensed') return { reason: 'it is no recurring price of a quantity' };
  if (currency !== usage.currency) return { reason: `it is in ${currency}` };
  if (JSON.stringify(periodOf(price)) !== JSON.stringify(periodOf(usage)))
    return { reason: 'it is billed at other times than the usage' };
  if (price.tiers_mode || price.transform_quantity) return { reason: 'it is not one amount' };
  if (taxOf(price) !== taxOf(usage)) return { reason: 'its tax behaviour is not that of the usage' };
  const amount = amountOf(price.unit_amount_decimal, currency);
  if (!amount) return { reason: withoutAmount(price) };
  return { value: { amount, lookupKey, ...(nickname ? { description: nickname } : {}) } };
}

function withoutAmount({ custom_unit_amount }: Stripe.Price): string {
  return custom_unit_amount ? 'customers choose its amount' : 'it has no fixed amount';
}

function taxOf({ tax_behavior }: Stripe.Price): TaxBehavior | undefined {
  return TAX_BEHAVIORS.find((known) => known === tax_behavior);
}

function periodOf({ recurring }: Stripe.Price): BillingPeriod | undefined {
  const interval = INTERVALS.find((known) => known === recurring?.interval);
  return recurring && interval ? { interval, count: recurring.interval_count } : undefined;
}

function amountOf(
  minorUnits: { toString(): string } | null | undefined,
  currency: string,
): Amount | undefined {
  return minorUnits === null || minorUnits === undefined
    ? undefined
    : amountOfMinorUnitText(minorUnits.toString(), currency);
}
