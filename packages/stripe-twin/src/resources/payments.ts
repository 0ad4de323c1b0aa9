import type Stripe from 'stripe';
import { chargeView, invoicePaymentView, paymentIntentView } from '../billing/payments.js';
import type { Twin } from '../twin.js';
import { noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { hash, inRange, oneOf, paramsOf, range, required, text, unsupported } from '../wire/params.js';

const chargeListSpecs = paramsOf<Stripe.ChargeListParams>()({
  ...pagination,
  created: range,
  customer: text(),
  payment_intent: text(),
  transfer_group: unsupported,
});

const intentListSpecs = paramsOf<Stripe.PaymentIntentListParams>()({
  ...pagination,
  created: range,
  customer: text(),
  customer_account: unsupported,
});

const invoicePaymentListSpecs = paramsOf<Stripe.InvoicePaymentListParams>()({
  ...pagination,
  created: range,
  invoice: text(),
  payment: hash({
    payment_intent: text(),
    payment_record: unsupported,
    type: required(oneOf('payment_intent', 'payment_record')),
  }),
  status: oneOf('canceled', 'open', 'paid'),
});

/** What was charged, and for which invoice: to be looked at. Only invoices make them. */
export function paymentEndpoints(twin: Twin): Endpoint[] {
  return [...chargeEndpoints(twin), ...intentEndpoints(twin), ...invoicePaymentEndpoints(twin)];
}

function chargeEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', '/v1/charges', chargeListSpecs, ({ params }) =>
      listTable(twin.charges, {
        url: '/v1/charges',
        noun: 'charge',
        page: params,
        where:
          params.payment_intent !== undefined
            ? ['payment_intent', params.payment_intent]
            : params.customer !== undefined
              ? ['customer', params.customer]
              : undefined,
        filter: (row) =>
          (params.customer === undefined || row.customer === params.customer) &&
          inRange(row.created, params.created),
        view: chargeView,
      }),
    ),
    endpoint('GET', '/v1/charges/:id', {}, ({ id }) => {
      const row = twin.charges.get(id);
      if (!row) throw noSuchResource('charge', id);
      return chargeView(row);
    }),
  ];
}

function intentEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', '/v1/payment_intents', intentListSpecs, ({ params }) =>
      listTable(twin.paymentIntents, {
        url: '/v1/payment_intents',
        noun: 'payment_intent',
        page: params,
        where: params.customer === undefined ? undefined : ['customer', params.customer],
        filter: (row) => inRange(row.created, params.created),
        view: paymentIntentView,
      }),
    ),
    endpoint('GET', '/v1/payment_intents/:id', {}, ({ id }) => {
      const row = twin.paymentIntents.get(id);
      if (!row) throw noSuchResource('payment_intent', id, 'intent');
      return paymentIntentView(row);
    }),
  ];
}

function invoicePaymentEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('GET', '/v1/invoice_payments', invoicePaymentListSpecs, ({ params }) =>
      listTable(twin.invoicePayments, {
        url: '/v1/invoice_payments',
        noun: 'invoice_payment',
        page: params,
        where: params.invoice === undefined ? undefined : ['invoice', params.invoice],
        filter: (row) =>
          (params.status === undefined || row.status === params.status) &&
          (params.payment?.payment_intent === undefined ||
            row.payment.payment_intent === params.payment.payment_intent) &&
          inRange(row.created, params.created),
        view: invoicePaymentView,
      }),
    ),
    endpoint('GET', '/v1/invoice_payments/:id', {}, ({ id }) => {
      const row = twin.invoicePayments.get(id);
      if (!row) throw noSuchResource('invoice_payment', id);
      return invoicePaymentView(row);
    }),
  ];
}
