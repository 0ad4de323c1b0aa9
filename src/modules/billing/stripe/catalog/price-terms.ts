import Stripe from 'stripe';
import {
  type Amount,
  amountOfMinorUnitText,
  type BillingPeriod,
  billedScheme,
  type CatalogPrice,
  majorUnitText,
  minorUnitText,
} from '../../../../catalog/index.js';

/** Parts of a request that define a price. https://docs.stripe.com/api/prices/create */
export type TermParams = Pick<
  Stripe.PriceCreateParams,
  | 'currency'
  | 'recurring'
  | 'billing_scheme'
  | 'unit_amount_decimal'
  | 'transform_quantity'
  | 'tiers_mode'
  | 'tiers'
>;

/**
 * The terms of a price, as readable texts that can be compared: two prices with the same texts cost the same. Stripe
 * allows none of them to be changed.
 */
export type Terms = Readonly<Record<string, string>>;

/** @param meter Stripe's id of the meter. */
export function usageParams(price: CatalogPrice, meter: string): TermParams {
  return {
    currency: price.currency,
    recurring: { usage_type: 'metered', meter, ...periodParams(price.billingPeriod) },
    ...schemeParams(price),
  };
}

export function baseParams(amount: Amount, period: BillingPeriod): TermParams {
  return {
    currency: amount.currency,
    recurring: { usage_type: 'licensed', ...periodParams(period) },
    billing_scheme: 'per_unit',
    unit_amount_decimal: decimal(amount),
  };
}

const periodParams = ({ interval, count }: BillingPeriod) => ({ interval, interval_count: count });

const decimal = (amount: Amount) => Stripe.Decimal.from(minorUnitText(amount));

function schemeParams(price: CatalogPrice): Partial<TermParams> {
  const scheme = billedScheme(price);
  if (scheme.mode === 'per_unit')
    return {
      billing_scheme: 'per_unit',
      unit_amount_decimal: decimal(scheme.unitAmount),
      // Stripe keeps packages of one as given: they would always count as a different price.
      ...(price.model === 'package'
        ? { transform_quantity: { divide_by: scheme.packageSize, round: 'up' } }
        : {}),
    };
  return {
    billing_scheme: 'tiered',
    tiers_mode: scheme.mode,
    tiers: scheme.tiers.map(({ upTo, unitAmount, flatAmount }) => ({
      up_to: upTo,
      unit_amount_decimal: decimal(unitAmount),
      ...(flatAmount === undefined ? {} : { flat_amount_decimal: decimal(flatAmount) }),
    })),
  };
}

/** @param meter the display name of the meter: its event name. */
export function termsOfParams(params: TermParams, meter: string): Terms {
  const { currency, recurring, unit_amount_decimal, transform_quantity, tiers_mode, tiers } = params;
  return {
    currency,
    period: periodText(recurring?.interval, recurring?.interval_count),
    use: recurring?.usage_type ?? 'licensed',
    meter,
    amount: amountText(unit_amount_decimal, currency),
    package: packageText(transform_quantity),
    model: tiers_mode ?? '',
    tiers: (tiers ?? []).map((tier) => tierText(tier, currency)).join(', '),
  };
}

/**
 * @param price with its tiers (`expand`).
 * @param meterName the display name of a meter, by its id.
 */
export function termsOfPrice(price: Stripe.Price, meterName: (id: string) => string): Terms {
  const { currency, recurring, unit_amount_decimal, transform_quantity, tiers_mode, tiers } = price;
  return {
    currency,
    period: periodText(recurring?.interval, recurring?.interval_count),
    use: recurring?.usage_type ?? 'one time',
    meter: recurring?.meter ? meterName(recurring.meter) : '',
    amount: tiers_mode ? '' : amountText(unit_amount_decimal, currency),
    package: packageText(transform_quantity),
    model: tiers_mode ?? '',
    tiers: (tiers ?? []).map((tier) => tierText(tier, currency)).join(', '),
  };
}

export function sameTerms(one: Terms, other: Terms): boolean {
  return Object.keys(one).every((name) => one[name] === other[name]);
}

function periodText(interval: string | undefined, count = 1): string {
  return interval === undefined ? 'once' : `every ${count === 1 ? '' : `${count} `}${interval}`;
}

function packageText(packages: { divide_by: number; round: string } | null | undefined): string {
  if (!packages) return '';
  return `of ${packages.divide_by}${packages.round === 'up' ? '' : ', rounded down'}`;
}

/** Canonical, so that 10.0 and 10 are equal. */
function amountText(minorUnits: { toString(): string } | null | undefined, currency: string): string {
  if (minorUnits === null || minorUnits === undefined) return '';
  const amount = amountOfMinorUnitText(minorUnits.toString(), currency);
  return amount ? majorUnitText(amount) : `${minorUnits.toString()} minor units`;
}

interface AnyTier {
  up_to: number | 'inf' | null;
  unit_amount_decimal?: { toString(): string } | null;
  flat_amount_decimal?: { toString(): string } | null;
}

function tierText({ up_to, unit_amount_decimal, flat_amount_decimal }: AnyTier, currency: string): string {
  const unit = amountText(unit_amount_decimal ?? '0', currency);
  const flat = amountText(flat_amount_decimal ?? '0', currency);
  const step = up_to === 'inf' || up_to === null ? 'beyond' : `up to ${up_to}`;
  // A fee of zero is omitted.
  return `${step}: ${unit}${/[1-9]/.test(flat) ? ` + ${flat}` : ''}`;
}
