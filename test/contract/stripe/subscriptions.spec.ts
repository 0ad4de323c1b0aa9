import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

const DAY = 86_400;

let target: Target;
let stripe: Stripe;
let product: string;
let meter: string;
let monthly: string;
let customer: string;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
  product = (await stripe.products.create({ name: 'Subscribed' })).id;
  const created = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: unique('calls'),
    default_aggregation: { formula: 'sum' },
  });
  meter = created.id;
  monthly = await meteredPrice();
});
beforeEach(async () => {
  customer = (await stripe.customers.create({ email: `${unique('sub')}@example.com` })).id;
});
afterAll(() => target.close());

async function meteredPrice(
  recurring: Partial<Stripe.PriceCreateParams.Recurring> = {},
  currency = 'usd',
): Promise<string> {
  const price = await stripe.prices.create({
    currency,
    product,
    unit_amount: 10,
    recurring: { interval: 'month', usage_type: 'metered', meter, ...recurring },
  });
  return price.id;
}

const create = (params: Partial<Stripe.SubscriptionCreateParams> = {}): Promise<Stripe.Subscription> =>
  stripe.subscriptions.create({ customer, items: [{ price: monthly }], ...params });

const now = (): number => Math.floor(Date.now() / 1000);

function only(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item, ...others] = subscription.items.data;
  if (!item || others.length > 0) throw new Error(`${subscription.items.data.length} items`);
  return item;
}

describe('subscriptions.create', () => {
  it('.200 metered is active at once, without a payment method', async () => {
    const subscription = await create({ metadata: { account: 'acc_1' }, description: 'Plan A' });
    expect(subscription).toMatchObject({
      object: 'subscription',
      status: 'active',
      customer,
      collection_method: 'charge_automatically',
      currency: 'usd',
      metadata: { account: 'acc_1' },
      description: 'Plan A',
      cancel_at: null,
      cancel_at_period_end: false,
      trial_end: null,
      ended_at: null,
      livemode: false,
    });
    expect(subscription.id).toMatch(/^sub_/);
    const item = only(subscription);
    expect(item).toMatchObject({
      object: 'subscription_item',
      subscription: subscription.id,
      price: { id: monthly, recurring: { meter, usage_type: 'metered' } },
    });
    expect(item.id).toMatch(/^si_/);
    expect(item.quantity).toBeUndefined();
    expect(item.current_period_start).toBe(subscription.billing_cycle_anchor);
    expect((item.current_period_end - item.current_period_start) / DAY).toBeGreaterThanOrEqual(28);
    expect((item.current_period_end - item.current_period_start) / DAY).toBeLessThanOrEqual(31);
  });

  it('.200 each interval has its own period', async () => {
    const quarterly = await meteredPrice({ interval: 'month', interval_count: 3 });
    const item = only(await create({ items: [{ price: quarterly }] }));
    const days = (item.current_period_end - item.current_period_start) / DAY;
    expect(days).toBeGreaterThanOrEqual(89);
    expect(days).toBeLessThanOrEqual(92);
  });

  it('.200 a trial runs first', async () => {
    const subscription = await create({ trial_period_days: 14 });
    expect(subscription.status).toBe('trialing');
    expect(subscription.trial_end).toBe((subscription.trial_start ?? 0) + 14 * DAY);
    expect(only(subscription).current_period_end).toBe(subscription.trial_end);
    expect(subscription.billing_cycle_anchor).toBe(subscription.trial_end);
  });

  it('.200 a later anchor makes the first period short', async () => {
    const billing_cycle_anchor = now() + 10 * DAY;
    const subscription = await create({ billing_cycle_anchor, proration_behavior: 'none' });
    expect(subscription.billing_cycle_anchor).toBe(billing_cycle_anchor);
    expect(only(subscription).current_period_end).toBe(billing_cycle_anchor);
  });

  it('.200 sends invoices when told so', async () => {
    const subscription = await create({ collection_method: 'send_invoice', days_until_due: 30 });
    expect(subscription).toMatchObject({
      collection_method: 'send_invoice',
      days_until_due: 30,
      status: 'active',
    });
  });

  it('.200 with references expanded', async () => {
    const subscription = await create({ expand: ['customer', 'latest_invoice', 'items.data.price.product'] });
    expect(subscription.customer).toMatchObject({ id: customer, object: 'customer' });
    expect(only(subscription).price.product).toMatchObject({ id: product, object: 'product' });
  });

  it('.200 licensed without a payment method is incomplete when allowed', async () => {
    const price = await stripe.prices.create({
      currency: 'usd',
      product,
      unit_amount: 1000,
      recurring: { interval: 'month' },
    });
    const items = [{ price: price.id, quantity: 2 }];
    const subscription = await create({ items, payment_behavior: 'default_incomplete' });
    expect(subscription.status).toBe('incomplete');
    expect(only(subscription).quantity).toBe(2);
    expect((await refusal(create({ items }))).statusCode).toBe(400);
  });

  const refused: [string, () => Promise<Partial<Stripe.SubscriptionCreateParams>>, object][] = [
    [
      'unknown customer',
      async () => ({ customer: 'cus_missing' }),
      { code: 'resource_missing', param: 'customer', message: "No such customer: 'cus_missing'" },
    ],
    [
      'unknown price',
      async () => ({ items: [{ price: 'price_missing' }] }),
      { code: 'resource_missing', param: 'items[0][price]' },
    ],
    ['a quantity on a metered price', async () => ({ items: [{ price: monthly, quantity: 2 }] }), {}],
    [
      'a price of one time',
      async () => {
        const price = await stripe.prices.create({ currency: 'usd', product, unit_amount: 1 });
        return { items: [{ price: price.id }] };
      },
      { param: 'items[0][price]' },
    ],
    [
      'an inactive price',
      async () => {
        const price = await meteredPrice();
        await stripe.prices.update(price, { active: false });
        return { items: [{ price }] };
      },
      { param: 'items[0][price]' },
    ],
    [
      'two currencies',
      async () => ({ items: [{ price: monthly }, { price: await meteredPrice({}, 'eur') }] }),
      {},
    ],
    ['an anchor in the past', async () => ({ billing_cycle_anchor: now() - DAY }), {}],
    ['an anchor beyond one period', async () => ({ billing_cycle_anchor: now() + 40 * DAY }), {}],
    ['a trial that is over', async () => ({ trial_end: now() - DAY }), { param: 'trial_end' }],
    ['sent invoices without days to pay', async () => ({ collection_method: 'send_invoice' }), {}],
  ];
  it.each(refused)('.400 %s', async (_name, params, expected) => {
    expect(await refusal(create(await params()))).toMatchObject({ statusCode: 400, ...expected });
  });
});

describe('subscriptions.retrieve', () => {
  it('.200 and .404', async () => {
    const { id } = await create();
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ id, status: 'active' });
    expect(await refusal(stripe.subscriptions.retrieve('sub_missing'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such subscription: 'sub_missing'",
    });
  });
});

describe('subscriptions.update', () => {
  it('.200 metadata and description', async () => {
    const { id } = await create({ metadata: { a: '1', b: '2' } });
    const updated = await stripe.subscriptions.update(id, { metadata: { b: '' }, description: 'New' });
    expect(updated).toMatchObject({ metadata: { a: '1' }, description: 'New' });
  });

  it('.200 cancel at the period’s end, and not after all', async () => {
    const { id } = await create();
    const cancelling = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(cancelling).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: only(cancelling).current_period_end,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect(cancelling.canceled_at).toEqual(expect.any(Number));
    const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    expect(kept).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null });
  });

  it('.200 another price of the same interval keeps the period', async () => {
    const created = await create();
    const item = only(created);
    const other = await meteredPrice();
    const updated = await stripe.subscriptions.update(created.id, { items: [{ id: item.id, price: other }] });
    expect(only(updated)).toMatchObject({
      id: item.id,
      price: { id: other },
      current_period_start: item.current_period_start,
      current_period_end: item.current_period_end,
    });
  });

  it('.200 another interval starts a new cycle', async () => {
    const created = await create();
    const yearly = await meteredPrice({ interval: 'year' });
    const updated = await stripe.subscriptions.update(created.id, {
      items: [{ id: only(created).id, price: yearly }],
      proration_behavior: 'none',
    });
    const { current_period_start, current_period_end } = only(updated);
    expect((current_period_end - current_period_start) / DAY).toBeGreaterThanOrEqual(365);
  });

  it('.200 an item added and one removed', async () => {
    const created = await create();
    const other = await meteredPrice();
    const updated = await stripe.subscriptions.update(created.id, {
      items: [{ id: only(created).id, deleted: true }, { price: other }],
    });
    expect(only(updated).price.id).toBe(other);
  });

  it('.400 the last item cannot be removed', async () => {
    const created = await create();
    const call = stripe.subscriptions.update(created.id, {
      items: [{ id: only(created).id, deleted: true }],
    });
    expect((await refusal(call)).statusCode).toBe(400);
  });

  it('.200 a trial ended now', async () => {
    const { id } = await create({ trial_period_days: 5 });
    const updated = await stripe.subscriptions.update(id, { trial_end: 'now' });
    expect(updated.status).toBe('active');
    expect(only(updated).current_period_end).toBeGreaterThan(now() + 20 * DAY);
  });
});

describe('subscriptions.cancel', () => {
  it('.200, and nothing but notes can be changed afterwards', async () => {
    const { id } = await create();
    const cancelled = await stripe.subscriptions.cancel(id, {
      cancellation_details: { comment: 'Too many calls' },
    });
    expect(cancelled).toMatchObject({
      id,
      status: 'canceled',
      cancellation_details: { comment: 'Too many calls', reason: 'cancellation_requested' },
    });
    expect(cancelled.ended_at).toEqual(expect.any(Number));
    expect(cancelled.canceled_at).toEqual(expect.any(Number));
    expect((await stripe.subscriptions.update(id, { metadata: { k: 'v' } })).metadata).toEqual({ k: 'v' });
    const change = await refusal(stripe.subscriptions.update(id, { description: 'x' }));
    expect(change.message).toContain('A canceled subscription can only update');
  });

  it('.404 when it is cancelled already', async () => {
    const { id } = await create();
    await stripe.subscriptions.cancel(id);
    expect(await refusal(stripe.subscriptions.cancel(id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('.200 by deleting the customer', async () => {
    const { id } = await create();
    await stripe.customers.del(customer);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  });
});

it('subscriptions.list.200 by customer, price and status', async () => {
  const other = await meteredPrice();
  const [first, second] = [await create(), await create({ items: [{ price: other }] })];
  await stripe.subscriptions.cancel(first.id);
  const ids = async (params: Stripe.SubscriptionListParams): Promise<string[]> =>
    (await stripe.subscriptions.list({ customer, ...params })).data.map((subscription) => subscription.id);
  expect(await ids({})).toEqual([second.id]);
  expect(await ids({ status: 'all' })).toEqual([second.id, first.id]);
  expect(await ids({ status: 'canceled' })).toEqual([first.id]);
  expect(await ids({ status: 'active', price: monthly })).toEqual([]);
  expect(await ids({ price: other })).toEqual([second.id]);
});

describe('subscriptionItems', () => {
  it('.list.200 and .retrieve.200', async () => {
    const created = await create();
    const { data } = await stripe.subscriptionItems.list({ subscription: created.id });
    expect(data.map((item) => item.id)).toEqual([only(created).id]);
    const item = await stripe.subscriptionItems.retrieve(only(created).id, { expand: ['price.product'] });
    expect(item.price.product).toMatchObject({ id: product });
  });

  it('.update.200 metadata and price', async () => {
    const created = await create();
    const other = await meteredPrice();
    const item = await stripe.subscriptionItems.update(only(created).id, {
      price: other,
      metadata: { k: 'v' },
    });
    expect(item).toMatchObject({ price: { id: other }, metadata: { k: 'v' } });
    expect(only(await stripe.subscriptions.retrieve(created.id)).price.id).toBe(other);
  });

  it('.create.200 and .delete.200', async () => {
    const created = await create();
    const other = await meteredPrice();
    const item = await stripe.subscriptionItems.create({ subscription: created.id, price: other });
    expect(item).toMatchObject({ subscription: created.id, price: { id: other } });
    expect(await stripe.subscriptionItems.del(item.id)).toMatchObject({ id: item.id, deleted: true });
    expect(only(await stripe.subscriptions.retrieve(created.id)).price.id).toBe(monthly);
  });

  it('.retrieve.404', async () => {
    expect((await refusal(stripe.subscriptionItems.retrieve('si_missing'))).statusCode).toBe(404);
  });
});
