import { isEnded, type CustomerRow, type InvoiceRow, type SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { endSchedule } from './schedule-rows.js';
import { stopCollection } from './save-invoice.js';
import { subscriptionView } from './subscription-view.js';

/** Stores a subscription as it became, with the event that tells of it. */
export function saveSubscription(
  twin: Twin,
  before: SubscriptionRow,
  after: SubscriptionRow,
): SubscriptionRow {
  const was = subscriptionView(twin, before);
  const view = subscriptionView(twin, twin.timeline.save(after));
  // One that was never paid and is cancelled ends too; one that runs out of time has only changed its status.
  const given = after.status === 'incomplete_expired' && after.canceled_at !== null;
  const ended = !isEnded(before) && (after.status === 'canceled' || given);
  if (ended) {
    twin.log.record('customer.subscription.deleted', view);
    stopCollection(twin, after.customer);
    endSchedule(twin, after, after.ended_at ?? twin.time.of(after.customer));
  } else if (after.status === 'paused' && before.status !== 'paused') {
    twin.log.record('customer.subscription.paused', view);
  } else twin.log.recordUpdate('customer.subscription.updated', was, view);
  return after;
}

/** What the payment of an invoice, or its being given up, does to the subscription that it is for. */
export function settleSubscription(twin: Twin, invoice: InvoiceRow): void {
  const row = subscriptionOf(twin, invoice);
  if (!row || isEnded(row)) return;
  const first = row.status === 'incomplete' && invoice.status === 'paid';
  // Only the latest invoice clears a debt: with older ones paid, the newest is still open.
  const cleared = ['past_due', 'unpaid'].includes(row.status) && row.latest_invoice === invoice.id;
  if (first || cleared) saveSubscription(twin, row, { ...row, status: 'active' });
}

/** What a failed attempt does: the first makes it past due, the last what the settings say. */
export function dunSubscription(twin: Twin, invoice: InvoiceRow, last: boolean): void {
  const row = subscriptionOf(twin, invoice);
  if (!row || isEnded(row) || row.status === 'incomplete') return;
  const after = twin.settings.values.afterPaymentRetries;
  if (last && after === 'cancel') return cancelUnpaid(twin, row);
  const status = last ? after : row.status === 'unpaid' ? 'unpaid' : 'past_due';
  if (status !== 'cancel' && status !== row.status) saveSubscription(twin, row, { ...row, status });
}

function cancelUnpaid(twin: Twin, row: SubscriptionRow): void {
  const now = twin.time.of(row.customer);
  const details = { comment: null, feedback: null, feedback_option: null, ...row.cancellation_details };
  saveSubscription(twin, row, {
    ...row,
    status: 'canceled',
    canceled_at: now,
    ended_at: now,
    cancel_at: null,
    cancel_at_period_end: false,
    cancellation_details: { ...details, reason: 'payment_failed' },
  });
}

function subscriptionOf(twin: Twin, invoice: InvoiceRow): SubscriptionRow | undefined {
  return invoice.subscription === null ? undefined : twin.subscriptions.get(invoice.subscription);
}

/** Changes a customer, and says so when that shows. */
export function changeCustomer(twin: Twin, id: string, change: Partial<CustomerRow>): void {
  const row = twin.customers.get(id);
  if (!row) return;
  const after = twin.customers.put({ ...row, ...change });
  twin.log.recordUpdate('customer.updated', structuredClone(row), structuredClone(after));
}
