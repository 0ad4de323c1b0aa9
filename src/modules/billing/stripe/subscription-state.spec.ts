import { expect, it } from '@jest/globals';
import { catalogForPrice, parseCatalog } from '../../../catalog/index.js';
import { planOfItem } from './subscription-state.js';

const catalog = parseCatalog(
  `
currency: usd
meters: [{ name: calls, displayName: Calls, eventName: calls }]
plans:
  - { id: a, product: { name: A }, price: { model: standard, amount: 1, meter: calls } }
  - { id: b, product: { name: B }, price: { model: standard, amount: 2, meter: calls } }
`,
  'f',
);

it.each([
  ['the present price', 'farebox:b', 'b', 'b'],
  ['a former price, by the plan that it says it was of', null, 'b', 'b'],
  ['a price with a lookup key of somebody else', 'mine', 'b', undefined],
  ['a price that says nothing', null, undefined, undefined],
  ['a former price of a plan that is gone', null, 'c', undefined],
])('the plan of %s', (_what, lookupKey, planMark, plan) => {
  expect(planOfItem(catalog, { priceId: 'price_1', lookupKey, planMark })?.id).toBe(plan);
});

it('with STRIPE_PRICE_KEY the plan is that of the price', () => {
  const item = { lookupKey: null, planMark: 'default' };
  expect(planOfItem(catalogForPrice('price_1'), { ...item, priceId: 'price_1' })?.id).toBe('default');
  expect(planOfItem(catalogForPrice('price_1'), { ...item, priceId: 'price_2' })).toBeUndefined();
});
