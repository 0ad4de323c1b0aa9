import type Stripe from 'stripe';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference } from '../wire/api-error.js';
import { newId } from '../wire/ids.js';
import { mergeMetadata, metadata, type MetadataChange } from '../wire/metadata.js';
import { boolean, integer, paramsOf, text, unsupported } from '../wire/params.js';
import type { PriceRow, SubscriptionItemRow } from '../state/rows.js';

const MAX_ITEMS = 20;

const shared = {
  billing_thresholds: unsupported,
  current_trial: unsupported,
  discounts: unsupported,
  metadata,
  plan: unsupported,
  price: text(),
  price_data: unsupported,
  quantity: integer({ min: 0 }),
  tax_rates: unsupported,
};

export const newItemSpecs = paramsOf<Stripe.SubscriptionCreateParams.Item>()(shared);

export const changedItemSpecs = paramsOf<Stripe.SubscriptionUpdateParams.Item>()({
  ...shared,
  clear_usage: boolean,
  deleted: boolean,
  id: text(),
});

/** One element of `items`: with an id it changes that item, without one it adds an item. */
export interface ItemChange {
  id?: string | undefined;
  price?: string | undefined;
  quantity?: number | undefined;
  metadata?: MetadataChange | undefined;
  deleted?: boolean | undefined;
}

/** An item before its period is known. */
export type Item = Omit<SubscriptionItemRow, 'current_period_start' | 'current_period_end'> &
  Partial<Pick<SubscriptionItemRow, 'current_period_start' | 'current_period_end'>>;

/**
 * The items after the changes. `at` names the parameter of the n-th change for errors: `items[0]`, or nothing.
 * @throws {ApiError} 400 for prices that cannot be subscribed to, or do not go together.
 */
export function changedItems(
  twin: Twin,
  current: readonly SubscriptionItemRow[],
  changes: readonly ItemChange[],
  now: number,
  at: (index: number, name: string) => string = (index, name) => `items[${index}][${name}]`,
  /** Prices that may be inactive. */
  held: ReadonlySet<string> = new Set(),
): Item[] {
  let items: Item[] = [...current];
  changes.forEach((change, i) => {
    const param = (name: string): string => at(i, name);
    if (change.id === undefined) {
      items.push(newItem(twin, change, now, param, held));
      return;
    }
    const item = items.find(({ id }) => id === change.id);
    if (!item) throw noSuchReference('subscription_item', change.id, param('id'));
    const changed = change.deleted ? [] : [changedItem(twin, item, change, param)];
    items = items.flatMap((other) => (other === item ? changed : [other]));
  });
  checkTogether(twin, items);
  return items;
}

function newItem(
  twin: Twin,
  change: ItemChange,
  now: number,
  param: (name: string) => string,
  held: ReadonlySet<string>,
): Item {
  if (change.price === undefined) throw missing(param('price'));
  const price = subscribablePrice(twin, change.price, param('price'), held.has(change.price));
  return {
    id: newId('si'),
    created: now,
    price: price.id,
    quantity: quantityFor(price, change.quantity, 1, param('quantity')),
    metadata: mergeMetadata({}, change.metadata),
  };
}

function changedItem(twin: Twin, item: Item, change: ItemChange, param: (name: string) => string): Item {
  const price = subscribablePrice(
    twin,
    change.price ?? item.price,
    param('price'),
    change.price === undefined,
  );
  return {
    ...item,
    price: price.id,
    quantity: quantityFor(price, change.quantity, item.quantity ?? 1, param('quantity')),
    metadata: mergeMetadata(item.metadata, change.metadata),
  };
}

/** A metered item has no quantity: its meter says how many. */
function quantityFor(
  price: PriceRow,
  sent: number | undefined,
  fallback: number,
  param: string,
): number | null {
  if (price.recurring?.usage_type !== 'metered') return sent ?? fallback;
  if (sent === undefined) return null;
  throw invalid('You cannot set a `quantity` on an item whose price has `usage_type=metered`.', param);
}

/** @param held whether the item has that price already: it keeps it, also when it became inactive. */
function subscribablePrice(twin: Twin, id: string, param: string, held = false): PriceRow {
  const price = twin.prices.get(id);
  if (!price) throw noSuchReference('price', id, param);
  if (price.type !== 'recurring') {
    throw invalid(
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.',
      param,
    );
  }
  if (!price.active && !held) {
    throw invalid('The price specified is inactive. This field only accepts active prices.', param);
  }
  if (!held && twin.products.get(price.product)?.active === false) {
    throw invalid(
      `Price \`${id}\` is not available to be purchased because its product is not active.`,
      param,
    );
  }
  return price;
}

function checkTogether(twin: Twin, items: readonly Item[]): void {
  if (items.length === 0) throw invalid('A subscription must have at least one item.', 'items');
  if (items.length > MAX_ITEMS) throw invalid(`A subscription can have up to ${MAX_ITEMS} items.`, 'items');
  const prices = new Set(items.map((item) => item.price));
  if (prices.size < items.length) {
    throw invalid('Cannot add multiple subscription items with the same price.', 'items');
  }
  const currencies = new Set(items.map((item) => twin.prices.get(item.price)?.currency));
  if (currencies.size > 1) {
    throw invalid('All prices of a subscription must have the same currency.', 'items');
  }
}
