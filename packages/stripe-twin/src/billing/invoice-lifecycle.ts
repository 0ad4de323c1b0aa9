import type { InvoiceItemRow, InvoiceRow, LineSource } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newLongId } from '../wire/ids.js';
import { cancelPayments, collect, markPaid } from './collect-invoice.js';
import { saveInvoice } from './save-invoice.js';
import { askedOf } from './draft-hour.js';
import { DAY_S } from '../state/due.js';
import { attemptFinalization, failFinalization } from './finalization-failure.js';
import { itemSource } from './invoice-lines.js';
import { balanceAfter, current, invoiceView, newInvoice, type InvoiceDraft } from './invoice-rows.js';
import { openPayment } from './payments.js';
import { changeCustomer, dunSubscription, settleSubscription } from './subscription-status.js';

/**
 * Makes a draft with what is asked for and everything that waits for the next invoice.
 * @returns null when there is nothing to put on it
 */
export function issueInvoice(twin: Twin, draft: InvoiceDraft): InvoiceRow | null {
  const id = newLongId('in');
  const sources = [...takePending(twin, draft, id), ...draft.sources];
  if (sources.length === 0) return null;
  const unanswered = askedOf(twin, draft.autoAdvance);
  const row = twin.timeline.saveInvoice(current(twin, newInvoice({ ...draft, id, sources, unanswered })));
  twin.log.record('invoice.created', invoiceView(twin, row));
  return row;
}

/** The invoice items that wait for an invoice of this subscription, or of this customer. */
export function pendingItems(
  twin: Pick<Twin, 'invoiceItems'>,
  { customer, subscription, currency }: Pick<InvoiceDraft, 'customer' | 'subscription' | 'currency'>,
): InvoiceItemRow[] {
  const all = twin.invoiceItems.scan({ where: ['customer', customer.id], direction: 'oldest' });
  return [...all].filter((item) => {
    const owner = item.parent?.subscription_details?.subscription;
    const fits = owner === undefined || owner === subscription?.id;
    return item.invoice === null && item.currency === currency && fits;
  });
}

export function takePending(
  twin: Twin,
  draft: Pick<InvoiceDraft, 'customer' | 'subscription' | 'currency'>,
  invoice: string,
): LineSource[] {
  return pendingItems(twin, draft).map((item) => {
    twin.invoiceItems.put({ ...item, invoice });
    return itemSource(item);
  });
}

interface Finalization {
  /** Whether to collect what is due at once. */
  collect: boolean;
  /** Whether the customer is there. */
  onSession: boolean;
  /** Whether time makes it final, and not a request. */
  automatic?: boolean;
}

/**
 * A draft becomes final: its lines are counted for the last time, it has a number, and is collected. Where that is
 * refused, it stays a draft with its `last_finalization_error`.
 */
export function finalizeInvoice(twin: Twin, asked: InvoiceRow, options: Finalization): InvoiceRow {
  const now = twin.time.of(asked.customer);
  const { draft, refusal } = attemptFinalization(twin, asked, options.automatic ?? false);
  if (refusal) return failFinalization(twin, asked, refusal);
  const counted = current(twin, draft);
  const sends = counted.collection_method === 'send_invoice';
  const subscription =
    counted.subscription === null ? undefined : twin.subscriptions.get(counted.subscription);
  const days = subscription?.days_until_due ?? 30;
  let row: InvoiceRow = {
    ...counted,
    automatically_finalizes_at: null,
    unanswered: [],
    last_finalization_error: null,
    due_date: sends ? (counted.due_date ?? now + days * DAY_S) : null,
    effective_at: counted.effective_at ?? now,
    ending_balance: balanceAfter(counted),
    number: counted.number ?? nextNumber(twin, counted.customer),
    status: 'open',
    status_transitions: { ...counted.status_transitions, finalized_at: now },
  };
  twin.timeline.saveInvoice(row);
  if (row.ending_balance !== row.starting_balance) {
    changeCustomer(twin, row.customer, { balance: row.ending_balance ?? 0 });
  }
  twin.log.record('invoice.finalized', invoiceView(twin, row));
  if (row.amount_due === 0) return markPaid(twin, row);
  row = twin.timeline.saveInvoice({ ...row, payment_intent: openPayment(twin, row, now).id });
  const paused = subscription?.pause_collection?.behavior;
  if (paused === 'void') return voidInvoice(twin, row);
  if (paused === 'mark_uncollectible') return markUncollectible(twin, row);
  if (sends) twin.log.record('invoice.sent', invoiceView(twin, row));
  else if (options.collect) collect(twin, row, { onSession: options.onSession, automatic: true });
  return twin.invoices.get(row.id) ?? row;
}

function nextNumber(twin: Twin, id: string): string {
  const customer = twin.customers.get(id);
  if (!customer) return `DELETED-${newLongId('n').slice(2, 10)}`;
  const sequence = customer.next_invoice_sequence ?? 1;
  twin.customers.put({ ...customer, next_invoice_sequence: sequence + 1 });
  return `${customer.invoice_prefix ?? 'FAREBOX'}-${String(sequence).padStart(4, '0')}`;
}

export function voidInvoice(twin: Twin, row: InvoiceRow): InvoiceRow {
  const now = twin.time.of(row.customer);
  const after = saveInvoice(twin, row, {
    ...row,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'void',
    status_transitions: { ...row.status_transitions, voided_at: now },
  });
  cancelPayments(twin, after, 'void_invoice', now);
  twin.log.record('invoice.voided', invoiceView(twin, after));
  settleSubscription(twin, after);
  return after;
}

export function markUncollectible(twin: Twin, row: InvoiceRow): InvoiceRow {
  const now = twin.time.of(row.customer);
  const after = saveInvoice(twin, row, {
    ...row,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'uncollectible',
    status_details: { uncollectible: { reason: 'user_forgiven' } },
    status_transitions: { ...row.status_transitions, marked_uncollectible_at: now },
  });
  twin.log.record('invoice.marked_uncollectible', invoiceView(twin, after));
  settleSubscription(twin, after);
  return after;
}

/** What time alone does to an invoice. */
export function stepInvoice(twin: Twin, id: string, at: number): void {
  const row = twin.invoices.get(id);
  if (!row) return;
  if (row.status === 'draft') {
    finalizeInvoice(twin, row, { collect: true, onSession: false, automatic: true });
  } else if (row.next_payment_attempt !== null && row.next_payment_attempt <= at) {
    collect(twin, row, { onSession: false, automatic: true });
  } else {
    const after = twin.timeline.saveInvoice({ ...row, overdue: true });
    twin.log.record('invoice.overdue', invoiceView(twin, after));
    dunSubscription(twin, after, false);
  }
}
