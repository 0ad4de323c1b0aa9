import type Stripe from 'stripe';
import { invalid, missing, noSuchReference } from '../wire/api-error.js';
import { currency } from '../wire/currencies.js';
import {
  boolean,
  decimal,
  exclusive,
  hash,
  integer,
  list,
  mapOf,
  oneOf,
  orWord,
  paramsOf,
  required,
  text,
  unsupported,
  type Parsed,
} from '../wire/params.js';
import type { Twin } from '../twin.js';
import type { Wire } from '../state/wire.js';
import { amountOf } from './decimal-amount.js';

type PriceView = Wire<Stripe.Price>;

const amount = integer({ min: 0, max: 99_999_999_999_999 });

const tierSpecs = paramsOf<Stripe.PriceCreateParams.Tier>()({
  flat_amount: amount,
  flat_amount_decimal: decimal,
  unit_amount: amount,
  unit_amount_decimal: decimal,
  up_to: required(orWord(['inf'], integer({ min: 1 }))),
});

const recurringSpecs = paramsOf<Stripe.PriceCreateParams.Recurring>()({
  interval: required(oneOf('day', 'month', 'week', 'year')),
  interval_count: integer({ min: 1 }),
  meter: text(),
  trial_period_days: integer({ min: 1, max: 730 }),
  usage_type: oneOf('licensed', 'metered'),
});

/** What a price costs in other currencies. */
export const currencyOptions = mapOf(
  currency,
  hash(
    paramsOf<Stripe.PriceCreateParams.CurrencyOptions>()({
      custom_unit_amount: unsupported,
      tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
      tiers: list(hash(tierSpecs), 100),
      unit_amount: amount,
      unit_amount_decimal: decimal,
    }),
  ),
);

type CurrencyOption = Wire<Stripe.Price.CurrencyOptions>;

/** As Stripe shows them when asked: with the price's own currency among them, and none for a price of one currency. */
export function currencyOptionsOf(
  terms: PriceTerms & Pick<PriceView, 'currency' | 'tax_behavior'>,
  sent: NonNullable<Terms['currency_options']>,
): Record<string, CurrencyOption> | undefined {
  if (Object.keys(sent).length === 0) return undefined;
  const { currency: own, tax_behavior, unit_amount, unit_amount_decimal, tiers } = terms;
  const options = Object.entries(sent).map(([code, option]): [string, CurrencyOption] => {
    const { whole, decimal: text_ } = amountOf(option.unit_amount, option.unit_amount_decimal);
    return [
      code,
      {
        custom_unit_amount: null,
        tax_behavior: option.tax_behavior ?? 'unspecified',
        ...(option.tiers ? { tiers: tiersOf(option.tiers) } : {}),
        unit_amount: whole,
        unit_amount_decimal: text_,
      },
    ];
  });
  const itself = {
    custom_unit_amount: null,
    tax_behavior,
    ...(tiers ? { tiers } : {}),
    unit_amount,
    unit_amount_decimal,
  };
  return Object.fromEntries([...options, [own, itself]]);
}

/** The parameters that say what a price costs and how often. */
export const termSpecs = {
  billing_scheme: oneOf('per_unit', 'tiered'),
  currency_options: currencyOptions,
  custom_unit_amount: unsupported,
  recurring: hash(recurringSpecs),
  tiers: list(hash(tierSpecs), 100),
  tiers_mode: oneOf('graduated', 'volume'),
  transfer_lookup_key: boolean,
  transform_quantity: hash(
    paramsOf<Stripe.PriceCreateParams.TransformQuantity>()({
      divide_by: required(integer({ min: 1 })),
      round: required(oneOf('down', 'up')),
    }),
  ),
  unit_amount: amount,
  unit_amount_decimal: decimal,
};

type Terms = Parsed<typeof termSpecs>;

export type PriceTerms = Pick<
  PriceView,
  | 'billing_scheme'
  | 'recurring'
  | 'tiers_mode'
  | 'transform_quantity'
  | 'type'
  | 'unit_amount'
  | 'unit_amount_decimal'
> & { tiers?: Wire<Stripe.Price.Tier>[] };

/** Stripe bills at least every three years. */
const MAX_INTERVALS = { day: 1095, week: 156, month: 36, year: 3 };

/**
 * What a price costs, from what was sent.
 * @throws {ApiError} 400 for a combination that Stripe refuses.
 */
export function priceTerms(twin: Twin, sent: Terms): PriceTerms {
  const recurring = sent.recurring ? recurringTerms(twin, sent.recurring) : null;
  const type = recurring ? 'recurring' : 'one_time';
  if (sent.billing_scheme === 'tiered') return { ...tieredTerms(sent, recurring), recurring, type };
  if (sent.tiers) throw invalid('`tiers` can only be used with `billing_scheme=tiered`.', 'tiers');
  if (sent.tiers_mode)
    throw invalid('`tiers_mode` can only be used with `billing_scheme=tiered`.', 'tiers_mode');
  exclusive(['unit_amount', sent.unit_amount], ['unit_amount_decimal', sent.unit_amount_decimal]);
  const { whole, decimal: text_ } = amountOf(sent.unit_amount, sent.unit_amount_decimal);
  if (text_ === null) throw missing('unit_amount');
  return {
    billing_scheme: 'per_unit',
    recurring,
    tiers_mode: null,
    transform_quantity: sent.transform_quantity ?? null,
    type,
    unit_amount: whole,
    unit_amount_decimal: text_,
  };
}

function recurringTerms(twin: Twin, sent: NonNullable<Terms['recurring']>): Wire<Stripe.Price.Recurring> {
  const count = sent.interval_count ?? 1;
  const most = MAX_INTERVALS[sent.interval];
  if (count > most) {
    throw invalid(
      `Invalid interval_count: with interval ${sent.interval} it must be at most ${most}, which is three years.`,
      'recurring[interval_count]',
    );
  }
  const usageType = sent.usage_type ?? 'licensed';
  if (usageType === 'metered') checkMeter(twin, sent.meter);
  else if (sent.meter !== undefined) {
    throw invalid('A meter can only be set on a price with `usage_type=metered`.', 'recurring[meter]');
  }
  return {
    interval: sent.interval,
    interval_count: count,
    meter: sent.meter ?? null,
    trial_period_days: sent.trial_period_days ?? null,
    usage_type: usageType,
  };
}

function checkMeter(twin: Twin, id: string | undefined): void {
  if (id === undefined) {
    throw invalid(
      'Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.',
      'recurring[meter]',
    );
  }
  const meter = twin.meters.get(id);
  if (!meter) throw noSuchReference('meter', id, 'recurring[meter]');
  if (meter.status !== 'active') {
    throw invalid(`The meter ${id} is deactivated and cannot be attached to a price.`, 'recurring[meter]');
  }
}

function tieredTerms(sent: Terms, recurring: unknown): Omit<PriceTerms, 'recurring' | 'type'> {
  if (!recurring) throw invalid('A tiered price must be recurring.', 'billing_scheme');
  if (sent.unit_amount !== undefined || sent.unit_amount_decimal !== undefined) {
    throw invalid(
      '`unit_amount` cannot be set with `billing_scheme=tiered`: it stands in the tiers.',
      'unit_amount',
    );
  }
  if (sent.transform_quantity) {
    throw invalid('`transform_quantity` cannot be combined with `tiers`.', 'transform_quantity');
  }
  if (!sent.tiers || sent.tiers.length === 0) throw missing('tiers');
  if (!sent.tiers_mode) throw missing('tiers_mode');
  return {
    billing_scheme: 'tiered',
    tiers: tiersOf(sent.tiers),
    tiers_mode: sent.tiers_mode,
    transform_quantity: null,
    unit_amount: null,
    unit_amount_decimal: null,
  };
}

function tiersOf(sent: Parsed<typeof tierSpecs>[]): Wire<Stripe.Price.Tier>[] {
  let last = 0;
  return sent.map((tier, i) => {
    const at = `tiers[${i}]`;
    exclusive(
      [`${at}[unit_amount]`, tier.unit_amount],
      [`${at}[unit_amount_decimal]`, tier.unit_amount_decimal],
    );
    exclusive(
      [`${at}[flat_amount]`, tier.flat_amount],
      [`${at}[flat_amount_decimal]`, tier.flat_amount_decimal],
    );
    const unit = amountOf(tier.unit_amount, tier.unit_amount_decimal);
    const flat = amountOf(tier.flat_amount, tier.flat_amount_decimal);
    if (flat.decimal !== null && flat.whole === null) {
      throw invalid(
        `Invalid decimal: ${flat.decimal}; must represent an integer in the minor units of the currency.`,
        `${at}[flat_amount_decimal]`,
      );
    }
    if (unit.decimal === null && flat.decimal === null) {
      throw invalid('Each tier must have a `unit_amount` or a `flat_amount`.', at);
    }
    const isLast = i === sent.length - 1;
    if (isLast !== (tier.up_to === 'inf')) {
      throw invalid('The last tier, and it alone, must have `up_to=inf`.', `${at}[up_to]`);
    }
    if (tier.up_to !== 'inf') {
      if (tier.up_to <= last) throw invalid('Tiers must be in ascending order of `up_to`.', `${at}[up_to]`);
      last = tier.up_to;
    }
    return {
      flat_amount: flat.whole,
      flat_amount_decimal: flat.decimal,
      unit_amount: unit.decimal === null ? 0 : unit.whole,
      unit_amount_decimal: unit.decimal ?? '0',
      up_to: tier.up_to === 'inf' ? null : tier.up_to,
    };
  });
}
