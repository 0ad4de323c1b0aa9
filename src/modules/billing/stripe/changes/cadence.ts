import type Stripe from 'stripe';

/** How often a price is billed: twelve months are a year, seven days a week. */
function cadenceOf({ recurring }: Stripe.Price): string {
  if (!recurring) return '';
  const { interval, interval_count: count } = recurring;
  if (interval === 'year') return `month ${count * 12}`;
  return interval === 'week' ? `day ${count * 7}` : `${interval} ${count}`;
}

export const hasSameCadence = (one: Stripe.Price, other: Stripe.Price): boolean =>
  cadenceOf(one) === cadenceOf(other);

/** The metered item that is billed by the meter of a price, or the first metered one. */
export function meteredItem(
  items: readonly Stripe.SubscriptionItem[],
  usage: Stripe.Price,
): Stripe.SubscriptionItem | undefined {
  const metered = items.filter(({ price }) => price.recurring?.usage_type === 'metered');
  return metered.find(({ price }) => price.recurring?.meter === usage.recurring?.meter) ?? metered[0];
}
