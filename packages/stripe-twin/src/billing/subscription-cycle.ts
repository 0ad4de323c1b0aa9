import type { InvoiceItemRow, LineSource, SubscriptionItemRow, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { periodAt } from './billing-period.js';
import { insertInvoiceItem } from './invoice-item-rows.js';
import { licensedSources, usageSource, type LineParts } from './invoice-lines.js';
import { issueInvoice, voidInvoice } from './invoice-lifecycle.js';
import { chargeableMethod } from './payment-method-rows.js';
import { isMetered, unused } from './proration.js';
import { saveSubscription } from './subscription-status.js';
import { priceOfItem } from './subscription-view.js';

export function trialEnds(row: SubscriptionRow, at: number): boolean {
  return row.status === 'trialing' && row.trial_end !== null && row.trial_end <= at;
}

export function expire(twin: Twin, row: SubscriptionRow, at: number): void {
  saveSubscription(twin, row, { ...row, status: 'incomplete_expired', ended_at: at });
  const invoice = row.latest_invoice === null ? undefined : twin.invoices.get(row.latest_invoice);
  if (invoice?.status === 'open') voidInvoice(twin, invoice);
}

/** The periods that end: what was used in them, and what is due for the next ones. */
export function rollOver(twin: Twin, row: SubscriptionRow, at: number): void {
  const { sources, items } = cycle(twin, row, at);
  issueCycle(twin, row, { ...row, status: trialEnds(row, at) ? 'active' : row.status, items }, sources, at);
}

/** The invoice of a new cycle, and the subscription as it goes on. */
export function issueCycle(
  twin: Twin,
  row: SubscriptionRow,
  next: SubscriptionRow,
  sources: LineSource[],
  at: number,
): void {
  const customer = twin.customers.get(row.customer);
  const held = row.pause_collection?.behavior === 'keep_as_draft' || row.status === 'unpaid';
  const invoice =
    customer &&
    issueInvoice(twin, {
      customer,
      subscription: row,
      currency: row.currency,
      sources,
      reason: 'subscription_cycle',
      period: { start: earliestStart(row, at), end: at },
      now: at,
      autoAdvance: !held,
    });
  saveSubscription(twin, row, { ...next, latest_invoice: invoice?.id ?? row.latest_invoice });
}

function earliestStart(row: SubscriptionRow, at: number): number {
  const ended = row.items.filter((item) => item.current_period_end <= at);
  return Math.min(at, ...ended.map((item) => item.current_period_start));
}

/**
 * The end of the periods that are over by then: their usage, the next period of what is paid ahead, and the items
 * in their next periods. Changes nothing.
 */
export function cycle(
  twin: LineParts,
  row: SubscriptionRow,
  at: number,
): { sources: LineSource[]; items: SubscriptionItemRow[] } {
  const sources: LineSource[] = [];
  const items = row.items.map((item) => {
    const cadence = priceOfItem(twin, item).recurring;
    if (!cadence || item.current_period_end > at) return item;
    const period = periodAt(row.billing_cycle_anchor, cadence, at);
    if (cadence.usage_type === 'metered') sources.push(usageOfPeriod(row, item, item.current_period_end));
    else sources.push(...licensedSources(twin, row.id, item, period, false));
    const { usage_from: _used, ...rest } = item;
    return { ...rest, current_period_start: period.start, current_period_end: period.end };
  });
  return { sources, items };
}

/** What a metered item counted in its period, up to `end`. */
export function usageOfPeriod(row: SubscriptionRow, item: SubscriptionItemRow, end: number): LineSource {
  const start = Math.max(item.usage_from ?? 0, item.current_period_start);
  return usageSource(row.id, item, { start, end }, row.status === 'trialing');
}

/** What all metered items have counted up to now, for a subscription that ends. */
export function openUsage(twin: LineParts, row: SubscriptionRow, now: number): LineSource[] {
  return row.items
    .filter((item) => priceOfItem(twin, item).recurring?.usage_type === 'metered')
    .map((item) => usageOfPeriod(row, item, Math.min(item.current_period_end, now)));
}

/**
 * A cancellation that was planned comes due: what was used up to then is billed, and what was paid beyond it given
 * back. "If set to a date before the current period has ended, this will cause a proration if prorations have been
 * enabled" (`cancel_at`).
 */
export function endWithInvoice(twin: Twin, row: SubscriptionRow, at: number): void {
  if (row.cancel_prorates) for (const item of unusedTime(twin, row, at)) insertInvoiceItem(twin, item);
  const customer = twin.customers.get(row.customer);
  const invoice =
    customer &&
    issueInvoice(twin, {
      customer,
      subscription: row,
      currency: row.currency,
      sources: openUsage(twin, row, at),
      reason: 'subscription_cycle',
      period: { start: Math.min(...row.items.map((item) => item.current_period_start)), end: at },
      now: at,
      autoAdvance: true,
    });
  const latest_invoice = invoice?.id ?? row.latest_invoice;
  saveSubscription(twin, row, { ...row, status: 'canceled', ended_at: at, latest_invoice });
}

/** The credits for what was paid ahead and is not used. */
export function unusedTime(twin: Twin, row: SubscriptionRow, now: number): InvoiceItemRow[] {
  if (row.status === 'trialing' || row.status === 'incomplete') return [];
  return row.items.flatMap((item) => (isMetered(twin, item) ? [] : unused(twin, row, item, now)));
}

/** Whether there is something to charge: a default payment method of the subscription or of its customer. */
export function canPay(
  twin: Pick<Twin, 'customers' | 'paymentMethods'>,
  row: Pick<SubscriptionRow, 'customer' | 'default_payment_method'>,
): boolean {
  const own = row.default_payment_method;
  return Boolean(chargeableMethod(twin, row.customer, typeof own === 'string' ? own : (own?.id ?? null)));
}
