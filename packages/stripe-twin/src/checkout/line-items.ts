import { toNumber } from '../billing/money.js';
import { rate, total } from '../billing/rating.js';
import { changedItems } from '../billing/subscription-items.js';
import { priceView } from '../billing/price-view.js';
import { seconds } from '../state/clock.js';
import type { PriceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference } from '../wire/api-error.js';
import { newId } from '../wire/ids.js';
import { mergeMetadata, type MetadataChange } from '../wire/metadata.js';
import type { LineItemView } from '../state/session-rows.js';

interface Sent {
  price?: string | undefined;
  quantity?: number | undefined;
  metadata?: MetadataChange | undefined;
}

/**
 * The line items of a session that will make a subscription.
 * @param trial whether nothing is due at first
 * @throws {ApiError} 400 for prices that cannot be subscribed to, or quantities that do not fit them
 */
export function newLineItems(twin: Twin, sent: readonly Sent[] | undefined, trial: boolean): LineItemView[] {
  if (sent === undefined || sent.length === 0) throw missing('line_items');
  const prices = sent.map((item, i) => {
    if (item.price === undefined) throw missing(`line_items[${i}][price]`);
    const price = twin.prices.get(item.price);
    if (!price) throw noSuchReference('price', item.price, `line_items[${i}][price]`);
    return price;
  });
  if (prices.every(({ recurring }) => recurring === null)) {
    throw invalid('You must provide at least one recurring price in `subscription` mode when using prices.');
  }
  prices.forEach((price, i) => checkQuantity(price, sent[i]?.quantity, i));
  // What a subscription would refuse is refused here, before anybody has filled in a card.
  changedItems(
    twin,
    [],
    sent.map(({ price, quantity }) => ({ price, quantity })),
    seconds(twin.clock),
    (i, name) => `line_items[${i}][${name}]`,
  );
  return prices.map((price, i) => lineItem(twin, price, sent[i] ?? {}, trial));
}

function checkQuantity(price: PriceRow, quantity: number | undefined, index: number): void {
  const at = `line_items[${index}]`;
  const metered = price.recurring?.usage_type === 'metered';
  if (metered && quantity !== undefined) {
    throw invalid(
      `Quantity should not be specified where usage_type is \`metered\`. Remove \`quantity\` from \`${at}\``,
      `${at}[quantity]`,
    );
  }
  if (!metered && quantity === undefined) {
    throw invalid(`Quantity is required. Add \`quantity\` to \`${at}\``, `${at}[quantity]`);
  }
}

/** What is used is billed later: a metered price is shown, and nothing is due for it now. */
function lineItem(twin: Twin, price: PriceRow, sent: Sent, trial: boolean): LineItemView {
  const paidAhead = sent.quantity !== undefined && !trial;
  const amount = paidAhead ? toNumber(total(rate(price, BigInt(sent.quantity ?? 0)))) : 0;
  return {
    id: newId('li', 24),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: twin.products.get(price.product)?.name ?? price.product,
    metadata: mergeMetadata({}, sent.metadata),
    price: priceView(price),
    quantity: sent.quantity ?? null,
  };
}
