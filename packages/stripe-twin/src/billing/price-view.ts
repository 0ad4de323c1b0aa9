import type Stripe from 'stripe';
import type { PriceRow } from '../state/rows.js';
import type { Wire } from '../state/wire.js';

/** Without tiers and other currencies: those are shown when `expand` asks for them. */
export function priceView(row: PriceRow): Wire<Stripe.Price> & { product: string } {
  const { tiers: _tiers, currency_options: _options, ...view } = row;
  return structuredClone(view);
}

/** The old form of a price, which subscription items still carry beside it. */
export function planView(row: PriceRow): Wire<Stripe.Plan> {
  if (!row.recurring) throw new Error(`${row.id} is not recurring and has no plan`);
  return {
    id: row.id,
    object: 'plan',
    active: row.active,
    amount: row.unit_amount,
    amount_decimal: row.unit_amount_decimal,
    billing_scheme: row.billing_scheme,
    created: row.created,
    currency: row.currency,
    interval: row.recurring.interval,
    interval_count: row.recurring.interval_count,
    livemode: false,
    metadata: { ...row.metadata },
    meter: row.recurring.meter,
    nickname: row.nickname,
    product: row.product,
    tiers_mode: row.tiers_mode,
    transform_usage: row.transform_quantity && { ...row.transform_quantity },
    trial_period_days: row.recurring.trial_period_days,
    usage_type: row.recurring.usage_type,
  };
}
