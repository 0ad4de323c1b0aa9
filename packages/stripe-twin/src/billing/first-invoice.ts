import type { InvoiceRow, LineSource, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError } from '../wire/api-error.js';
import { boundary, periodAt } from './billing-period.js';
import { cardError, chargeCard } from './charge.js';
import { licensedSources } from './invoice-lines.js';
import { finalizeInvoice, issueInvoice } from './invoice-lifecycle.js';
import { current, newInvoice } from './invoice-rows.js';
import { chargeableMethod } from './payment-method-rows.js';
import { priceOfItem } from './subscription-view.js';

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';

/**
 * What a subscription begins with: what is paid ahead, for a first period that may be shorter. Usage is billed when
 * it has happened, so a metered subscription begins without an invoice.
 */
export function firstSources(twin: Twin, row: SubscriptionRow, prorations: ProrationBehavior): LineSource[] {
  const trial = row.status === 'trialing';
  return row.items.flatMap((item) => {
    const cadence = priceOfItem(twin, item).recurring;
    if (!cadence || cadence.usage_type === 'metered') return [];
    const period = { start: item.current_period_start, end: item.current_period_end };
    if (trial || period.end === boundary(period.start, cadence, 1)) {
      return licensedSources(twin, row.id, item, period, trial);
    }
    if (prorations === 'none') return [];
    const whole = periodAt(row.billing_cycle_anchor, cadence, period.start);
    const fraction = { part: period.end - period.start, whole: whole.end - whole.start };
    return licensedSources(twin, row.id, item, period, false, fraction);
  });
}

/** What the first invoice would ask for, before there is any. */
export function firstAmount(twin: Twin, row: SubscriptionRow, sources: LineSource[]): number {
  const customer = twin.customers.get(row.customer);
  if (!customer || sources.length === 0) return 0;
  return current(twin, newInvoice(draftOf(row, customer, sources))).amount_due;
}

function draftOf(
  row: SubscriptionRow,
  customer: NonNullable<ReturnType<Twin['customers']['get']>>,
  sources: LineSource[],
): Parameters<typeof newInvoice>[0] {
  return {
    customer,
    subscription: row,
    currency: row.currency,
    sources,
    reason: 'subscription_create',
    period: { start: row.created, end: row.created },
    now: row.created,
    autoAdvance: row.collection_method === 'send_invoice',
  };
}

/** Makes the first invoice and collects it, unless the customer is to do that or is sent the invoice. */
export function billFirst(
  twin: Twin,
  row: SubscriptionRow,
  sources: LineSource[],
  collectNow: boolean,
): InvoiceRow | null {
  const customer = twin.customers.get(row.customer);
  if (!customer || sources.length === 0) return null;
  const invoice = issueInvoice(twin, draftOf(row, customer, sources));
  if (!invoice) return null;
  twin.timeline.save({ ...row, latest_invoice: invoice.id });
  if (row.collection_method === 'send_invoice') return invoice;
  return finalizeInvoice(twin, invoice, { collect: collectNow, onSession: true });
}

/** @throws {ApiError} 402 for `error_if_incomplete`, where a subscription that is not paid must not come to be. */
export function checkPayable(twin: Twin, row: SubscriptionRow): void {
  const own = row.default_payment_method;
  const method = chargeableMethod(twin, row.customer, typeof own === 'string' ? own : null);
  if (!method) return;
  const outcome = chargeCard(method.test_card, { onSession: true });
  if (outcome.kind === 'declined') throw cardError(outcome.decline);
  if (outcome.kind === 'action') {
    throw new ApiError(402, {
      type: 'card_error',
      code: 'subscription_payment_intent_requires_action',
      message: 'Payment for this subscription requires additional user action before it can be completed.',
    });
  }
}
