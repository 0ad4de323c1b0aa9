import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';

let twin: TwinProcess;
let stripe: Stripe;

beforeEach(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
afterEach(() => twin.close());

it('everything is there after a hard kill', async () => {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  const price = await stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'My API' },
    billing_scheme: 'tiered',
    tiers_mode: 'volume',
    tiers: [
      { up_to: 10, unit_amount: 5 },
      { up_to: 'inf', unit_amount: 4 },
    ],
    lookup_key: 'standard',
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  });
  const gone = await stripe.customers.create({ name: 'Gone' });
  await stripe.customers.del(gone.id);
  const customer = await stripe.customers.create({ email: 'ann@example.com' }, { idempotencyKey: 'ann' });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  });
  const usage = {
    event_name: 'calls',
    identifier: 'usage:1',
    payload: { stripe_customer_id: customer.id, value: '7' },
  };
  const { timestamp } = await stripe.billing.meterEvents.create(usage);
  const account = await stripe.accounts.retrieveCurrent();
  await twin.command('settings', { searchLagMs: 5 });

  await twin.restart();

  expect(await stripe.prices.retrieve(price.id, { expand: ['tiers'] })).toMatchObject({
    id: price.id,
    tiers: [{ up_to: 10 }, { up_to: null }],
  });
  expect((await stripe.prices.list({ lookup_keys: ['standard'] })).data).toHaveLength(1);
  expect((await stripe.customers.list({ email: 'ann@example.com' })).data).toHaveLength(1);
  expect(await stripe.customers.retrieve(gone.id)).toMatchObject({ deleted: true });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(
    expect.objectContaining({
      items: expect.objectContaining({ data: [expect.anything()] }),
      status: 'active',
    }),
  );
  const again = await stripe.customers.create({ email: 'ann@example.com' }, { idempotencyKey: 'ann' });
  expect(again.id).toBe(customer.id);
  await expect(stripe.billing.meterEvents.create(usage)).rejects.toThrow('An event already exists');
  const minute = Math.floor(timestamp / 60) * 60;
  const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
    customer: customer.id,
    start_time: minute,
    end_time: minute + 60,
  });
  expect(data[0]?.aggregated_value).toBe(7);
  expect((await stripe.accounts.retrieveCurrent()).id).toBe(account.id);
  expect((await stripe.events.list({ type: 'customer.subscription.created' })).data).toHaveLength(1);
  expect(await twin.look('settings')).toMatchObject({ searchLagMs: 5 });
});

const createNth = (i: number): Promise<Stripe.Customer> =>
  stripe.customers.create({ email: `c${i}@example.com` }, { idempotencyKey: `customer-${i}` });

it('killed in the middle of many writes, nothing answered is lost and nothing is done twice', async () => {
  const count = 60;
  const answered = new Map<number, string>();
  const writing = Array.from({ length: count }, async (_, i) => {
    try {
      answered.set(i, (await createNth(i)).id);
    } catch (error) {
      // The connection broke, or nobody listened any more.
      if (!(error instanceof Stripe.errors.StripeConnectionError)) throw error;
    }
  });
  await until(
    () => answered.size,
    (size) => size >= 10,
  );
  await twin.restart();
  await Promise.all(writing);

  for (let i = 0; i < count; i++) {
    const { id } = await createNth(i);
    if (answered.has(i)) expect(id).toBe(answered.get(i));
    expect((await stripe.customers.list({ email: `c${i}@example.com` })).data).toHaveLength(1);
  }
  const { counts } = await twin.look<{ counts: { customers: number; events: number } }>('health');
  expect(counts).toMatchObject({ customers: count, events: count });
});

it('a reset forgets everything, also for the next start', async () => {
  await stripe.customers.create({ email: 'ann@example.com' });
  await twin.command('settings', { summaryLagMs: 1_000 });
  await twin.command('reset');
  expect((await stripe.customers.list()).data).toEqual([]);
  await twin.restart();
  expect((await stripe.customers.list()).data).toEqual([]);
  expect((await stripe.events.list()).data).toEqual([]);
  expect(await twin.look('settings')).toMatchObject({ summaryLagMs: 0 });
});
