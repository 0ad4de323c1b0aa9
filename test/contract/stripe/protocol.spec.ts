import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import {
  openTarget,
  raw,
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

const ask = (headers: Record<string, string>): ReturnType<typeof raw> =>
  raw(target, 'GET', '/v1/customers?limit=1', { headers });

describe('account', () => {
  it('account.retrieve.200', async () => {
    const account = await stripe.accounts.retrieveCurrent();
    expect(account.object).toBe('account');
    expect(account.id).toMatch(/^acct_/);
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(account.id);
  });

  it('balance.retrieve.200 is not live', async () => {
    expect(await stripe.balance.retrieve()).toMatchObject({ object: 'balance', livemode: false });
  });
});

describe('keys', () => {
  it('200 as Bearer and as the user name of Basic', async () => {
    const basic = Buffer.from(`${target.key}:`).toString('base64');
    expect((await ask({ authorization: `Bearer ${target.key}` })).status).toBe(200);
    expect((await ask({ authorization: `Basic ${basic}` })).status).toBe(200);
  });

  it.each(['sk_live_0123456789abcdefghij', 'nonsense_0123456789abcdef', 'sk_test_'])(
    '401 %s, masked in the answer',
    async (key) => {
      const { status, body, headers } = await ask({ authorization: `Bearer ${key}` });
      expect(status).toBe(401);
      expect(body.error?.type).toBe('invalid_request_error');
      expect(body.error?.message).toMatch(/^Invalid API Key provided: .*\*/);
      expect(body.error?.message).not.toContain(key);
      expect(headers.get('request-id')).toMatch(/^req_/);
    },
  );

  it('401 without a key', async () => {
    const { status, body } = await ask({ authorization: '' });
    expect(status).toBe(401);
    expect(body.error?.message).toContain('You did not provide an API key');
  });
});

describe('versions', () => {
  it('200 echoes the SDK’s own', async () => {
    const page = await stripe.customers.list({ limit: 1 });
    expect(page.lastResponse.apiVersion).toBe('2026-10-28.endive');
    expect(page.lastResponse.requestId).toMatch(/^req_/);
  });

  it.each(['yesterday', '2026-13', 'v1'])('400 %s', async (version) => {
    const { status, body } = await ask({ 'stripe-version': version });
    expect(status).toBe(400);
    expect(body.error?.message).toContain('Invalid Stripe API version');
  });
});

describe('errors', () => {
  it('404 unrecognized URL', async () => {
    const { status, body } = await raw(target, 'GET', '/v1/nothing_here');
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ type: 'invalid_request_error' });
    expect(body.error?.message).toContain('Unrecognized request URL (GET: /v1/nothing_here)');
  });

  it.each([
    ['parameter_unknown', 'nonsense=1', 'nonsense'],
    ['parameter_unknown', 'address[planet]=earth', 'address[planet]'],
    ['parameter_invalid_integer', 'balance=ten', 'balance'],
    ['email_invalid', 'email=nobody', 'email'],
  ])('400 %s for %s', async (code, form, param) => {
    const { status, body } = await raw(target, 'POST', '/v1/customers', { form });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code, param, type: 'invalid_request_error' });
  });

  it.each([
    ['Invalid boolean', '/v1/products', 'name=a&active=maybe', 'active'],
    ['Invalid array', '/v1/products', 'name=a&images=x', 'images'],
    ['Invalid object', '/v1/customers', 'address=home', 'address'],
    ['must be one of', '/v1/customers', 'tax_exempt=maybe', 'tax_exempt'],
  ])('400 %s', async (message, path, form, param) => {
    const { status, body } = await raw(target, 'POST', path, { form });
    expect(status).toBe(400);
    expect(body.error?.message).toContain(message);
    expect(body.error?.param).toBe(param);
  });

  it('400 a JSON body', async () => {
    const response = await fetch(`${target.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    expect(response.status).toBe(400);
  });
});

describe('pagination', () => {
  let ids: string[];
  let product: string;

  beforeAll(async () => {
    product = (await stripe.products.create({ name: 'Pages' })).id;
    ids = [];
    for (let i = 0; i < 7; i++) {
      ids.unshift((await stripe.prices.create({ product, currency: 'usd', unit_amount: i })).id);
    }
  });

  const page = async (params: Stripe.PriceListParams): Promise<[string[], boolean]> => {
    const list = await stripe.prices.list({ product, ...params });
    return [list.data.map((price) => price.id), list.has_more];
  };

  it('200 newest first, forwards and backwards', async () => {
    const [a, b, c, d, e] = ids;
    expect(await page({ limit: 3 })).toEqual([[a, b, c], true]);
    expect(await page({ limit: 3, starting_after: c ?? '' })).toEqual([ids.slice(3, 6), true]);
    expect(await page({ limit: 4, starting_after: c ?? '' })).toEqual([ids.slice(3), false]);
    expect(await page({ limit: 2, ending_before: e ?? '' })).toEqual([[c, d], true]);
    expect(await page({ limit: 5, ending_before: c ?? '' })).toEqual([[a, b], false]);
    expect(await page({ limit: 5, starting_after: ids[6] ?? '' })).toEqual([[], false]);
  });

  it('200 all of them through the SDK’s own paging', async () => {
    const all = await stripe.prices.list({ product, limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(all.map((price) => price.id)).toEqual(ids);
  });

  it.each([0, 101])('400 limit %i', async (limit) => {
    expect(await refusal(stripe.prices.list({ limit }))).toMatchObject({ statusCode: 400, param: 'limit' });
  });

  it('400 a cursor that does not exist', async () => {
    expect(await refusal(stripe.prices.list({ starting_after: 'price_missing' }))).toMatchObject({
      statusCode: 400,
      param: 'starting_after',
    });
  });
});

describe('expand', () => {
  it('200 in a list and through a list', async () => {
    const customer = await stripe.customers.create({ name: 'Expanded' });
    const product = await stripe.products.create({ name: 'Expanded' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 0,
      recurring: { interval: 'month' },
    });
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const listed = await stripe.subscriptions.list({ customer: customer.id, expand: ['data.customer'] });
    expect(listed.data[0]?.customer).toMatchObject({ id: customer.id, name: 'Expanded' });
    const shown = await stripe.customers.retrieve(customer.id, { expand: ['subscriptions.data.items'] });
    expect(shown).toMatchObject({
      subscriptions: { data: [{ items: { data: [{ price: { id: price.id } }] } }] },
    });
  });

  it('400 a property that cannot be expanded, also in an empty list', async () => {
    const customer = await stripe.customers.create({ name: 'Bare' });
    for (const call of [
      stripe.customers.retrieve(customer.id, { expand: ['name_of_the_dog'] }),
      stripe.subscriptions.list({ customer: customer.id, expand: ['data.name_of_the_dog'] }),
    ]) {
      expect((await refusal(call)).message).toContain('This property cannot be expanded');
    }
  });

  it('400 more than four levels', async () => {
    const call = stripe.subscriptions.list({ expand: ['data.items.data.price.product'] });
    expect((await refusal(call)).message).toContain('4 levels');
  });
});

describe('idempotency keys', () => {
  it('200 the same answer again, marked as replayed', async () => {
    const idempotencyKey = unique('key');
    const params = { name: 'Once', metadata: { k: 'v' } };
    const first = await stripe.customers.create(params, { idempotencyKey });
    const second = await stripe.customers.create(params, { idempotencyKey });
    expect(second.id).toBe(first.id);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(second.lastResponse.idempotencyKey).toBe(idempotencyKey);
  });

  it('200 the order of the parameters does not matter', async () => {
    const headers = { 'idempotency-key': unique('key') };
    const first = await raw(target, 'POST', '/v1/customers', { form: 'name=A&description=B', headers });
    const second = await raw(target, 'POST', '/v1/customers', { form: 'description=B&name=A', headers });
    expect(second.body.id).toBe(first.body.id);
  });

  it('400 for other parameters', async () => {
    const idempotencyKey = unique('key');
    await stripe.customers.create({ name: 'One' }, { idempotencyKey });
    const refused = await refusal(stripe.customers.create({ name: 'Other' }, { idempotencyKey }));
    expect(refused).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(refused.statusCode).toBe(400);
  });

  it('400 for another endpoint', async () => {
    const idempotencyKey = unique('key');
    await stripe.customers.create({ name: 'One' }, { idempotencyKey });
    const refused = await refusal(stripe.products.create({ name: 'One' }, { idempotencyKey }));
    expect(refused).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  it('a refusal by the endpoint is kept, one of its parameters is not', async () => {
    const idempotencyKey = unique('key');
    const { body } = await raw(target, 'POST', '/v1/customers', {
      form: 'nonsense=1',
      headers: { 'idempotency-key': idempotencyKey },
    });
    expect(body.error?.code).toBe('parameter_unknown');
    expect((await stripe.customers.create({ name: 'Now right' }, { idempotencyKey })).name).toBe('Now right');

    const key = unique('key');
    const update = (): Promise<unknown> =>
      stripe.customers.update('cus_missing', { name: 'x' }, { idempotencyKey: key });
    const first = await refusal(update());
    const second = await refusal(update());
    expect(second.statusCode).toBe(404);
    expect(second.headers?.['original-request']).toBe(first.requestId);
  });
});
