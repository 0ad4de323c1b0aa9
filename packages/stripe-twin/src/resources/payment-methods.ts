import type Stripe from 'stripe';
import { cardNumbered } from '../billing/card-numbers.js';
import {
  attach,
  insertCard,
  namedPaymentMethod,
  NO_BILLING_DETAILS,
  paymentMethodView,
  type PaymentMethodView,
} from '../billing/payment-method-rows.js';
import { cardOfToken, type TestCard } from '../billing/test-cards.js';
import { seconds } from '../state/clock.js';
import type { PaymentMethodRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { ApiError, invalid, missing, noSuchReference, noSuchResource } from '../wire/api-error.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import { hash, oneOf, paramsOf, required, text, type Parsed } from '../wire/params.js';
import { addressView } from '../wire/address.js';
import { referencedCustomer } from '../billing/customers.js';
import { cardUpdate, createSpecs, listSpecs, billingDetails } from './payment-method-params.js';

const updateSpecs = paramsOf<Omit<Stripe.PaymentMethodUpdateParams, 'us_bank_account'>>()({
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
  billing_details: hash(billingDetails),
  card: hash(cardUpdate),
  metadata,
});

const attachSpecs = { customer: required(text()) };

const URL = '/v1/payment_methods';

export function paymentMethodEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => paymentMethodView(create(twin, params))),
    endpoint('GET', URL, listSpecs, ({ params }) => list(twin, URL, params)),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => paymentMethodView(paymentMethodOf(twin, id))),
    endpoint('POST', `${URL}/:id`, updateSpecs, ({ id, params }) => {
      const row = paymentMethodOf(twin, id);
      if (row.customer === null) {
        throw invalid('You must save this PaymentMethod to a customer before you can update it.');
      }
      const after = twin.paymentMethods.put({ ...row, ...changes(row, params) });
      twin.log.recordUpdate('payment_method.updated', paymentMethodView(row), paymentMethodView(after));
      return paymentMethodView(after);
    }),
    endpoint('POST', `${URL}/:id/attach`, attachSpecs, ({ id, params }) => {
      referencedCustomer(twin, params.customer, 'customer');
      return paymentMethodView(attach(twin, paymentMethodOf(twin, id), params.customer));
    }),
    endpoint('POST', `${URL}/:id/detach`, {}, ({ id }) =>
      paymentMethodView(detach(twin, paymentMethodOf(twin, id))),
    ),
    endpoint('GET', '/v1/customers/:id/payment_methods', customerListSpecs, ({ id, params }) => {
      if (!twin.customers.get(id)) throw noSuchResource('customer', id);
      return list(twin, `/v1/customers/${id}/payment_methods`, { ...params, customer: id });
    }),
  ];
}

const customerListSpecs = paramsOf<Stripe.CustomerListPaymentMethodsParams>()({
  ...pagination,
  allow_redisplay: listSpecs.allow_redisplay,
  type: listSpecs.type,
});

function list(
  twin: Twin,
  url: string,
  params: Omit<Parsed<typeof listSpecs>, 'customer_account'>,
): Stripe.ApiList<PaymentMethodView> {
  // Without a customer Stripe lists those of no customer; only attached ones are of any use here.
  if (params.customer === undefined) throw missing('customer');
  referencedCustomer(twin, params.customer, 'customer');
  return listTable(twin.paymentMethods, {
    url,
    noun: 'PaymentMethod',
    page: params,
    where: ['customer', params.customer],
    filter: (row) =>
      (params.type ?? 'card') === row.type &&
      (params.allow_redisplay === undefined || params.allow_redisplay === row.allow_redisplay),
    view: paymentMethodView,
  });
}

function paymentMethodOf(twin: Twin, id: string): PaymentMethodRow {
  const row = namedPaymentMethod(twin, id);
  if (!row) throw noSuchResource('PaymentMethod', id, 'payment_method');
  return row;
}

function create(twin: Twin, params: Parsed<typeof createSpecs>): PaymentMethodRow {
  if (params.type === undefined) throw missing('type');
  if (!params.card) throw missing('card');
  const { number, token, exp_month, exp_year } = params.card;
  if (number === undefined && token === undefined) throw missing('card[number]');
  const card = token === undefined ? cardNumbered(number ?? '') : cardTokened(token);
  if (token === undefined) checkExpiry(twin, exp_month, exp_year);
  return insertCard(twin, card, {
    ...(exp_month !== undefined && { exp_month }),
    ...(exp_year !== undefined && { exp_year: exp_year < 100 ? exp_year + 2000 : exp_year }),
    billing: mergedBilling(NO_BILLING_DETAILS, params.billing_details),
    metadata: mergeMetadata({}, params.metadata),
    ...(params.allow_redisplay !== undefined && { redisplay: params.allow_redisplay }),
  });
}

function cardTokened(token: string): TestCard {
  const card = cardOfToken(token);
  if (!card) throw noSuchReference('token', token, 'card[token]');
  return card;
}

function checkExpiry(twin: Twin, month: number | undefined, year: number | undefined): void {
  if (month === undefined) throw missing('card[exp_month]');
  if (year === undefined) throw missing('card[exp_year]');
  const now = new Date(seconds(twin.clock) * 1000);
  const full = year < 100 ? year + 2000 : year;
  const over =
    full < now.getUTCFullYear() || (full === now.getUTCFullYear() && month < now.getUTCMonth() + 1);
  if (!over) return;
  throw new ApiError(402, {
    type: 'card_error',
    code: 'invalid_expiry_year',
    message: "Your card's expiration year is invalid.",
    param: 'card[exp_year]',
  });
}

function mergedBilling(
  current: PaymentMethodView['billing_details'],
  sent: Parsed<typeof billingDetails> | undefined,
): PaymentMethodView['billing_details'] {
  return {
    address: sent?.address === undefined ? current.address : sent.address && addressView(sent.address),
    email: sent?.email === undefined ? current.email : sent.email,
    name: sent?.name === undefined ? current.name : sent.name,
    phone: sent?.phone === undefined ? current.phone : sent.phone,
    tax_id: sent?.tax_id ?? current.tax_id,
  };
}

function changes(row: PaymentMethodRow, sent: Parsed<typeof updateSpecs>): Partial<PaymentMethodRow> {
  return {
    ...(sent.allow_redisplay !== undefined && { allow_redisplay: sent.allow_redisplay }),
    billing_details: mergedBilling(row.billing_details, sent.billing_details),
    ...(row.card && {
      card: {
        ...row.card,
        exp_month: sent.card?.exp_month ?? row.card.exp_month,
        exp_year: sent.card?.exp_year ?? row.card.exp_year,
      },
    }),
    metadata: mergeMetadata(row.metadata ?? {}, sent.metadata),
  };
}

/** A detached method can never be attached again on Stripe; it is nobody's default any more. */
function detach(twin: Twin, row: PaymentMethodRow): PaymentMethodRow {
  if (row.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      undefined,
      'payment_method_unexpected_state',
    );
  }
  const customer = twin.customers.get(row.customer);
  if (customer?.invoice_settings.default_payment_method === row.id) {
    const invoice_settings = { ...customer.invoice_settings, default_payment_method: null };
    twin.customers.put({ ...customer, invoice_settings });
    twin.log.recordUpdate('customer.updated', structuredClone(customer), { ...customer, invoice_settings });
  }
  for (const subscription of twin.subscriptions.scan({ where: ['customer', row.customer] })) {
    if (subscription.default_payment_method === row.id) {
      twin.timeline.save({ ...subscription, default_payment_method: null });
    }
  }
  const before = paymentMethodView(row);
  const after = twin.paymentMethods.put({ ...row, customer: null });
  twin.log.recordUpdate('payment_method.detached', before, paymentMethodView(after));
  return after;
}
