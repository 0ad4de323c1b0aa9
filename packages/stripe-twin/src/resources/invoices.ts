import type Stripe from 'stripe';
import { boundary } from '../billing/billing-period.js';
import { cardError } from '../billing/charge.js';
import { collect, markPaid, type Refusal } from '../billing/collect-invoice.js';
import { saveInvoice } from '../billing/save-invoice.js';
import { finalizeInvoice, markUncollectible, voidInvoice } from '../billing/invoice-lifecycle.js';
import { current, invoiceView } from '../billing/invoice-rows.js';
import { defaultMethod } from '../billing/payment-method-rows.js';
import type { InvoiceRow, InvoiceView } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError, invalid, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, listValues } from '../wire/list.js';
import { mergeMetadata } from '../wire/metadata.js';
import { inRange, type Parsed } from '../wire/params.js';
import { referencedCustomer } from '../billing/customers.js';
import { createInvoice, deleteDraft } from '../billing/manual-invoice.js';
import {
  createSpecs,
  finalizeSpecs,
  linesSpecs,
  listSpecs,
  paySpecs,
  updateSpecs,
} from '../billing/invoice-params.js';

const URL = '/v1/invoices';
const HOUR_S = 3_600;
const MAX_YEARS = 5;

export function invoiceEndpoints(twin: Twin): Endpoint[] {
  const view = (row: InvoiceRow): InvoiceView => invoiceView(twin, twin.invoices.get(row.id) ?? row);
  return [
    endpoint('GET', URL, listSpecs, ({ params }) => list(twin, params)),
    endpoint('POST', URL, createSpecs, ({ params }) => view(createInvoice(twin, params))),
    endpoint('DELETE', `${URL}/:id`, {}, ({ id }) => deleteDraft(twin, invoiceOf(twin, id))),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => view(invoiceOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) =>
      view(update(twin, invoiceOf(twin, id), params)),
    ),
    endpoint('GET', `${URL}/:id/lines`, linesSpecs, ({ id, params }) => {
      const { lines } = current(twin, invoiceOf(twin, id));
      return listValues(structuredClone(lines), `${URL}/${id}/lines`, 'invoice line item', params);
    }),
    endpoint('POST', `${URL}/:id/finalize`, finalizeSpecs, ({ id, params }) => {
      const row = draftOf(twin, id);
      const auto_advance = params.auto_advance ?? row.auto_advance ?? false;
      const draft = { ...row, auto_advance };
      return view(finalized(finalizeInvoice(twin, draft, { collect: auto_advance, onSession: false })));
    }),
    endpoint('POST', `${URL}/:id/pay`, paySpecs, ({ id, params }) =>
      view(pay(twin, invoiceOf(twin, id), params)),
    ),
    endpoint('POST', `${URL}/:id/send`, {}, ({ id }) => view(send(twin, invoiceOf(twin, id)))),
    endpoint('POST', `${URL}/:id/void`, {}, ({ id }) =>
      view(voidInvoice(twin, openOf(twin, id, 'voided', ['open', 'uncollectible']))),
    ),
    endpoint('POST', `${URL}/:id/mark_uncollectible`, {}, ({ id }) =>
      view(markUncollectible(twin, openOf(twin, id, 'marked as uncollectible', ['open']))),
    ),
  ];
}

function list(twin: Twin, params: Parsed<typeof listSpecs>): Stripe.ApiList<InvoiceView> {
  if (params.customer !== undefined) referencedCustomer(twin, params.customer, 'customer');
  const { customer, subscription } = params;
  return listTable(twin.invoices, {
    url: URL,
    noun: 'invoice',
    page: params,
    where:
      subscription !== undefined
        ? ['subscription', subscription]
        : customer !== undefined
          ? ['customer', customer]
          : undefined,
    filter: (row) =>
      (customer === undefined || row.customer === customer) &&
      (params.status === undefined || row.status === params.status) &&
      (params.collection_method === undefined || row.collection_method === params.collection_method) &&
      (params.due_date === undefined || inRange(row.due_date ?? 0, params.due_date)) &&
      inRange(row.created, params.created),
    view: (row) => invoiceView(twin, row),
  });
}

/** @throws {ApiError} 404 */
export function invoiceOf(twin: Twin, id: string): InvoiceRow {
  const row = twin.invoices.get(id);
  if (!row) throw noSuchResource('invoice', id);
  return row;
}

function draftOf(twin: Twin, id: string): InvoiceRow {
  const row = invoiceOf(twin, id);
  if (row.status !== 'draft') {
    throw invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.", undefined);
  }
  return row;
}

/**
 * "Requests made in test-mode result in no emails being sent, despite sending an `invoice.sent` event." One that is paid
 * can be sent too. @throws {ApiError} 400
 */
function send(twin: Twin, row: InvoiceRow): InvoiceRow {
  if (row.collection_method !== 'send_invoice') {
    throw invalid("You can only manually send an invoice if its collection method is 'send_invoice'.");
  }
  if (row.status === 'void' || row.status === 'uncollectible') {
    throw invalid(`This invoice is ${row.status} and cannot be sent.`);
  }
  const sent =
    row.status === 'draft'
      ? finalized(finalizeInvoice(twin, row, { collect: row.auto_advance ?? false, onSession: false }))
      : row;
  twin.log.record('invoice.sent', invoiceView(twin, sent));
  return sent;
}

/** @throws {ApiError} 400 with what stood against the finalization */
function finalized(row: InvoiceRow): InvoiceRow {
  const error = row.status === 'draft' ? row.last_finalization_error : null;
  if (error) throw invalid(error.message ?? 'The invoice could not be finalized.', undefined, error.code);
  return row;
}

function openOf(twin: Twin, id: string, done: string, from: readonly string[]): InvoiceRow {
  const row = invoiceOf(twin, id);
  if (!from.includes(row.status ?? '')) {
    const message = `You can only pass in ${from.join(' or ')} invoices. This invoice is ${row.status} and cannot be ${done}.`;
    throw invalid(message, undefined, 'status_transition_invalid');
  }
  return row;
}

/** What may still be changed once an invoice is final. */
const ALWAYS = new Set(['auto_advance', 'default_payment_method', 'metadata']);

function update(twin: Twin, row: InvoiceRow, params: Parsed<typeof updateSpecs>): InvoiceRow {
  if (row.status !== 'draft' && Object.keys(params).some((name) => !ALWAYS.has(name))) {
    throw invalid("Finalized invoices can't be updated in this way.", undefined, 'invoice_not_editable');
  }
  const now = twin.time.of(row.customer);
  const advance = params.auto_advance ?? row.auto_advance ?? false;
  const method = params.default_payment_method;
  return saveInvoice(twin, row, {
    ...row,
    auto_advance: advance,
    automatically_finalizes_at: finalizesAt(row, advance, params.automatically_finalizes_at, now),
    // A time that is set waits for no answer.
    ...((params.automatically_finalizes_at !== undefined || advance !== row.auto_advance) && {
      unanswered: [],
    }),
    ...(!advance && { next_payment_attempt: null }),
    // Collection that was stopped begins again.
    ...(advance && !row.auto_advance && row.status === 'open' && { next_payment_attempt: now + HOUR_S }),
    ...(params.automatic_tax && {
      automatic_tax: { ...row.automatic_tax, enabled: params.automatic_tax.enabled },
    }),
    ...(method !== undefined && {
      default_payment_method: defaultMethod(twin, method, row.customer, 'default_payment_method').id,
    }),
    ...(params.description !== undefined && { description: params.description }),
    ...(params.due_date !== undefined && { due_date: params.due_date }),
    ...(params.effective_at !== undefined && { effective_at: params.effective_at }),
    ...(params.footer !== undefined && { footer: params.footer }),
    ...(params.statement_descriptor !== undefined && { statement_descriptor: params.statement_descriptor }),
    metadata: mergeMetadata(row.metadata ?? {}, params.metadata),
  });
}

/**
 * When a draft becomes final by itself: as asked, as before, or by the account's grace period from now. "If you don't
 * pass in a value for `automatically_finalizes_at` when enabling automatic invoice advancement in the API, Stripe
 * calculates and sets the time according to the configurable grace period" (invoicing/scheduled-finalization).
 * @throws {ApiError} 400
 */
function finalizesAt(
  row: InvoiceRow,
  advance: boolean,
  asked: number | undefined,
  now: number,
): number | null {
  const param = 'automatically_finalizes_at';
  if (asked !== undefined && !advance) {
    throw invalid('`automatically_finalizes_at` can only be set when `auto_advance` is `true`.', param);
  }
  if (asked !== undefined && asked <= now) {
    throw invalid('`automatically_finalizes_at` must be in the future.', param);
  }
  if (asked !== undefined && asked > boundary(now, { interval: 'year', interval_count: MAX_YEARS }, 1)) {
    throw invalid('`automatically_finalizes_at` can be up to 5 years in the future.', param);
  }
  if (!advance || row.status !== 'draft') return null;
  return asked ?? row.automatically_finalizes_at ?? now + HOUR_S;
}

function pay(twin: Twin, row: InvoiceRow, params: Parsed<typeof paySpecs>): InvoiceRow {
  const draft = row.status === 'draft';
  if (row.status === 'paid') throw invalid('Invoice is already paid', undefined, 'invoice_already_paid');
  if (row.status === 'void') throw invalid('This invoice is void and cannot be paid.', undefined);
  const final = draft ? finalized(finalizeInvoice(twin, row, { collect: false, onSession: false })) : row;
  if (final.status === 'paid') return final;
  if (params.paid_out_of_band) return markPaid(twin, final, final, true);
  const method =
    params.payment_method === undefined
      ? undefined
      : defaultMethod(twin, params.payment_method, row.customer, 'payment_method');
  const onSession = params.off_session === false;
  const refusal = collect(twin, final, { method, onSession, automatic: false });
  if (refusal) throw refusalError(refusal);
  return final;
}

function refusalError(refusal: NonNullable<Refusal>): ApiError {
  if (refusal.kind === 'declined') return cardError(refusal.decline);
  if (refusal.kind === 'no_method') {
    return invalid(
      'There is no `default_payment_method` set on this Customer or Invoice. Please attach a payment method to the customer and set it as the default.',
      undefined,
      'resource_missing',
    );
  }
  return new ApiError(402, {
    type: 'card_error',
    code: 'invoice_payment_intent_requires_action',
    message: 'This payment requires additional user action before it can be completed successfully.',
  });
}
