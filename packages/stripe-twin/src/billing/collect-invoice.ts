import type { InvoiceRow, PaymentIntentRow, PaymentMethodRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { chargeCard } from './charge.js';
import { invoiceView } from './invoice-rows.js';
import { saveInvoice } from './save-invoice.js';
import { chargeableMethod } from './payment-method-rows.js';
import { chargeView, insertCharge, paymentError, paymentIntentView } from './payments.js';
import { changeCustomer, dunSubscription, settleSubscription } from './subscription-status.js';
import { DAY_S } from '../state/due.js';
import type { Decline } from './test-cards.js';

interface Attempt {
  /** Instead of the default of the subscription and the customer. */
  method?: PaymentMethodRow | undefined;
  /** Whether the cardholder is there. */
  onSession: boolean;
  /** The cardholder has confirmed it already. */
  confirmed?: boolean;
  /** Made by Stripe, which comes back to it; not asked for by a request. */
  automatic: boolean;
}

/** What stands against the payment; null when the invoice is paid. `hard`: the card is not charged again. */
export type Refusal =
  | null
  | { kind: 'declined'; decline: Decline }
  | { kind: 'no_method' }
  | { kind: 'action' }
  | { kind: 'hard' };

/**
 * "Stripe doesn't retry payments if … the issuer returned a hard decline code" (Smart Retries): the retries stay scheduled
 * and are counted, and the payment is attempted when there is a new payment method.
 */
const HARD_DECLINES: ReadonlySet<string> = new Set([
  'authentication_required',
  'highest_risk_level',
  'incorrect_number',
  'lost_card',
  'pickup_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
  'transaction_not_allowed',
]);

/** Tries to take what is due, once. @returns the reason why not */
export function collect(twin: Twin, row: InvoiceRow, attempt: Attempt): Refusal {
  const now = twin.time.of(row.customer);
  const subscription = row.subscription === null ? undefined : twin.subscriptions.get(row.subscription);
  const own = row.default_payment_method ?? subscription?.default_payment_method;
  const method =
    attempt.method ?? chargeableMethod(twin, row.customer, typeof own === 'string' ? own : (own?.id ?? null));
  const intent = row.payment_intent === null ? undefined : twin.paymentIntents.get(row.payment_intent);
  if (!intent) throw new Error(`${row.id} is open and has no payment`);
  if (!method) return refused(twin, row, attempt, { kind: 'no_method' });
  if (attempt.automatic && wasHardDeclined(intent, method))
    return refused(twin, row, attempt, { kind: 'hard' });
  const outcome = chargeCard(method.test_card, attempt);
  if (outcome.kind === 'action') {
    saveIntent(twin, { ...intent, payment_method: method.id, status: 'requires_action' });
    twin.log.record('payment_intent.requires_action', viewOf(twin, intent));
    return refused(twin, row, attempt, outcome);
  }
  const decline = outcome.kind === 'declined' ? outcome.decline : null;
  const charge = insertCharge(twin, intent, method, decline, now);
  if (decline) {
    twin.log.record('charge.failed', chargeView(charge));
    saveIntent(twin, {
      ...intent,
      last_payment_error: paymentError(method, charge, decline),
      latest_charge: charge.id,
      payment_method: null,
      status: 'requires_payment_method',
    });
    twin.log.record('payment_intent.payment_failed', viewOf(twin, intent));
    return refused(twin, row, attempt, { kind: 'declined', decline });
  }
  twin.log.record('charge.succeeded', chargeView(charge));
  saveIntent(twin, {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    payment_method: method.id,
    status: 'succeeded',
  });
  twin.log.record('payment_intent.succeeded', viewOf(twin, intent));
  markPaid(twin, { ...row, attempt_count: row.attempt_count + 1, attempted: true }, row);
  return null;
}

function wasHardDeclined({ last_payment_error: error }: PaymentIntentRow, { id }: PaymentMethodRow): boolean {
  return error?.payment_method?.id === id && HARD_DECLINES.has(error.decline_code ?? error.code ?? '');
}

function saveIntent(twin: Twin, row: PaymentIntentRow): void {
  twin.paymentIntents.put(row);
}

function viewOf(twin: Twin, { id }: PaymentIntentRow): ReturnType<typeof paymentIntentView> {
  const row = twin.paymentIntents.get(id);
  if (!row) throw new Error(`${id} is gone`);
  return paymentIntentView(row);
}

/** The attempt is counted, the next one is planned, and the subscription is told. */
function refused(twin: Twin, row: InvoiceRow, attempt: Attempt, refusal: NonNullable<Refusal>): Refusal {
  const now = twin.time.of(row.customer);
  const count = row.attempt_count + 1;
  // What a subscription begins with is paid by the person who begins it, or not at all.
  const first = row.billing_reason === 'subscription_create';
  const days = row.auto_advance && !first ? twin.settings.values.paymentRetryDays[count - 1] : undefined;
  const planned = days === undefined ? null : now + Math.round(days * DAY_S);
  const next = attempt.automatic ? planned : row.next_payment_attempt;
  const last = attempt.automatic && next === null && !first;
  const after = saveInvoice(twin, row, {
    ...row,
    attempt_count: count,
    attempted: true,
    auto_advance: last ? false : (row.auto_advance ?? false),
    next_payment_attempt: next,
  });
  const view = invoiceView(twin, after);
  const unconfirmed = refusal.kind === 'declined' && refusal.decline.code === 'authentication_required';
  if (refusal.kind === 'action' || unconfirmed) twin.log.record('invoice.payment_action_required', view);
  if (refusal.kind !== 'action' && refusal.kind !== 'hard') twin.log.record('invoice.payment_failed', view);
  changeCustomer(twin, row.customer, { delinquent: true });
  dunSubscription(twin, after, last);
  return refusal;
}

/**
 * What is due has been paid, or nothing was due, or it came another way.
 * @param before the row as it is stored, for what the event says has changed
 */
export function markPaid(twin: Twin, row: InvoiceRow, before = row, outOfBand = false): InvoiceRow {
  const now = twin.time.of(row.customer);
  const paid = saveInvoice(twin, before, {
    ...row,
    amount_paid: row.amount_due,
    ...(outOfBand && { amount_paid_off_stripe: row.amount_due }),
    amount_remaining: 0,
    attempted: row.attempted || row.amount_due === 0 || outOfBand,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...row.status_transitions, paid_at: now },
  });
  settlePayments(twin, paid, outOfBand, now);
  twin.log.record('invoice.paid', invoiceView(twin, paid));
  twin.log.record('invoice.payment_succeeded', invoiceView(twin, paid));
  if (twin.customers.get(row.customer)?.delinquent) changeCustomer(twin, row.customer, { delinquent: false });
  settleSubscription(twin, paid);
  return paid;
}

function settlePayments(twin: Twin, invoice: InvoiceRow, outOfBand: boolean, now: number): void {
  if (outOfBand) return cancelPayments(twin, invoice, 'void_invoice', now);
  for (const payment of twin.invoicePayments.scan({ where: ['invoice', invoice.id] })) {
    const after = twin.invoicePayments.put({
      ...payment,
      amount_paid: payment.amount_requested,
      status: 'paid',
      status_transitions: { ...payment.status_transitions, paid_at: now },
    });
    twin.log.record('invoice_payment.paid', structuredClone(after));
  }
}

/** Nobody is to pay any more. */
export function cancelPayments(
  twin: Twin,
  invoice: InvoiceRow,
  reason: 'void_invoice' | 'failed_invoice',
  now: number,
): void {
  for (const payment of twin.invoicePayments.scan({ where: ['invoice', invoice.id] })) {
    if (payment.status !== 'open') continue;
    const status_transitions = { ...payment.status_transitions, canceled_at: now };
    twin.invoicePayments.put({ ...payment, status: 'canceled', status_transitions });
  }
  const intent =
    invoice.payment_intent === null ? undefined : twin.paymentIntents.get(invoice.payment_intent);
  if (!intent || intent.status === 'succeeded' || intent.status === 'canceled') return;
  saveIntent(twin, { ...intent, canceled_at: now, cancellation_reason: reason, status: 'canceled' });
  twin.log.record('payment_intent.canceled', viewOf(twin, intent));
}
