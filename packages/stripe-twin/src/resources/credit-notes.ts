import type Stripe from 'stripe';
import {
  creditNoteView,
  draftCreditNote,
  issueCreditNote,
  voidCreditNote,
  type CreditRequest,
} from '../billing/credit-note.js';
import type { CreditNoteRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { noSuchReference, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, listValues, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  decimal,
  hash,
  inRange,
  integer,
  list,
  oneOf,
  paramsOf,
  range,
  required,
  text,
  timestamp,
  unsupported,
  type Parsed,
} from '../wire/params.js';

const amount = integer({ min: 0 });

const lineSpecs = paramsOf<Stripe.CreditNoteCreateParams.Line>()({
  amount,
  description: text(),
  invoice_line_item: text(),
  metadata: unsupported,
  quantity: integer({ min: 1 }),
  tax_amounts: unsupported,
  tax_rates: unsupported,
  type: required(oneOf('custom_line_item', 'invoice_line_item')),
  unit_amount: amount,
  unit_amount_decimal: decimal,
});

const createSpecs = paramsOf<Stripe.CreditNoteCreateParams>()({
  amount,
  credit_amount: amount,
  effective_at: timestamp,
  email_type: oneOf('credit_note', 'none'),
  invoice: required(text()),
  lines: list(hash(lineSpecs)),
  memo: text(),
  metadata,
  out_of_band_amount: amount,
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: amount,
  refunds: unsupported,
  shipping_cost: unsupported,
});

const updateSpecs = paramsOf<Stripe.CreditNoteUpdateParams>()({ memo: text(), metadata });

const listSpecs = paramsOf<Stripe.CreditNoteListParams>()({
  ...pagination,
  created: range,
  customer: text(),
  customer_account: unsupported,
  invoice: text(),
});

const URL = '/v1/credit_notes';

export function creditNoteEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) =>
      creditNoteView(issueCreditNote(twin, requestOf(twin, params))),
    ),
    endpoint('GET', `${URL}/preview`, createSpecs, ({ params }) =>
      creditNoteView(draftCreditNote(twin, requestOf(twin, params))),
    ),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.creditNotes, {
        url: URL,
        noun: 'credit note',
        page: params,
        where:
          params.invoice !== undefined
            ? ['invoice', params.invoice]
            : params.customer !== undefined
              ? ['customer', params.customer]
              : undefined,
        filter: (row) =>
          (params.customer === undefined || row.customer === params.customer) &&
          inRange(row.created, params.created),
        view: creditNoteView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => creditNoteView(creditNoteOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = creditNoteOf(twin, id);
      const after = twin.creditNotes.put({
        ...row,
        memo: params.memo ?? row.memo,
        metadata: mergeMetadata(row.metadata ?? {}, params.metadata),
      });
      twin.log.recordUpdate('credit_note.updated', creditNoteView(row), creditNoteView(after));
      return creditNoteView(after);
    }),
    endpoint('POST', `${URL}/:id/void`, {}, ({ id }) =>
      creditNoteView(voidCreditNote(twin, creditNoteOf(twin, id))),
    ),
    endpoint('GET', `${URL}/:id/lines`, pagination, ({ id, params }) => {
      const { data } = creditNoteView(creditNoteOf(twin, id)).lines;
      return listValues(data, `${URL}/${id}/lines`, 'credit note line item', params);
    }),
  ];
}

function creditNoteOf(twin: Twin, id: string): CreditNoteRow {
  const row = twin.creditNotes.get(id);
  if (!row) throw noSuchResource('credit note', id);
  return row;
}

function requestOf(twin: Twin, params: Parsed<typeof createSpecs>): CreditRequest {
  const invoice = twin.invoices.get(params.invoice);
  if (!invoice) throw noSuchReference('invoice', params.invoice, 'invoice');
  return {
    invoice,
    amount: params.amount,
    lines: params.lines,
    refund: params.refund_amount ?? 0,
    credit: params.credit_amount ?? 0,
    outOfBand: params.out_of_band_amount ?? 0,
    memo: params.memo ?? null,
    metadata: mergeMetadata({}, params.metadata),
    reason: params.reason ?? null,
    effectiveAt: params.effective_at ?? null,
  };
}
