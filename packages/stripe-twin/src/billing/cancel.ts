import type Stripe from 'stripe';
import type { Twin } from '../twin.js';
import { hash, oneOf, paramsOf, text, unsettable } from '../wire/params.js';
import { issueInvoice, voidInvoice } from './invoice-lifecycle.js';
import { insertInvoiceItem } from './invoice-item-rows.js';
import { openUsage, unusedTime } from './subscription-cycle.js';
import { saveSubscription } from './subscription-status.js';
import { subscriptionView } from './subscription-view.js';
import { isEnded, type InvoiceRow, type SubscriptionRow, type SubscriptionView } from '../state/rows.js';

export const cancellationDetails = hash(
  paramsOf<Stripe.SubscriptionCancelParams.CancellationDetails>()({
    comment: unsettable(text()),
    feedback: unsettable(
      oneOf(
        'customer_service',
        'low_quality',
        'missing_features',
        'other',
        'switched_service',
        'too_complex',
        'too_expensive',
        'unused',
      ),
    ),
    feedback_option: text(),
  }),
);

type Details = ReturnType<typeof cancellationDetails.parse>;

type DetailsView = NonNullable<SubscriptionView['cancellation_details']>;

/** What was said about the cancellation, added to what is known of it. */
export function withDetails(
  current: SubscriptionView['cancellation_details'],
  sent: Details | undefined,
  reason?: DetailsView['reason'],
): DetailsView {
  return {
    comment: sent?.comment !== undefined ? sent.comment : (current?.comment ?? null),
    feedback: sent?.feedback !== undefined ? sent.feedback : (current?.feedback ?? null),
    feedback_option: sent?.feedback_option ?? current?.feedback_option ?? null,
    reason: reason !== undefined ? reason : (current?.reason ?? null),
  };
}

interface Cancellation {
  details?: Details | undefined;
  /** Bills what was used and what is pending; without it, usage of the period is lost. */
  invoiceNow?: boolean | undefined;
  /** Credits the rest of what was paid ahead. */
  prorate?: boolean | undefined;
}

/** Ends a subscription now. */
export function cancelNow(twin: Twin, row: SubscriptionRow, options: Cancellation = {}): SubscriptionView {
  const now = twin.time.of(row.customer);
  settlePending(twin, row, options, now);
  const invoice = options.invoiceNow ? finalInvoice(twin, row, now) : null;
  const ended = saveSubscription(twin, row, {
    ...row,
    status: row.status === 'incomplete' ? 'incomplete_expired' : 'canceled',
    canceled_at: now,
    cancel_at: null,
    cancel_at_period_end: false,
    ended_at: now,
    cancellation_details: withDetails(row.cancellation_details, options.details, 'cancellation_requested'),
    latest_invoice: invoice?.id ?? row.latest_invoice,
  });
  const first = row.latest_invoice === null ? undefined : twin.invoices.get(row.latest_invoice);
  if (row.status === 'incomplete' && first?.status === 'open') voidInvoice(twin, first);
  return subscriptionView(twin, ended);
}

/** Prorations that nobody is to invoice are gone; with `prorate`, the unused time is one more of them. */
function settlePending(twin: Twin, row: SubscriptionRow, options: Cancellation, now: number): void {
  if (options.prorate) {
    for (const item of unusedTime(twin, row, now)) insertInvoiceItem(twin, item);
  } else if (!options.invoiceNow) {
    for (const item of twin.invoiceItems.scan({ where: ['customer', row.customer] })) {
      const owner = item.parent?.subscription_details?.subscription;
      if (item.proration && item.invoice === null && owner === row.id) twin.invoiceItems.delete(item.id);
    }
  }
}

function finalInvoice(twin: Twin, row: SubscriptionRow, now: number): InvoiceRow | null {
  const customer = twin.customers.get(row.customer);
  if (!customer) return null;
  return issueInvoice(twin, {
    customer,
    subscription: row,
    currency: row.currency,
    sources: openUsage(twin, row, now),
    reason: 'subscription_update',
    period: { start: Math.min(...row.items.map((item) => item.current_period_start)), end: now },
    now,
    autoAdvance: true,
  });
}

/** What deleting a customer does to its subscriptions. */
export function cancelSubscriptionsOf(twin: Twin, customer: string): void {
  for (const row of twin.subscriptions.scan({ where: ['customer', customer] })) {
    if (!isEnded(row)) cancelNow(twin, row);
  }
}
