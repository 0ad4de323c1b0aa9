import type Stripe from 'stripe';
import type { createSpecs } from './invoice-params.js';
import { referencedCustomer } from './customers.js';
import type { InvoiceRow, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchReference } from '../wire/api-error.js';
import { newLongId } from '../wire/ids.js';
import { mergeMetadata } from '../wire/metadata.js';
import type { Parsed } from '../wire/params.js';
import { checkCollection } from './create-subscription.js';
import { askedOf } from './draft-hour.js';
import { DAY_S } from '../state/due.js';
import { takePending } from './invoice-lifecycle.js';
import { current, invoiceView, newInvoice } from './invoice-rows.js';
import { defaultMethod } from './payment-method-rows.js';
import { checkTaxLocation } from './tax.js';

/**
 * `POST /v1/invoices`: a draft, also of nothing. It takes what is pending with `pending_invoice_items_behavior:
 * 'include'` alone, "Defaults to `exclude` if the parameter is omitted". @throws {ApiError} 400
 */
export function createInvoice(twin: Twin, params: Parsed<typeof createSpecs>): InvoiceRow {
  const customer = referencedCustomer(twin, params.customer, 'customer');
  const collection_method = params.collection_method ?? 'charge_automatically';
  if (params.due_date === undefined) checkCollection(collection_method, params.days_until_due);
  checkTaxLocation(twin, customer.id, params.automatic_tax?.enabled);
  const subscription = subscriptionOf(twin, params.subscription, customer.id);
  const now = twin.time.of(customer.id);
  const id = newLongId('in');
  const currency = params.currency ?? subscription?.currency ?? customer.currency ?? 'usd';
  const draft = {
    customer,
    subscription,
    currency,
    reason: 'manual' as const,
    period: { start: now, end: now },
    now,
    autoAdvance: params.auto_advance ?? false,
    unanswered: askedOf(twin, params.auto_advance ?? false),
    sources: [],
  };
  const sources = params.pending_invoice_items_behavior === 'include' ? takePending(twin, draft, id) : [];
  const method = params.default_payment_method;
  const days = params.days_until_due;
  const made = newInvoice({ ...draft, id, sources });
  const row = current(twin, {
    ...made,
    automatic_tax: { ...made.automatic_tax, enabled: params.automatic_tax?.enabled ?? false },
    collection_method,
    default_payment_method:
      method === undefined ? null : defaultMethod(twin, method, customer.id, 'default_payment_method').id,
    description: params.description ?? made.description,
    due_date: params.due_date ?? (days === undefined ? null : now + days * DAY_S),
    footer: params.footer ?? made.footer,
    metadata: mergeMetadata({}, params.metadata),
  });
  twin.timeline.saveInvoice(row);
  twin.log.record('invoice.created', invoiceView(twin, row));
  return row;
}

function subscriptionOf(twin: Twin, id: string | undefined, customer: string): SubscriptionRow | null {
  if (id === undefined) return null;
  const row = twin.subscriptions.get(id);
  if (row?.customer !== customer) throw noSuchReference('subscription', id, 'subscription');
  return row;
}

/**
 * "Permanently deletes a one-off invoice draft … once an invoice has been finalized or if an invoice is for a
 * subscription, it must be voided". What was pending waits for another invoice again. @throws {ApiError} 400
 */
export function deleteDraft(twin: Twin, row: InvoiceRow): Stripe.DeletedInvoice {
  if (row.status !== 'draft') {
    throw invalid('You can only delete draft invoices; this one is final and must be voided.');
  }
  if (row.subscription !== null) {
    throw invalid("You can't delete invoices created by subscriptions.");
  }
  for (const item of twin.invoiceItems.scan({ where: ['invoice', row.id] })) {
    twin.invoiceItems.put({ ...item, invoice: null });
  }
  twin.invoices.delete(row.id);
  twin.log.record('invoice.deleted', invoiceView(twin, row));
  return { id: row.id, object: 'invoice', deleted: true };
}

/** A draft that an operator deletes in Stripe's dashboard, which the API does not do for those of subscriptions. */
export function discardDraft(twin: Twin, row: InvoiceRow): void {
  deleteDraft(twin, { ...row, subscription: null });
}
