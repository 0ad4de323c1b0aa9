import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

it('products.create.200 with an id of the caller', async () => {
  const id = unique('my_api');
  const product = await stripe.products.create({
    id,
    name: 'My API',
    description: 'This is a monetized API',
    images: ['https://example.com/api.png'],
    metadata: { plan: 'basic' },
    unit_label: 'call',
  });
  expect(product).toMatchObject({
    id,
    object: 'product',
    active: true,
    name: 'My API',
    description: 'This is a monetized API',
    images: ['https://example.com/api.png'],
    metadata: { plan: 'basic' },
    unit_label: 'call',
    type: 'service',
    default_price: null,
  });
});

it('products.create.400 id taken', async () => {
  const id = unique('taken');
  await stripe.products.create({ id, name: 'First' });
  expect(await refusal(stripe.products.create({ id, name: 'Second' }))).toMatchObject({
    statusCode: 400,
    code: 'resource_already_exists',
  });
});

it('products.create.400 without a name', async () => {
  const nameless = {} as Stripe.ProductCreateParams;
  expect(await refusal(stripe.products.create(nameless))).toMatchObject({
    statusCode: 400,
    code: 'parameter_missing',
    param: 'name',
  });
});

it('products.create.400 an empty name cannot unset', async () => {
  expect(await refusal(stripe.products.create({ name: '' }))).toMatchObject({
    code: 'parameter_invalid_empty',
    param: 'name',
  });
});

it('products.retrieve.404', async () => {
  expect(await refusal(stripe.products.retrieve('prod_missing'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

it('products.update.200', async () => {
  const { id } = await stripe.products.create({ name: 'Old' });
  const updated = await stripe.products.update(id, { name: 'New', active: false, metadata: { k: 'v' } });
  expect(updated).toMatchObject({ id, name: 'New', active: false, metadata: { k: 'v' } });
  expect(await stripe.products.retrieve(id)).toMatchObject({ name: 'New', active: false });
});

it('products.update.200 with a default price of its own', async () => {
  const { id } = await stripe.products.create({ name: 'Priced' });
  const price = await stripe.prices.create({ product: id, currency: 'usd', unit_amount: 500 });
  await stripe.products.update(id, { default_price: price.id });
  const product = await stripe.products.retrieve(id, { expand: ['default_price'] });
  expect(product.default_price).toMatchObject({ id: price.id, unit_amount: 500 });
});

it('products.list.200 by ids and by active', async () => {
  const [on, off] = [
    await stripe.products.create({ name: 'On' }),
    await stripe.products.create({ name: 'Off' }),
  ];
  await stripe.products.update(off.id, { active: false });
  const ids = [on.id, off.id];
  const idsOf = async (active?: boolean): Promise<string[]> => {
    const { data } = await stripe.products.list({ ids, ...(active !== undefined && { active }) });
    return data.map((product) => product.id).sort();
  };
  expect(await idsOf()).toEqual([...ids].sort());
  expect(await idsOf(true)).toEqual([on.id]);
  expect(await idsOf(false)).toEqual([off.id]);
});

it('products.delete.200 without prices, .400 with one', async () => {
  const bare = await stripe.products.create({ name: 'Bare' });
  expect(await stripe.products.del(bare.id)).toMatchObject({ id: bare.id, deleted: true });
  const priced = await stripe.products.create({ name: 'Priced' });
  await stripe.prices.create({ product: priced.id, currency: 'usd', unit_amount: 1 });
  expect((await refusal(stripe.products.del(priced.id))).statusCode).toBe(400);
});
