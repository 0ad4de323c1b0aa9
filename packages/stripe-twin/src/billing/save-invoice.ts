import type { InvoiceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invoiceView } from './invoice-rows.js';

/** Stores an invoice as it became, with `invoice.updated` when something of it shows. */
export function saveInvoice(twin: Twin, before: InvoiceRow, after: InvoiceRow): InvoiceRow {
  const was = invoiceView(twin, before);
  twin.log.recordUpdate('invoice.updated', was, invoiceView(twin, twin.timeline.saveInvoice(after)));
  return after;
}

/**
 * "Upon subscription cancellation, Stripe stops automatic collection of all finalized invoices for the customer"
 * (`subscriptions.cancel`): of other subscriptions too, until it is asked for again.
 */
export function stopCollection(twin: Twin, customer: string): void {
  for (const row of twin.invoices.scan({ where: ['customer', customer] })) {
    if (row.status !== 'open' || !row.auto_advance) continue;
    saveInvoice(twin, row, { ...row, auto_advance: false, next_payment_attempt: null });
  }
}
