import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  raw,
  refusal,
  unique,
  until,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;
const email = (): string => `${unique('ann')}@example.com`;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

it('customers.create.200 with what was sent and Stripe’s defaults', async () => {
  const address = email();
  const customer = await stripe.customers.create({
    email: address,
    name: 'Ann Lee',
    description: 'From the contract suite',
    phone: '+15551234567',
    address: { line1: '1 Main St', city: 'Springfield', country: 'US' },
    preferred_locales: ['en', 'fr'],
    metadata: { account: 'acc_1' },
  });
  expect(customer).toMatchObject({
    object: 'customer',
    email: address,
    name: 'Ann Lee',
    description: 'From the contract suite',
    address: { line1: '1 Main St', city: 'Springfield', country: 'US', state: null },
    preferred_locales: ['en', 'fr'],
    metadata: { account: 'acc_1' },
    balance: 0,
    delinquent: false,
    livemode: false,
    shipping: null,
    invoice_settings: { default_payment_method: null },
  });
  expect(customer.id).toMatch(/^cus_\w{8,}$/);
  expect(Math.abs(customer.created - Date.now() / 1000)).toBeLessThan(60);
});

it('customers.create.400 malformed email', async () => {
  expect(await refusal(stripe.customers.create({ email: 'not an address' }))).toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    code: 'email_invalid',
    param: 'email',
  });
});

it('customers.create.400 metadata beyond the limits', async () => {
  const tooLongKey = { ['k'.repeat(41)]: 'v' };
  const tooLongValue = { k: 'v'.repeat(501) };
  const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']));
  for (const metadata of [tooLongKey, tooLongValue, tooMany]) {
    expect((await refusal(stripe.customers.create({ metadata }))).statusCode).toBe(400);
  }
});

it('customers.retrieve.200', async () => {
  const created = await stripe.customers.create({ email: email() });
  expect(await stripe.customers.retrieve(created.id)).toMatchObject({ id: created.id, email: created.email });
});

it('customers.retrieve.404', async () => {
  expect(await refusal(stripe.customers.retrieve('cus_missing'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
    param: 'id',
    message: "No such customer: 'cus_missing'",
  });
});

it('customers.update.200 merges metadata and leaves the rest', async () => {
  const address = email();
  const { id } = await stripe.customers.create({ email: address, metadata: { a: '1', b: '2' } });
  const updated = await stripe.customers.update(id, { name: 'New', metadata: { b: '', c: '3' } });
  expect(updated).toMatchObject({ email: address, name: 'New' });
  expect(updated.metadata).toEqual({ a: '1', c: '3' });
  expect((await stripe.customers.update(id, { metadata: '' })).metadata).toEqual({});
});

it('customers.update.200 an empty string unsets', async () => {
  const { id } = await stripe.customers.create({ email: email(), description: 'gone soon' });
  expect((await stripe.customers.update(id, { description: '' })).description).toBeNull();
});

it('customers.delete.200 leaves a shadow that cannot be used', async () => {
  const address = email();
  const { id } = await stripe.customers.create({ email: address });
  expect(await stripe.customers.del(id)).toMatchObject({ id, object: 'customer', deleted: true });
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
  expect((await stripe.customers.list({ email: address })).data).toEqual([]);
  expect((await refusal(stripe.customers.update(id, { name: 'x' }))).statusCode).toBe(404);
  expect((await refusal(stripe.customers.del(id))).statusCode).toBe(404);
});

it('customers.list.200 by email, exactly', async () => {
  const address = email();
  const { id } = await stripe.customers.create({ email: address });
  await stripe.customers.create({ email: `x${address}` });
  const found = await stripe.customers.list({ email: address });
  expect(found.data.map((customer) => customer.id)).toEqual([id]);
  expect(found).toMatchObject({ object: 'list', has_more: false, url: '/v1/customers' });
});

it('customers.list.200 follows a changed email', async () => {
  const [before, after] = [email(), email()];
  const { id } = await stripe.customers.create({ email: before });
  await stripe.customers.update(id, { email: after });
  expect((await stripe.customers.list({ email: before })).data).toEqual([]);
  expect((await stripe.customers.list({ email: after })).data.map((customer) => customer.id)).toEqual([id]);
});

it('customers.search.200 by email and by metadata', async () => {
  const [address, account] = [email(), unique('acc')];
  const { id } = await stripe.customers.create({ email: address, metadata: { account } });
  for (const query of [`email:'${address}'`, `metadata['account']:'${account}' AND email:"${address}"`]) {
    // Stripe's index lags by up to a minute.
    const found = await until(
      () => stripe.customers.search({ query }),
      (answer) => answer.data.length > 0,
      120_000,
    );
    expect(found.data.map((customer) => customer.id)).toEqual([id]);
    expect(found.object).toBe('search_result');
  }
}, 300_000);

it('customers.search.400 for a query that cannot be read', async () => {
  expect((await refusal(stripe.customers.search({ query: 'email equals a' }))).statusCode).toBe(400);
});

it('customers.create.200 from a form as curl writes it', async () => {
  const address = email();
  const form = `email=${encodeURIComponent(address)}&metadata[a]=1&preferred_locales[]=en&balance=-250`;
  const { status, body } = await raw(target, 'POST', '/v1/customers', { form });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    email: address,
    metadata: { a: '1' },
    preferred_locales: ['en'],
    balance: -250,
  });
});
