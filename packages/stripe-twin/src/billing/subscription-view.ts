import type Stripe from 'stripe';
import { planView, priceView } from './price-view.js';
import type { PriceRow, SubscriptionItemRow, SubscriptionRow, SubscriptionView } from '../state/rows.js';
import type { Wire } from '../state/wire.js';

/** Where prices are found. */
export interface PriceSource {
  prices: { get(id: string): PriceRow | undefined };
}

export function subscriptionView(source: PriceSource, row: SubscriptionRow): SubscriptionView {
  const { items, trial_end_announced: _announced, phase_ends_at: _phase, ...others } = row;
  const { cancel_prorates: _prorates, upcoming_for: _upcoming, ...rest } = others;
  return {
    ...structuredClone(rest),
    items: {
      object: 'list',
      data: items.map((item) => subscriptionItemView(source, row.id, item)),
      has_more: false,
      url: `/v1/subscription_items?subscription=${row.id}`,
    },
  };
}

export function subscriptionItemView(
  source: PriceSource,
  subscription: string,
  item: SubscriptionItemRow,
): Wire<Stripe.SubscriptionItem> {
  const price = priceOfItem(source, item);
  return {
    id: item.id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: item.created,
    current_period_end: item.current_period_end,
    current_period_start: item.current_period_start,
    current_trial: null,
    discounts: [],
    metadata: { ...item.metadata },
    plan: planView(price),
    price: priceView(price),
    ...(item.quantity !== null && { quantity: item.quantity }),
    subscription,
    tax_rates: [],
  };
}

/** The price of an item; prices are never deleted. */
export function priceOfItem(source: PriceSource, item: SubscriptionItemRow): PriceRow {
  const price = source.prices.get(item.price);
  if (!price) throw new Error(`${item.id} has a price that does not exist: ${item.price}`);
  return price;
}
