import { expect, it } from '@jest/globals';
import { catalogForPrice } from '../../../../catalog/index.js';
import type { CheckoutOrder } from '../../ports/checkout-gateway.js';
import { checkoutParams } from './checkout-params.js';

const [plan] = catalogForPrice('price_1').plans;
if (!plan) throw new Error('no plan');
const order: CheckoutOrder = {
  reference: 'farebox-1',
  plan,
  successUrl: 'https://example.com/checkout/return?session_id={CHECKOUT_SESSION_ID}',
  cancelUrl: 'https://example.com/pricing',
  idempotencyKey: 'key',
};

it('names the metered price without a quantity, and nothing that was not asked for', () => {
  expect(checkoutParams(order, { metered: 'price_1', baseFee: undefined }, false)).toEqual({
    mode: 'subscription',
    line_items: [{ price: 'price_1' }],
    client_reference_id: 'farebox-1',
    success_url: 'https://example.com/checkout/return?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://example.com/pricing',
    subscription_data: { metadata: { farebox_plan: 'default' } },
  });
});

it('adds base fee, trial, tax and email', () => {
  expect(
    checkoutParams(
      { ...order, plan: { ...plan, trialDays: 14 }, email: 'ada@example.com' },
      { metered: 'price_1', baseFee: 'price_2' },
      true,
    ),
  ).toMatchObject({
    line_items: [{ price: 'price_1' }, { price: 'price_2', quantity: 1 }],
    customer_email: 'ada@example.com',
    automatic_tax: { enabled: true },
    subscription_data: { trial_period_days: 14 },
  });
});
