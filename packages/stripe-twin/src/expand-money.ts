import { invoiceView } from './billing/invoice-rows.js';
import { chargeView, invoicePaymentView, paymentIntentView } from './billing/payments.js';
import { subscriptionView } from './billing/subscription-view.js';
import type { Twin } from './twin.js';
import type { Expandable, ExpandSchema } from './wire/expand.js';

/** A reference to a kind of object that the twin does not have: allowed, and nothing to put in its place. */
export function elsewhere(type: string): Expandable {
  return { kind: 'reference', type, resolve: () => undefined };
}

function reference<R>(
  type: string,
  table: { get(id: string): R | undefined },
  view: (row: R) => object,
): Expandable {
  return {
    kind: 'reference',
    type,
    resolve: (id) => {
      const row = table.get(id);
      return row && view(row);
    },
  };
}

/** References to what invoices and payments are made of. */
export function moneyReferences(twin: Twin) {
  return {
    invoice: reference('invoice', twin.invoices, (row) => invoiceView(twin, row)),
    subscription: reference('subscription', twin.subscriptions, (row) => subscriptionView(twin, row)),
    charge: reference('charge', twin.charges, chargeView),
    paymentIntent: reference('payment_intent', twin.paymentIntents, paymentIntentView),
    refund: reference('refund', twin.refunds, (row) => structuredClone(row)),
    testClock: reference('test_helpers.test_clock', twin.testClocks, (row) => structuredClone(row)),
  };
}

interface References extends ReturnType<typeof moneyReferences> {
  twin: Twin;
  customer: Expandable;
  product: Expandable;
  price: Expandable;
  paymentMethod: Expandable;
}

function included(type: string): Expandable {
  return { kind: 'included', type };
}

/** What `expand` can do with invoices, their lines and their payments. */
export function moneySchema(to: References): ExpandSchema {
  const { twin, customer, invoice, charge, paymentIntent, paymentMethod, testClock } = to;
  const payments: Expandable = {
    kind: 'on_request',
    type: 'list:invoice_payment',
    compute: ({ id }) => ({
      object: 'list',
      data: [...twin.invoicePayments.scan({ where: ['invoice', id] })].map(invoicePaymentView),
      has_more: false,
      url: `/v1/invoice_payments?invoice=${id}`,
    }),
  };
  return {
    invoice: {
      customer,
      default_payment_method: paymentMethod,
      default_source: elsewhere('source'),
      discounts: included('discount'),
      lines: included('list:line_item'),
      on_behalf_of: elsewhere('account'),
      parent: included('invoice.parent'),
      payments,
      test_clock: testClock,
    },
    'invoice.parent': { subscription_details: included('invoice.parent.subscription_details') },
    'invoice.parent.subscription_details': { subscription: to.subscription },
    line_item: {
      discounts: included('discount'),
      pricing: included('line_item.pricing'),
      subscription: to.subscription,
    },
    'line_item.pricing': { price_details: included('line_item.pricing.price_details') },
    'line_item.pricing.price_details': { price: to.price },
    invoiceitem: { customer, discounts: included('discount'), invoice, test_clock: testClock },
    invoice_payment: { invoice, payment: included('invoice_payment.payment') },
    'invoice_payment.payment': { charge, payment_intent: paymentIntent },
    payment_intent: { customer, latest_charge: charge, payment_method: paymentMethod },
    charge: { customer, payment_intent: paymentIntent },
    refund: { charge, customer, payment_intent: paymentIntent },
    credit_note: { customer, invoice, refunds: included('credit_note.refund') },
    'credit_note.refund': { refund: to.refund },
  };
}
