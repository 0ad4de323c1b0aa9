import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;
let product: string;
let meter: string;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
  product = (await stripe.products.create({ name: 'Contract' })).id;
  const created = await stripe.billing.meters.create({
    display_name: 'Contract',
    event_name: unique('calls'),
    default_aggregation: { formula: 'sum' },
  });
  meter = created.id;
});
afterAll(() => target.close());

type Recurring = Stripe.PriceCreateParams.Recurring;

const metered = (more: Partial<Recurring> = {}): Recurring => ({
  interval: 'month',
  usage_type: 'metered',
  meter,
  ...more,
});

const create = (params: Partial<Stripe.PriceCreateParams>): Promise<Stripe.Price> =>
  stripe.prices.create({ currency: 'usd', product, ...params });

describe('the four pricing models', () => {
  it('prices.create.200 standard', async () => {
    const price = await create({ unit_amount: 10, recurring: metered(), nickname: 'per call' });
    expect(price).toMatchObject({
      object: 'price',
      active: true,
      billing_scheme: 'per_unit',
      currency: 'usd',
      unit_amount: 10,
      nickname: 'per call',
      product,
      type: 'recurring',
      tiers_mode: null,
      transform_quantity: null,
      recurring: { interval: 'month', interval_count: 1, usage_type: 'metered', meter },
    });
    expect(price.unit_amount_decimal?.toString()).toBe('10');
  });

  it('prices.create.200 standard below a cent', async () => {
    const price = await create({ unit_amount_decimal: Stripe.Decimal.from('0.050'), recurring: metered() });
    expect(price.unit_amount).toBeNull();
    expect(price.unit_amount_decimal?.toString()).toBe('0.05');
  });

  it('prices.create.200 package', async () => {
    const price = await create({
      unit_amount: 1000,
      transform_quantity: { divide_by: 1000, round: 'up' },
      recurring: metered(),
    });
    expect(price.transform_quantity).toEqual({ divide_by: 1000, round: 'up' });
  });

  const tiers: Stripe.PriceCreateParams.Tier[] = [
    { up_to: 100, unit_amount: 1000, flat_amount: 500 },
    { up_to: 150, unit_amount_decimal: Stripe.Decimal.from('0.5') },
    { up_to: 'inf', unit_amount: 500 },
  ];

  it.each(['graduated', 'volume'])('prices.create.200 %s, with its tiers on request', async (tiers_mode) => {
    const params = { billing_scheme: 'tiered', tiers_mode, tiers, recurring: metered() };
    const price = await create({ ...params, expand: ['tiers'] });
    expect(price).toMatchObject({ billing_scheme: 'tiered', tiers_mode, unit_amount: null });
    expect(price.tiers?.map((tier) => [tier.up_to, tier.unit_amount, tier.flat_amount])).toEqual([
      [100, 1000, 500],
      [150, null, null],
      [null, 500, null],
    ]);
    expect(price.tiers?.[1]?.unit_amount_decimal?.toString()).toBe('0.5');
    expect((await stripe.prices.retrieve(price.id)).tiers).toBeUndefined();
    const listed = await stripe.prices.list({ product, limit: 1, expand: ['data.tiers'] });
    expect(listed.data[0]?.tiers).toHaveLength(3);
  });
});

it.each([
  ['day', 1],
  ['week', 1],
  ['month', 1],
  ['month', 3],
  ['month', 6],
  ['year', 1],
  ['day', 1095],
  ['month', 36],
])('prices.create.200 every %s × %i', async (interval, interval_count) => {
  const price = await create({ unit_amount: 1, recurring: metered({ interval, interval_count }) });
  expect(price.recurring).toMatchObject({ interval, interval_count });
});

it.each([
  ['day', 1096],
  ['week', 157],
  ['month', 37],
  ['year', 4],
])('prices.create.400 every %s × %i is beyond three years', async (interval, interval_count) => {
  const refused = await refusal(create({ unit_amount: 1, recurring: metered({ interval, interval_count }) }));
  expect(refused).toMatchObject({ statusCode: 400, param: 'recurring[interval_count]' });
});

describe('refused combinations', () => {
  const cases: [string, () => Partial<Stripe.PriceCreateParams>][] = [
    [
      'metered without a meter',
      () => ({ unit_amount: 1, recurring: { interval: 'month', usage_type: 'metered' } }),
    ],
    ['a meter that does not exist', () => ({ unit_amount: 1, recurring: metered({ meter: 'mtr_missing' }) })],
    ['a meter on a licensed price', () => ({ unit_amount: 1, recurring: { interval: 'month', meter } })],
    ['no amount', () => ({ recurring: metered() })],
    [
      'both amounts',
      () => ({ unit_amount: 1, unit_amount_decimal: Stripe.Decimal.from('1'), recurring: metered() }),
    ],
    ['a negative amount', () => ({ unit_amount: -1, recurring: metered() })],
    ['an unknown interval', () => ({ unit_amount: 1, recurring: metered({ interval: 'fortnight' }) })],
    ['an unknown currency', () => ({ unit_amount: 1, currency: 'zzz' })],
    ['an unknown product', () => ({ unit_amount: 1, product: 'prod_missing' })],
    [
      'tiers with transform_quantity',
      () => ({
        billing_scheme: 'tiered',
        tiers_mode: 'volume',
        tiers: [{ up_to: 'inf', unit_amount: 1 }],
        transform_quantity: { divide_by: 10, round: 'up' },
        recurring: metered(),
      }),
    ],
    [
      'tiers without tiers_mode',
      () => ({ billing_scheme: 'tiered', tiers: [{ up_to: 'inf', unit_amount: 1 }], recurring: metered() }),
    ],
    [
      'tiered without tiers',
      () => ({ billing_scheme: 'tiered', tiers_mode: 'volume', recurring: metered() }),
    ],
    [
      'tiers without an end',
      () => ({
        billing_scheme: 'tiered',
        tiers_mode: 'volume',
        tiers: [{ up_to: 10, unit_amount: 1 }],
        recurring: metered(),
      }),
    ],
    [
      'tiers out of order',
      () => ({
        billing_scheme: 'tiered',
        tiers_mode: 'volume',
        tiers: [
          { up_to: 10, unit_amount: 1 },
          { up_to: 5, unit_amount: 1 },
          { up_to: 'inf', unit_amount: 1 },
        ],
        recurring: metered(),
      }),
    ],
  ];
  it.each(cases)('prices.create.400 %s', async (_name, params) => {
    expect((await refusal(create(params()))).statusCode).toBe(400);
  });
});

it('prices.create.200 with its product inline', async () => {
  const price = await stripe.prices.create({
    currency: 'eur',
    unit_amount: 990,
    product_data: { name: 'Inline', metadata: { k: 'v' } },
    expand: ['product'],
  });
  expect(price).toMatchObject({
    type: 'one_time',
    recurring: null,
    product: { name: 'Inline', metadata: { k: 'v' } },
  });
});

it('prices.create.400 lookup key taken, .200 transferred', async () => {
  const lookup_key = unique('key');
  const first = await create({ unit_amount: 1, lookup_key });
  const taken = await refusal(create({ unit_amount: 2, lookup_key }));
  expect(taken).toMatchObject({ statusCode: 400, param: 'lookup_key' });
  expect(taken.message).toContain('already uses that lookup key');
  const second = await create({ unit_amount: 2, lookup_key, transfer_lookup_key: true });
  expect(second.lookup_key).toBe(lookup_key);
  expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  const found = await stripe.prices.list({ lookup_keys: [lookup_key] });
  expect(found.data.map((price) => price.id)).toEqual([second.id]);
});

it('prices.update.200', async () => {
  const { id } = await create({ unit_amount: 1 });
  const lookup_key = unique('later');
  const updated = await stripe.prices.update(id, {
    active: false,
    nickname: 'old',
    lookup_key,
    metadata: { k: 'v' },
  });
  expect(updated).toMatchObject({
    active: false,
    nickname: 'old',
    lookup_key,
    metadata: { k: 'v' },
    unit_amount: 1,
  });
});

it('prices.update.400 amounts never change', async () => {
  const { id } = await create({ unit_amount: 1 });
  const change = { unit_amount: 2 } as Stripe.PriceUpdateParams;
  expect(await refusal(stripe.prices.update(id, change))).toMatchObject({
    code: 'parameter_unknown',
    param: 'unit_amount',
  });
});

it('prices.retrieve.404', async () => {
  expect(await refusal(stripe.prices.retrieve('price_missing'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
    message: "No such price: 'price_missing'",
  });
});

it('prices.list.200 by product, active and kind', async () => {
  const own = (await stripe.products.create({ name: 'Listed' })).id;
  const once = await create({ product: own, unit_amount: 1 });
  const monthly = await create({ product: own, unit_amount: 1, recurring: metered() });
  await stripe.prices.update(once.id, { active: false });
  const ids = async (params: Stripe.PriceListParams): Promise<string[]> =>
    (await stripe.prices.list({ product: own, ...params })).data.map((price) => price.id);
  expect(await ids({ active: true })).toEqual([monthly.id]);
  expect(await ids({ active: false })).toEqual([once.id]);
  expect(await ids({ type: 'recurring' })).toEqual([monthly.id]);
  expect(await ids({ recurring: { meter } })).toEqual([monthly.id]);
  expect(await ids({ recurring: { interval: 'year' } })).toEqual([]);
});

describe('what a price keeps', () => {
  it('prices.create.400 for a flat fee with a fraction of a cent', async () => {
    const error = await refusal(
      create({
        billing_scheme: 'tiered',
        tiers_mode: 'graduated',
        tiers: [{ up_to: 'inf', unit_amount: 1, flat_amount_decimal: Stripe.Decimal.from('0.5') }],
        recurring: metered(),
      }),
    );
    expect(error.param).toBe('tiers[0][flat_amount_decimal]');
  });

  it('prices.update.400 for another tax behaviour, once there is one', async () => {
    const { id } = await create({ unit_amount: 10, recurring: metered() });
    const update = (tax_behavior: Stripe.PriceUpdateParams['tax_behavior'] & string) =>
      stripe.prices.update(id, { tax_behavior });
    expect((await update('exclusive')).tax_behavior).toBe('exclusive');
    expect((await update('exclusive')).tax_behavior).toBe('exclusive');
    expect((await refusal(update('inclusive'))).statusCode).toBe(400);
  });

  it('prices.update.400 for archiving the default price of a product', async () => {
    const { id } = await stripe.products.create({ name: 'Contract' });
    const price = await create({ product: id, unit_amount: 10, recurring: metered() });
    await stripe.products.update(id, { default_price: price.id });
    expect((await refusal(stripe.prices.update(price.id, { active: false }))).statusCode).toBe(400);
    await stripe.products.update(id, { default_price: '' });
    expect((await stripe.prices.update(price.id, { active: false })).active).toBe(false);
  });

  it('subscriptions.create.400 for a price of an archived product', async () => {
    const { id } = await stripe.products.create({ name: 'Contract' });
    const price = await create({ product: id, unit_amount: 10, recurring: metered() });
    await stripe.products.update(id, { active: false });
    const customer = await stripe.customers.create();
    const error = await refusal(
      stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] }),
    );
    expect(error.param).toBe('items[0][price]');
  });
});
