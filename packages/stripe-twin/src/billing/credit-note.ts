import type Stripe from 'stripe';
import type { ChargeRow, CreditNoteRow, InvoiceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, noSuchReference } from '../wire/api-error.js';
import { newId, newLongId } from '../wire/ids.js';
import type { Wire } from '../state/wire.js';
import { markPaid } from './collect-invoice.js';
import { saveInvoice } from './save-invoice.js';
import { rounded, scaled, toNumber } from './money.js';
import { refundCharge } from './refund-charge.js';
import { changeCustomer } from './subscription-status.js';

/** What is asked for, in minor units. */
export interface CreditRequest {
  invoice: InvoiceRow;
  amount?: number | undefined;
  lines?: CreditLine[] | undefined;
  /** Of what was paid: back to the card, into the customer's balance, or given back another way. */
  refund: number;
  credit: number;
  outOfBand: number;
  memo: string | null;
  metadata: Record<string, string>;
  reason: CreditNoteRow['reason'];
  effectiveAt: number | null;
}

export interface CreditLine {
  type: 'custom_line_item' | 'invoice_line_item';
  invoice_line_item?: string | undefined;
  description?: string | undefined;
  amount?: number | undefined;
  quantity?: number | undefined;
  unit_amount?: number | undefined;
  unit_amount_decimal?: string | undefined;
}

type LineView = Wire<Stripe.CreditNoteLineItem>;

export function creditNoteView(row: CreditNoteRow): CreditNoteRow {
  return structuredClone(row);
}

/** The credit note as it would be, stored nowhere. @throws {ApiError} 400 for more than there is to credit */
export function draftCreditNote(twin: Twin, request: CreditRequest): CreditNoteRow {
  const { invoice } = request;
  if (invoice.status !== 'open' && invoice.status !== 'paid') {
    throw invalid('You can only create credit notes for open or paid invoices.', 'invoice');
  }
  const id = newLongId('cn');
  const lines = creditLines(request);
  const amount = lines.reduce((sum, line) => sum + line.amount, 0);
  const credited = invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
  const most = invoice.status === 'open' ? invoice.amount_remaining : invoice.total - credited;
  if (amount <= 0) throw invalid('The amount of a credit note must be greater than zero.', 'amount');
  if (amount > most) {
    throw invalid(`The amount (${amount}) is more than can still be credited (${most}).`, 'amount');
  }
  const post = request.refund + request.credit + request.outOfBand;
  if (invoice.status === 'paid' ? post !== amount : post !== 0) {
    throw invalid(
      `The sum of credit amount, refund amount and out of band amount (${post}) must equal the post payment amount (${invoice.status === 'paid' ? amount : 0}).`,
    );
  }
  const count = [...twin.creditNotes.scan({ where: ['invoice', invoice.id] })].length;
  const number = `${invoice.number}-CN-${String(count + 1).padStart(2, '0')}`;
  return newRow(twin, id, request, { lines, amount, post, number });
}

function newRow(
  twin: Twin,
  id: string,
  request: CreditRequest,
  { lines, amount, post, number }: { lines: LineView[]; amount: number; post: number; number: string },
): CreditNoteRow {
  const { invoice } = request;
  const now = twin.time.of(invoice.customer);
  return {
    id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created: now,
    currency: invoice.currency,
    customer: invoice.customer,
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: request.effectiveAt ?? now,
    invoice: invoice.id,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/credit_notes/${id}/lines` },
    livemode: false,
    memo: request.memo,
    metadata: request.metadata,
    number,
    out_of_band_amount: request.outOfBand > 0 ? request.outOfBand : null,
    pdf: '',
    post_payment_amount: post,
    pre_payment_amount: amount - post,
    pretax_credit_amounts: [],
    reason: request.reason,
    refunds: [],
    shipping_cost: null,
    status: 'issued',
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    total_taxes: [],
    type: post > 0 ? 'post_payment' : 'pre_payment',
    voided_at: null,
  };
}

/** Issues it: what was paid goes back, what is open gets less. */
export function issueCreditNote(twin: Twin, request: CreditRequest): CreditNoteRow {
  let row = draftCreditNote(twin, request);
  const { invoice } = request;
  if (request.refund > 0) {
    const charge = paidCharge(twin, invoice);
    const refund = refundCharge(twin, { charge, amount: request.refund, reason: null, metadata: {} });
    const entry = { amount_refunded: refund.amount, payment_record_refund: null, refund: refund.id };
    row = { ...row, refunds: [{ ...entry, type: 'refund' }] };
  }
  if (request.credit > 0) {
    const balance = (twin.customers.get(invoice.customer)?.balance ?? 0) - request.credit;
    changeCustomer(twin, invoice.customer, { balance });
    row = { ...row, customer_balance_transaction: newId('cbtxn', 24) };
  }
  twin.creditNotes.put(row);
  twin.log.record('credit_note.created', creditNoteView(row));
  const remaining = invoice.amount_remaining - row.pre_payment_amount;
  const after: InvoiceRow = {
    ...invoice,
    amount_due: invoice.amount_due - row.pre_payment_amount,
    amount_remaining: remaining,
    post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + row.post_payment_amount,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + row.pre_payment_amount,
  };
  lowerPayment(twin, invoice, row.pre_payment_amount);
  if (invoice.status === 'open' && remaining === 0) markPaid(twin, after, invoice, true);
  else saveInvoice(twin, invoice, after);
  return row;
}

/**
 * Takes it back: as much more is due. "You can only void a credit note if the associated invoice is open."
 * @throws {ApiError} 400 otherwise, and for one that is void
 */
export function voidCreditNote(twin: Twin, row: CreditNoteRow): CreditNoteRow {
  const invoice = twin.invoices.get(row.invoice);
  if (row.status === 'void') throw invalid('This credit note is void already.');
  if (invoice?.status !== 'open')
    throw invalid('You can only void a credit note if the associated invoice is open.');
  const voided = twin.creditNotes.put({ ...row, status: 'void', voided_at: twin.time.of(invoice.customer) });
  twin.log.record('credit_note.voided', creditNoteView(voided));
  lowerPayment(twin, invoice, -row.pre_payment_amount);
  saveInvoice(twin, invoice, {
    ...invoice,
    amount_due: invoice.amount_due + row.pre_payment_amount,
    amount_remaining: invoice.amount_remaining + row.pre_payment_amount,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount - row.pre_payment_amount,
  });
  return voided;
}

/** What is still to be paid is asked for, and no more. */
function lowerPayment(twin: Twin, invoice: InvoiceRow, by: number): void {
  const intent =
    invoice.payment_intent === null ? undefined : twin.paymentIntents.get(invoice.payment_intent);
  if (!intent || by === 0 || intent.status === 'succeeded') return;
  twin.paymentIntents.put({ ...intent, amount: intent.amount - by });
  for (const payment of twin.invoicePayments.scan({ where: ['invoice', invoice.id] })) {
    if (payment.status !== 'open') continue;
    twin.invoicePayments.put({ ...payment, amount_requested: payment.amount_requested - by });
  }
}

function paidCharge(twin: Twin, invoice: InvoiceRow): ChargeRow {
  const where = ['payment_intent', invoice.payment_intent ?? ''] as ['payment_intent', string];
  for (const charge of twin.charges.scan({ where })) if (charge.paid) return charge;
  throw invalid('There is no charge on this invoice to refund.', 'refund_amount');
}

function creditLines({ invoice, amount, lines }: CreditRequest): LineView[] {
  if (!lines) {
    if (amount === undefined) throw invalid('You must pass either `amount` or `lines`.', 'amount');
    return [newLine({ amount, description: 'Credit', quantity: 1, type: 'custom_line_item' })];
  }
  const given = lines.map((line, index) => creditLine(invoice, line, `lines[${index}]`));
  const sum = given.reduce((total, line) => total + line.amount, 0);
  if (amount !== undefined && amount !== sum) {
    throw invalid(`The amount (${amount}) is not the sum of the lines (${sum}).`, 'amount');
  }
  return given;
}

function creditLine(invoice: InvoiceRow, sent: CreditLine, at: string): LineView {
  if (sent.type === 'invoice_line_item') {
    const id = sent.invoice_line_item ?? '';
    const line = invoice.lines.find((candidate) => candidate.id === id);
    if (!line) throw noSuchReference('invoice line item', id, `${at}[invoice_line_item]`);
    const amount = sent.amount ?? line.amount;
    if (amount > line.amount) throw invalid('A line cannot be credited with more than its amount.', at);
    const { description } = line;
    return newLine({
      amount,
      description,
      quantity: sent.quantity ?? null,
      type: sent.type,
      invoice_line_item: id,
    });
  }
  const unit =
    sent.unit_amount_decimal ?? (sent.unit_amount === undefined ? undefined : String(sent.unit_amount));
  if (unit === undefined) throw invalid('A custom line item has a `unit_amount`.', `${at}[unit_amount]`);
  const quantity = sent.quantity ?? 1;
  const amount = toNumber(rounded(BigInt(quantity) * scaled(unit)));
  return newLine({ amount, description: sent.description ?? null, quantity, type: sent.type, unit });
}

interface NewLine {
  amount: number;
  description: string | null;
  quantity: number | null;
  type: CreditLine['type'];
  invoice_line_item?: string;
  unit?: string;
}

function newLine({ unit, invoice_line_item, ...line }: NewLine): LineView {
  return {
    id: newLongId('cnli'),
    object: 'credit_note_line_item',
    amount: line.amount,
    description: line.description,
    discount_amount: 0,
    discount_amounts: [],
    ...(invoice_line_item !== undefined && { invoice_line_item }),
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity: line.quantity,
    tax_rates: [],
    taxes: [],
    type: line.type,
    unit_amount: unit !== undefined && /^\d+$/.test(unit) ? Number(unit) : null,
    unit_amount_decimal: unit ?? null,
  };
}
