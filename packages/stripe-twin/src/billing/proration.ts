import type { InvoiceItemRow, PriceRow, SubscriptionItemRow, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { periodAt } from './billing-period.js';
import { newInvoiceItem } from './invoice-item-rows.js';
import { priceOf, productName, type LineParts } from './invoice-lines.js';
import { share } from './money.js';
import { outstandingDebits } from './outstanding-debits.js';
import { rate, total } from './rating.js';
import { usageOf } from './usage.js';

type Parts = LineParts & Pick<Twin, 'time' | 'invoices' | 'invoiceItems'>;

/**
 * What a change in the middle of periods leaves for the next invoice, by Stripe's rules: the unused time of what
 * was paid ahead is credited, the rest of the period at the new price is charged, and the usage of a metered price
 * that goes is billed up to now (in the flexible billing mode; the classic one forgets it).
 * @param now the time from which the change counts, in seconds
 * @param begins whether periods begin with the change, and not by time in the same second
 */
export function prorations(
  twin: Parts,
  before: SubscriptionRow,
  after: SubscriptionRow,
  now: number,
  begins = beginsPeriods(before, after),
): InvoiceItemRow[] {
  if (before.status === 'trialing') return [];
  const left = before.items.flatMap((item) => {
    const kept = after.items.find(({ id }) => id === item.id);
    if (kept && !differs(item, kept)) return [];
    if (!isMetered(twin, item)) return unused(twin, before, item, now);
    const samePrice = kept?.price === item.price;
    return samePrice || before.billing_mode.type === 'classic' ? [] : usedSoFar(twin, before, item, now);
  });
  const taken = after.items.flatMap((item) => {
    if (after.status === 'trialing') return [];
    const held = before.items.find(({ id }) => id === item.id);
    if (isMetered(twin, item) || (held && !differs(held, item))) return [];
    // A period that begins with the change is charged in full, by the invoice of its beginning.
    return begins && item.current_period_start === now ? [] : remaining(twin, after, item, now);
  });
  return [...left, ...taken];
}

function beginsPeriods(before: SubscriptionRow, after: SubscriptionRow): boolean {
  return after.items.some((item) => {
    const held = before.items.find(({ id }) => id === item.id);
    return held !== undefined && held.current_period_start !== item.current_period_start;
  });
}

/** Whether another amount is due for the item, or for another time. */
export function differs(a: SubscriptionItemRow, b: SubscriptionItemRow): boolean {
  return (
    a.price !== b.price ||
    a.quantity !== b.quantity ||
    a.current_period_start !== b.current_period_start ||
    a.current_period_end !== b.current_period_end
  );
}

export function isMetered(twin: Pick<LineParts, 'prices'>, item: SubscriptionItemRow): boolean {
  return priceOf(twin, item.price).recurring?.usage_type === 'metered';
}

/** The credit for the rest of a period that was paid ahead. */
export function unused(
  twin: Parts,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  now: number,
): InvoiceItemRow[] {
  if (row.billing_mode.type === 'classic') {
    return partOfPeriod(twin, row, item, now, { sign: -1n, what: 'Unused time on' });
  }
  const price = priceOf(twin, item.price);
  return outstandingDebits(twin, row, item)
    .filter(({ amount, period }) => amount > 0 && period.start <= now && now < period.end)
    .map(({ amount, quantity, period }) => {
      const left = share(BigInt(amount), BigInt(period.end - now), BigInt(period.end - period.start));
      return itemFor(twin, row, item, price, {
        amount: -left,
        description: `Unused time on ${quantity} × ${productName(twin, price)} after ${dayText(now)}`,
        period: { start: now, end: period.end },
        quantity: BigInt(quantity),
        now,
      });
    });
}

function remaining(
  twin: Parts,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  now: number,
): InvoiceItemRow[] {
  return partOfPeriod(twin, row, item, now, { sign: 1n, what: 'Remaining time on' });
}

function partOfPeriod(
  twin: Parts,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  now: number,
  { sign, what }: { sign: bigint; what: string },
): InvoiceItemRow[] {
  const price = priceOf(twin, item.price);
  if (!price.recurring || item.current_period_end <= now) return [];
  const full = periodAt(row.billing_cycle_anchor, price.recurring, item.current_period_start);
  const quantity = BigInt(item.quantity ?? 0);
  const whole = BigInt(full.end - full.start);
  const amount = sign * share(total(rate(price, quantity)), BigInt(item.current_period_end - now), whole);
  const description = `${what} ${quantity} × ${productName(twin, price)} after ${dayText(now)}`;
  const period = { start: now, end: item.current_period_end };
  return [itemFor(twin, row, item, price, { amount, description, period, quantity, now })];
}

function usedSoFar(
  twin: Parts,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  now: number,
): InvoiceItemRow[] {
  const price = priceOf(twin, item.price);
  const start = Math.max(item.usage_from ?? 0, item.current_period_start);
  const used = usageOf(twin, price.recurring?.meter ?? '', row.customer, {
    start,
    end: now,
    price: price.id,
    period: { start: item.current_period_start, end: item.current_period_end },
  });
  const quantity = used > 0n ? used : 0n;
  const description = `${quantity} × ${productName(twin, price)} (used before ${dayText(now)})`;
  const amount = total(rate(price, quantity));
  return [
    itemFor(twin, row, item, price, { amount, description, period: { start, end: now }, quantity, now }),
  ];
}

function itemFor(
  twin: Parts,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  price: PriceRow,
  part: {
    amount: bigint;
    description: string;
    period: { start: number; end: number };
    quantity: bigint;
    now: number;
  },
): InvoiceItemRow {
  return newInvoiceItem(twin, {
    ...part,
    currency: row.currency,
    customer: row.customer,
    price: { id: price.id, product: price.product, unit: price.unit_amount_decimal },
    proration: true,
    subscription: row.id,
    subscriptionItem: item.id,
  });
}

/** `16 Jan 2027`, as Stripe writes it on prorations. */
function dayText(seconds: number): string {
  const text = new Date(seconds * 1000).toUTCString();
  return text.slice(5, 16);
}
