import { expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { paymentMethodOf } from './payment-method.js';

type Subscription = Parameters<typeof paymentMethodOf>[0];
type Customer = Parameters<typeof paymentMethodOf>[1];

const of = (subscription: Partial<Subscription> = {}, customer: object = {}): string =>
  paymentMethodOf(
    {
      collection_method: 'charge_automatically',
      default_payment_method: null,
      default_source: null,
      ...subscription,
    },
    { default_source: null, invoice_settings: { default_payment_method: null }, ...customer } as Customer,
  );

it('is missing where Stripe has nothing to charge', () => {
  expect(of()).toBe('missing');
});

it.each<[string, Partial<Subscription>, object]>([
  ['the subscription’s payment method', { default_payment_method: 'pm_1' }, {}],
  ['the subscription’s source', { default_source: 'src_1' }, {}],
  ['the customer’s payment method', {}, { invoice_settings: { default_payment_method: 'pm_1' } }],
  ['the customer’s source', {}, { default_source: 'card_1' }],
  ['one that was expanded', { default_payment_method: { id: 'pm_1' } as Stripe.PaymentMethod }, {}],
])('is present with %s', (_what, subscription, customer) => {
  expect(of(subscription, customer)).toBe('present');
});

it('is not needed where invoices are sent to be paid by hand', () => {
  expect(of({ collection_method: 'send_invoice' })).toBe('not_needed');
});
