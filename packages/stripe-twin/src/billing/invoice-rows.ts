import {
  idOf,
  type CustomerRow,
  type InvoiceRow,
  type InvoiceView,
  type LineSource,
  type LineView,
  type SubscriptionRow,
} from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newLongId } from '../wire/ids.js';
import type { Period } from './billing-period.js';
import { linesOf, type LineParts } from './invoice-lines.js';
import { minimumCharge, toNumber } from './money.js';
import { isTaxable, taxed } from './tax.js';

const HOUR_S = 3_600;
/** So many lines stand in the invoice itself; the rest is listed. */
const LINES_SHOWN = 10;

export interface InvoiceDraft {
  customer: CustomerRow;
  /** The subscription that it is for; null for an invoice made by hand. */
  subscription: SubscriptionRow | null;
  currency: string;
  sources: LineSource[];
  reason: NonNullable<InvoiceView['billing_reason']>;
  period: Period;
  /** Seconds. */
  now: number;
  /** Whether it becomes final by itself, after an hour. */
  autoAdvance: boolean;
  /** Webhook endpoints whose answer that hour waits for. */
  unanswered?: string[];
  id?: string;
}

type Parts = LineParts & Pick<Twin, 'customers' | 'settings'>;

/** A draft that is stored nowhere yet. */
export function newInvoice(draft: InvoiceDraft): InvoiceRow {
  const { customer, subscription, now } = draft;
  const collection = subscription?.collection_method ?? 'charge_automatically';
  return {
    ...BLANK,
    id: draft.id ?? newLongId('in'),
    auto_advance: draft.autoAdvance,
    automatic_tax: taxOf(subscription?.automatic_tax.enabled ?? false),
    automatically_finalizes_at: draft.autoAdvance ? now + HOUR_S : null,
    billing_reason: draft.reason,
    collection_method: collection,
    created: now,
    currency: draft.currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    default_payment_method: null,
    description: subscription?.description ?? null,
    due_date: null,
    footer: customer.invoice_settings.footer,
    lines: [],
    metadata: {},
    overdue: false,
    parent: subscription && {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_intent: null,
    period_end: draft.period.end,
    period_start: draft.period.start,
    sources: draft.sources,
    starting_balance: customer.balance,
    subscription: subscription?.id ?? null,
    test_clock: idOf(customer.test_clock),
    unanswered: draft.unanswered ?? [],
  };
}

function taxOf(enabled: boolean): InvoiceRow['automatic_tax'] {
  const liability = enabled ? { type: 'self' as const } : null;
  return { disabled_reason: null, enabled, liability, provider: enabled ? 'stripe' : null, status: null };
}

/** What is the same for every new invoice. */
const BLANK = {
  object: 'invoice',
  account_country: 'US',
  account_name: 'Farebox sandbox',
  account_tax_ids: null,
  amount_due: 0,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_remaining: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  custom_fields: null,
  customer_account: null,
  customer_shipping: null,
  customer_tax_ids: [],
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  effective_at: null,
  ending_balance: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  status: 'draft',
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  subtotal: 0,
  subtotal_excluding_tax: 0,
  total: 0,
  total_discount_amounts: [],
  total_excluding_tax: 0,
  total_pretax_credit_amounts: [],
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<InvoiceRow>;

/**
 * The invoice as it is now: a draft's lines are counted anew, so that usage which came in late is on them, and its
 * totals follow. What is final stays as it became final.
 */
export function current(twin: Parts, row: InvoiceRow): InvoiceRow {
  if (row.status !== 'draft') return row;
  const { enabled } = row.automatic_tax;
  const located = enabled && isTaxable(twin, row.customer);
  const lines = row.sources
    .flatMap((source) => linesOf(twin, source, row.customer))
    .map((line) => taxed({ ...line, invoice: row.id }, located ? twin.settings.values.taxPercent : 0));
  const balance = twin.customers.get(row.customer)?.balance ?? row.starting_balance;
  const status = located ? ('complete' as const) : ('requires_location_inputs' as const);
  return {
    ...row,
    automatic_tax: { ...row.automatic_tax, status: enabled ? status : null },
    lines,
    starting_balance: balance,
    ...totals(lines, balance, row.currency),
  };
}

/**
 * What is due: the lines and what stood in the customer's balance. A credit that is left, or an amount too small to
 * be charged, goes back to the balance and leaves nothing due.
 */
function totals(lines: readonly LineView[], balance: number, currency: string): Partial<InvoiceRow> {
  const subtotal = toNumber(lines.reduce((sum, line) => sum + BigInt(line.amount), 0n));
  const taxes = lines.flatMap((line) => line.taxes ?? []);
  const tax = toNumber(taxes.reduce((sum, { amount }) => sum + BigInt(amount), 0n));
  const total = subtotal + tax;
  const owed = total + balance;
  const due = owed < minimumCharge(currency) ? 0 : owed;
  return {
    amount_due: due,
    amount_remaining: due,
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_excluding_tax: subtotal,
    total_taxes: taxes[0] ? [{ ...taxes[0], amount: tax, taxable_amount: subtotal }] : [],
  };
}

/** What the balance of the customer is once the invoice has become final. */
export function balanceAfter(row: InvoiceRow): number {
  return row.total + row.starting_balance - row.amount_due;
}

export function invoiceView(twin: Parts, stored: InvoiceRow): InvoiceView {
  const row = current(twin, stored);
  const { lines, sources: _sources, subscription: _subscription, overdue: _overdue, ...rest } = row;
  const { payment_intent: _intent, unanswered: _unanswered, ...shown } = rest;
  // A preview cannot be asked for its lines: all of them stand in it.
  const count = row.billing_reason === 'upcoming' ? lines.length : LINES_SHOWN;
  return {
    ...structuredClone(shown),
    lines: {
      object: 'list',
      data: structuredClone(lines.slice(0, count)),
      has_more: lines.length > count,
      url: `/v1/invoices/${row.id}/lines`,
    },
  };
}
