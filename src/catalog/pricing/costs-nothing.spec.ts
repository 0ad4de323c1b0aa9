import { expect, it } from '@jest/globals';
import { type Amount, parseAmount } from '../amount.js';
import type { CatalogPrice, Plan } from '../catalog.js';
import { costsNothing } from './costs-nothing.js';

const usd = (text: string): Amount => parseAmount(text, 'usd') as Amount;
const plan = (terms: object, more: object = {}): Plan => ({
  id: 'p',
  product: { name: 'P' },
  price: {
    currency: 'usd',
    billingPeriod: { interval: 'month', count: 1 },
    meter: 'calls',
    lookupKey: 'p',
    ...terms,
  } as CatalogPrice,
  ...more,
});
const NOTHING = { model: 'standard', unitAmount: usd('0') };
const tiers = (model: string, last: object) => ({
  model,
  tiers: [
    { upTo: 10, unitAmount: usd('0') },
    { upTo: 'inf', unitAmount: usd('0.00'), ...last },
  ],
});

it.each<[string, Plan]>([
  ['a unit of 0', plan(NOTHING)],
  ['a package of 0', plan({ model: 'package', packageAmount: usd('0.00'), packageSize: 10 })],
  ['graduated tiers of 0', plan(tiers('graduated', {}))],
  ['volume tiers with a flat fee of 0', plan(tiers('volume', { flatAmount: usd('0') }))],
  ['a base fee of 0', plan(NOTHING, { baseFee: { amount: usd('0'), lookupKey: 'f' } })],
])('%s costs nothing', (_what, free) => {
  expect(costsNothing(free)).toBe(true);
});

it.each<[string, Plan]>([
  ['the smallest amount', plan({ model: 'standard', unitAmount: usd('0.00000000000001') })],
  ['an allowance', plan({ model: 'standard', unitAmount: usd('0.10'), free: 1_000_000 })],
  ['a package', plan({ model: 'package', packageAmount: usd('1'), packageSize: 10 })],
  ['a last tier', plan(tiers('graduated', { unitAmount: usd('0.01') }))],
  ['a flat fee', plan(tiers('volume', { flatAmount: usd('1') }))],
  ['a base fee', plan(NOTHING, { baseFee: { amount: usd('9'), lookupKey: 'f' } })],
  ['a price that was made elsewhere', { ...plan({}), price: { stripePriceId: 'price_1', meter: 'calls' } }],
])('%s may', (_what, paid) => {
  expect(costsNothing(paid)).toBe(false);
});
