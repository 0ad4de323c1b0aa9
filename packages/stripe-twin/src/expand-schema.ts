import { paymentMethodView } from './billing/payment-method-rows.js';
import { scheduleView } from './billing/schedule-rows.js';
import { subscriptionView } from './billing/subscription-view.js';
import { checkoutSchema } from './expand-checkout.js';
import { elsewhere, moneyReferences, moneySchema } from './expand-money.js';
import { customerOrShadow } from './billing/customers.js';
import { priceView } from './billing/price-view.js';
import { productView } from './resources/products.js';
import type { Twin } from './twin.js';
import type { Expandable, ExpandSchema } from './wire/expand.js';

/** What `expand` can do, object by object, as in Stripe's reference. */
export function expandSchema(twin: Twin): ExpandSchema {
  const customer: Expandable = {
    kind: 'reference',
    type: 'customer',
    resolve: (id) => customerOrShadow(twin, id),
  };
  const product: Expandable = {
    kind: 'reference',
    type: 'product',
    resolve: (id) => {
      const row = twin.products.get(id);
      return row && productView(row);
    },
  };
  const price: Expandable = {
    kind: 'reference',
    type: 'price',
    resolve: (id) => {
      const row = twin.prices.get(id);
      return row && priceView(row);
    },
  };
  const paymentMethod: Expandable = {
    kind: 'reference',
    type: 'payment_method',
    resolve: (id) => {
      const row = twin.paymentMethods.get(id);
      return row && paymentMethodView(row);
    },
  };
  const schedule: Expandable = {
    kind: 'reference',
    type: 'subscription_schedule',
    resolve: (id) => {
      const row = twin.schedules.get(id);
      return row && scheduleView(row);
    },
  };
  const tiers: Expandable = {
    kind: 'on_request',
    type: 'tier',
    compute: ({ id }) => structuredClone(twin.prices.get(id)?.tiers),
  };
  const options: Expandable = {
    kind: 'on_request',
    type: 'currency_options',
    compute: ({ id }) => structuredClone(twin.prices.get(id)?.currency_options),
  };
  const money = moneyReferences(twin);
  return {
    ...checkoutSchema({ twin, customer, subscription: money.subscription, invoice: money.invoice }),
    ...moneySchema({ twin, customer, product, price, paymentMethod, ...money }),
    customer: {
      default_source: elsewhere('source'),
      invoice_settings: { kind: 'included', type: 'customer.invoice_settings' },
      subscriptions: {
        kind: 'on_request',
        type: 'list:subscription',
        compute: ({ id }) => subscriptionsOf(twin, id),
      },
      test_clock: money.testClock,
    },
    'customer.invoice_settings': { default_payment_method: paymentMethod },
    payment_method: { customer },
    product: { default_price: price, tax_code: elsewhere('tax_code') },
    price: { product, tiers, currency_options: options },
    plan: { product, tiers },
    subscription: {
      application: elsewhere('application'),
      customer,
      default_payment_method: paymentMethod,
      default_source: elsewhere('source'),
      discounts: { kind: 'included', type: 'discount' },
      items: { kind: 'included', type: 'list:subscription_item' },
      latest_invoice: money.invoice,
      on_behalf_of: elsewhere('account'),
      pending_setup_intent: elsewhere('setup_intent'),
      schedule,
      test_clock: money.testClock,
    },
    subscription_schedule: {
      customer,
      phases: { kind: 'included', type: 'subscription_schedule.phase' },
      subscription: money.subscription,
      test_clock: money.testClock,
    },
    'subscription_schedule.phase': {
      items: { kind: 'included', type: 'subscription_schedule.phase_item' },
    },
    'subscription_schedule.phase_item': { price },
    subscription_item: {
      discounts: { kind: 'included', type: 'discount' },
      plan: { kind: 'included', type: 'plan' },
      price: { kind: 'included', type: 'price' },
    },
  };
}

/** The first page of the customer's subscriptions that were not cancelled. */
function subscriptionsOf(twin: Twin, customer: string): object {
  const rows = [...twin.subscriptions.scan({ where: ['customer', customer] })].filter(
    (row) => row.status !== 'canceled',
  );
  return {
    object: 'list',
    data: rows.slice(0, 10).map((row) => subscriptionView(twin, row)),
    has_more: rows.length > 10,
    url: `/v1/customers/${customer}/subscriptions`,
  };
}
