import { expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import type { BilledPrices } from './invoices/billed-prices.js';
import { PaymentMethods } from './payment-methods.js';

type Price = Partial<Record<keyof Stripe.Price, unknown>>;

const unit = (unit_amount_decimal: string | null, more: Price = {}): Price => ({
  currency: 'usd',
  billing_scheme: 'per_unit',
  unit_amount_decimal,
  ...more,
});
const tiered = (...amounts: object[]): Price => ({
  currency: 'usd',
  billing_scheme: 'tiered',
  tiers: amounts,
});
const FREE = unit('0');

/** As subscriptions show them: without their tiers. */
async function of(prices: Price[], subscription: object = {}, method: string | null = null): Promise<string> {
  const known = prices.map((price, n) => ({ id: `price_${n}`, ...price }));
  const methods = new PaymentMethods({
    find: async (id: string) => known.find((price) => price.id === id),
  } as unknown as BilledPrices);
  return methods.of(
    {
      status: 'active',
      currency: 'usd',
      collection_method: 'charge_automatically',
      default_payment_method: null,
      default_source: null,
      items: { data: known.map(({ tiers: _tiers, ...price }) => ({ price })), has_more: false },
      ...subscription,
    } as unknown as Stripe.Subscription,
    { default_source: null, invoice_settings: { default_payment_method: method } } as Stripe.Customer,
  );
}

it.each<[string, Price[]]>([
  ['0', [FREE]],
  ['0.00', [unit('0.00')]],
  ['tiers of 0', [tiered({ unit_amount_decimal: '0' }, { flat_amount_decimal: '0' })]],
  ['several of them', [FREE, FREE]],
])('none is needed at %s', async (_what, prices) => {
  expect(await of(prices)).toBe('not_needed');
});

it.each<[string, Price[], object]>([
  ['an amount', [unit('0.000000000001')], {}],
  ['an amount that is not fixed', [unit(null)], {}],
  ['a tier with an amount', [tiered({ unit_amount_decimal: '0' }, { unit_amount_decimal: '1' })], {}],
  ['a tier with a fee', [tiered({ unit_amount_decimal: '0', flat_amount_decimal: '100' })], {}],
  ['tiers that are not known', [{ currency: 'usd', billing_scheme: 'tiered' }], {}],
  ['another price beside it', [FREE, unit('500')], {}],
  ['amounts in another currency', [FREE], { currency: 'eur' }],
  ['a debt', [FREE], { status: 'past_due' }],
  ['items that are not shown', [FREE], { items: { data: [{ price: FREE }], has_more: true } }],
  ['no item', [], {}],
])('one is missing with %s', async (_what, prices, subscription) => {
  expect(await of(prices, subscription)).toBe('missing');
});

it('what is there is present', async () => {
  expect(await of([FREE], {}, 'pm_1')).toBe('present');
});
