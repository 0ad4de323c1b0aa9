import { createHash } from 'node:crypto';
import type { InvoiceItemRow, LineSource, LineView, PriceRow, SubscriptionItemRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newLongId } from '../wire/ids.js';
import type { Period } from './billing-period.js';
import { share, toNumber } from './money.js';
import { rate, type RatedPart } from './rating.js';
import { usageOf, type UsageParts } from './usage.js';

/** What lines need of the twin. */
export type LineParts = Pick<Twin, 'prices' | 'products'> & UsageParts;

type UsageSource = Extract<LineSource, { kind: 'usage' }>;

interface LineBase {
  id: string;
  amount: bigint;
  currency: string;
  description: string | null;
  metadata?: Record<string, string>;
  parent: LineView['parent'];
  period: Period;
  pricing: LineView['pricing'];
  quantity: bigint | null;
  subscription: string | null;
}

function newLine(base: LineBase): LineView {
  const amount = toNumber(base.amount);
  return {
    id: base.id,
    object: 'line_item',
    amount,
    currency: base.currency,
    description: base.description,
    discount_amounts: [],
    discountable: false,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: base.metadata ?? {},
    parent: base.parent,
    period: { end: base.period.end, start: base.period.start },
    pretax_credit_amounts: [],
    pricing: base.pricing,
    quantity: base.quantity === null ? null : toNumber(base.quantity),
    quantity_decimal: base.quantity === null ? null : String(base.quantity),
    subscription: base.subscription,
    subtotal: amount,
    taxes: [],
  };
}

/** What a line of a subscription's item says about where it comes from. */
function itemParent(subscription: string, item: string, proration = false): LineView['parent'] {
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: null,
      proration,
      proration_details: null,
      subscription,
      subscription_item: item,
    },
    type: 'subscription_item_details',
  };
}

function priced(price: PriceRow, unit: string | null): LineView['pricing'] {
  return {
    price_details: { price: price.id, product: price.product },
    type: 'price_details',
    unit_amount_decimal: unit,
  };
}

/** The lines of a source as of now: usage that came in late is in them. */
export function linesOf(twin: LineParts, source: LineSource, customer: string): LineView[] {
  if (source.kind === 'fixed') return [source.line];
  const price = priceOf(twin, source.price);
  const meter = price.recurring?.meter;
  if (!meter) throw new Error(`${price.id} is not metered`);
  const { start, end } = source;
  const used = usageOf(twin, meter, customer, {
    start,
    end,
    price: price.id,
    period: source.period ?? { start, end },
  });
  const parts = source.trial ? [freeOfCharge(used)] : rate(price, used);
  return parts.map((part, index) => usageLine(twin, source, price, part, index));
}

/** Used in a trial: shown with what it came to, which is nothing. */
function freeOfCharge(used: bigint): RatedPart {
  return { quantity: used > 0n ? used : 0n, unit: '0', amount: 0n, label: '(trial)' };
}

function usageLine(
  twin: LineParts,
  source: UsageSource,
  price: PriceRow,
  part: RatedPart,
  index: number,
): LineView {
  return newLine({
    // The same line has the same id however often a draft is looked at.
    id: `il_${createHash('sha256').update(`${source.id}/${index}`).digest('hex').slice(0, 24)}`,
    amount: part.amount,
    currency: price.currency,
    description: describe(twin, price, part),
    parent: itemParent(source.subscription, source.item),
    period: source,
    pricing: priced(price, part.unit),
    quantity: part.quantity,
    subscription: source.subscription,
  });
}

/** The usage of a metered item in a period, to be counted until the invoice is final. */
export function usageSource(
  subscription: string,
  item: Pick<SubscriptionItemRow, 'id' | 'price' | 'current_period_start' | 'current_period_end'>,
  { start, end }: Period,
  trial: boolean,
): LineSource {
  const period = { start: item.current_period_start, end: item.current_period_end };
  return {
    kind: 'usage',
    id: newLongId('usage'),
    subscription,
    item: item.id,
    price: item.price,
    start,
    end,
    period,
    trial,
  };
}

/**
 * An item by quantity for a period to come. In a trial it costs nothing.
 * @param fraction of the price where the period is not a full one, in seconds
 */
export function licensedSources(
  twin: LineParts,
  subscription: string,
  item: Pick<SubscriptionItemRow, 'id' | 'price' | 'quantity'>,
  period: Period,
  trial: boolean,
  fraction?: { part: number; whole: number },
): LineSource[] {
  const price = priceOf(twin, item.price);
  const quantity = BigInt(item.quantity ?? 0);
  const parts = trial ? [freeOfCharge(quantity)] : rate(price, quantity);
  return parts.map((part) => ({
    kind: 'fixed',
    line: newLine({
      id: newLongId('il'),
      amount: fraction ? share(part.amount, BigInt(fraction.part), BigInt(fraction.whole)) : part.amount,
      currency: price.currency,
      description: trial ? `Trial period for ${productName(twin, price)}` : describe(twin, price, part),
      parent: itemParent(subscription, item.id, fraction !== undefined),
      period,
      pricing: priced(price, part.unit),
      quantity: part.quantity,
      subscription,
    }),
  }));
}

/** A pending invoice item as it stands on the invoice that takes it up. */
export function itemSource(item: InvoiceItemRow): LineSource {
  const details = item.parent?.subscription_details;
  const subscription = details ? idText(details.subscription) : null;
  const common = { invoice_item: item.id, proration: item.proration, proration_details: null, subscription };
  const owner = details?.subscription_item;
  return {
    kind: 'fixed',
    line: newLine({
      id: newLongId('il'),
      amount: BigInt(item.amount),
      currency: item.currency,
      description: item.description,
      metadata: { ...item.metadata },
      parent:
        owner === undefined
          ? { invoice_item_details: common, subscription_item_details: null, type: 'invoice_item_details' }
          : {
              invoice_item_details: null,
              subscription_item_details: { ...common, subscription_item: owner },
              type: 'subscription_item_details',
            },
      period: item.period,
      pricing: item.pricing,
      quantity: BigInt(item.quantity),
      subscription,
    }),
  };
}

function idText(reference: string | { id: string }): string {
  return typeof reference === 'string' ? reference : reference.id;
}

/** @throws {Error} for a price that is gone; prices are never deleted */
export function priceOf(twin: Pick<LineParts, 'prices'>, id: string): PriceRow {
  const price = twin.prices.get(id);
  if (!price) throw new Error(`No such price: ${id}`);
  return price;
}

export function productName(twin: Pick<LineParts, 'products'>, price: PriceRow): string {
  return twin.products.get(price.product)?.name ?? price.product;
}

function describe(twin: LineParts, price: PriceRow, part: RatedPart): string {
  const name = productName(twin, price);
  const unit = twin.products.get(price.product)?.unit_label;
  return `${part.quantity}${unit ? ` ${unit}` : ''} × ${name} ${part.label}`;
}
