import type Stripe from 'stripe';

/** The prices of a plan at Stripe. */
export interface PlanPrices {
  usage: Stripe.Price;
  /** The id of the base fee's price; absent: the plan has none. */
  baseFee?: string | undefined;
}

/**
 * The changes that put a subscription on a plan; none when it is on it. The existing metered item gets the new price,
 * so that there is never a second one on the meter; another item on the same meter is removed. Items paid in advance
 * that are not our base fee stay unchanged: they were added in Stripe.
 * @param feeKeys the lookup keys of the catalog's base fees.
 * @throws {Error} when the subscription has no metered item.
 */
export function planItems(
  items: readonly Stripe.SubscriptionItem[],
  plan: PlanPrices,
  feeKeys: ReadonlySet<string>,
): Stripe.SubscriptionUpdateParams.Item[] {
  const metered = items.filter(({ price }) => price.recurring?.usage_type === 'metered');
  const meter = plan.usage.recurring?.meter;
  const onMeter = (item: Stripe.SubscriptionItem): boolean => item.price.recurring?.meter === meter;
  const usage =
    metered.find(({ price }) => price.id === plan.usage.id) ?? metered.find(onMeter) ?? metered[0];
  if (!usage) throw new Error('the subscription has no metered item');
  const product = idOf(usage.price.product);
  const fee = items.find(({ price }) => {
    if (price.recurring?.usage_type === 'metered') return false;
    // A price that was replaced in the catalog has lost its lookup key to its successor.
    const replaced = price.lookup_key === null && !price.active && idOf(price.product) === product;
    return replaced || (price.lookup_key !== null && feeKeys.has(price.lookup_key));
  });
  return [
    ...(usage.price.id === plan.usage.id ? [] : [{ id: usage.id, price: plan.usage.id }]),
    ...metered.filter((item) => item !== usage && onMeter(item)).map(deletionOf),
    ...feeChange(fee, plan.baseFee),
  ];
}

function feeChange(
  fee: Stripe.SubscriptionItem | undefined,
  wanted: string | undefined,
): Stripe.SubscriptionUpdateParams.Item[] {
  if (fee?.price.id === wanted) return [];
  if (!fee) return [{ price: wanted as string }];
  return [wanted === undefined ? deletionOf(fee) : { id: fee.id, price: wanted }];
}

const deletionOf = ({ id }: Stripe.SubscriptionItem): Stripe.SubscriptionUpdateParams.Item => ({
  id,
  deleted: true,
});

const idOf = (product: Stripe.Price['product']): string =>
  typeof product === 'string' ? product : product.id;
