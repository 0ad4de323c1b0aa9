import type Stripe from 'stripe';
import type {
  ChargeRow,
  InvoicePaymentRow,
  InvoiceRow,
  PaymentIntentRow,
  PaymentMethodRow,
} from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newId, newLongId, randomText } from '../wire/ids.js';
import type { Wire } from '../state/wire.js';
import { paymentMethodView } from './payment-method-rows.js';
import type { Decline } from './test-cards.js';

export function paymentIntentView(row: PaymentIntentRow): Wire<Stripe.PaymentIntent> {
  const { invoice: _invoice, ...view } = row;
  return structuredClone(view);
}

export function chargeView(row: ChargeRow): Wire<Stripe.Charge> {
  return structuredClone(row);
}

export function invoicePaymentView(row: InvoicePaymentRow): Wire<Stripe.InvoicePayment> {
  return structuredClone(row);
}

/** What is the same for every new payment intent. */
const NEW_INTENT = {
  object: 'payment_intent',
  allowed_payment_method_types: null,
  amount_capturable: 0,
  amount_received: 0,
  application: null,
  application_fee_amount: null,
  automatic_payment_methods: null,
  canceled_at: null,
  cancellation_reason: null,
  capture_method: 'automatic',
  confirmation_method: 'automatic',
  customer_account: null,
  excluded_payment_method_types: null,
  last_payment_error: null,
  latest_charge: null,
  livemode: false,
  managed_payments: null,
  metadata: {},
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: null,
  payment_method_types: ['card'],
  payment_record: null,
  processing: null,
  receipt_email: null,
  review: null,
  setup_future_usage: 'off_session',
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'requires_payment_method',
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<PaymentIntentRow>;

/** What an invoice that has become final is to be paid with, and the payment that connects the two. */
export function openPayment(twin: Twin, invoice: InvoiceRow, now: number): PaymentIntentRow {
  const id = newLongId('pi');
  const intent: PaymentIntentRow = {
    ...NEW_INTENT,
    id,
    amount: invoice.amount_due,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: now,
    currency: invoice.currency,
    customer: invoice.customer,
    description: invoice.subscription ? 'Subscription update' : 'Payment for Invoice',
    invoice: invoice.id,
  };
  twin.paymentIntents.put(intent);
  twin.log.record('payment_intent.created', paymentIntentView(intent));
  twin.invoicePayments.put({
    id: newLongId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  return intent;
}

/** What is the same for every new charge. */
const NEW_CHARGE = {
  object: 'charge',
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  calculated_statement_descriptor: 'FAREBOX',
  disputed: false,
  failure_balance_transaction: null,
  fraud_details: {},
  livemode: false,
  metadata: {},
  on_behalf_of: null,
  radar_options: {},
  receipt_email: null,
  receipt_number: null,
  receipt_url: null,
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<ChargeRow>;

/** A charge that went through, or with a decline one that did not. */
export function insertCharge(
  twin: Twin,
  intent: PaymentIntentRow,
  method: PaymentMethodRow,
  decline: Decline | null,
  now: number,
): ChargeRow {
  const paid = decline === null;
  const charge: ChargeRow = {
    ...NEW_CHARGE,
    id: newLongId('ch'),
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    balance_transaction: paid ? newLongId('txn') : null,
    billing_details: { ...method.billing_details },
    captured: paid,
    created: now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    outcome: outcome(decline),
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: cardDetails(method, intent.amount),
    status: paid ? 'succeeded' : 'failed',
  };
  return twin.charges.put(charge);
}

function outcome(decline: Decline | null): ChargeRow['outcome'] {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.decline_code ?? decline?.code ?? null,
    risk_level: 'normal',
    risk_score: 20,
    seller_message: decline
      ? 'The bank did not return any further details with this decline.'
      : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  };
}

function cardDetails(method: PaymentMethodRow, amount: number): ChargeRow['payment_method_details'] {
  const card = method.card;
  if (!card) return { type: method.type };
  return {
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: card.brand,
      checks: card.checks && { ...card.checks },
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      fingerprint: card.fingerprint ?? null,
      funding: card.funding,
      installments: null,
      last4: card.last4,
      mandate: null,
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: newId('txn', 15).slice(4),
      regulated_status: card.regulated_status,
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
    type: 'card',
  };
}

/** What the payment intent says about the attempt that failed. */
export function paymentError(
  method: PaymentMethodRow,
  charge: ChargeRow,
  decline: Decline,
): PaymentIntentRow['last_payment_error'] {
  return {
    charge: charge.id,
    code: decline.code,
    ...(decline.decline_code !== undefined && { decline_code: decline.decline_code }),
    message: decline.message,
    payment_method: paymentMethodView(method),
    type: 'card_error',
  };
}
