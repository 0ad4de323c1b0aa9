import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { refusal } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY = 86_400;

let twin: TwinProcess;
let stripe: Stripe;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
});
afterAll(() => twin.close());

/** Moves the twin's clock to that moment. */
async function travelTo(ms: number): Promise<void> {
  await twin.command('settings', { clockOffsetMs: Math.round(ms - Date.now()) });
}

async function subscribe(
  recurring: Partial<Stripe.PriceCreateParams.Recurring> = {},
  params: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> {
  const meters = await stripe.billing.meters.list();
  const meter =
    meters.data[0] ??
    (await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    }));
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1,
    product_data: { name: 'Timed' },
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id, ...recurring },
  });
  const customer = await stripe.customers.create({ name: 'Timed' });
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...params });
}

async function periodOf(id: string): Promise<[string, string]> {
  const [item] = (await stripe.subscriptions.retrieve(id)).items.data;
  return [dateOf(item?.current_period_start), dateOf(item?.current_period_end)];
}

function dateOf(seconds = 0): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

const send = async (customer: string, identifier: string): Promise<Stripe.Billing.MeterEvent> =>
  stripe.billing.meterEvents.create({
    event_name: 'calls',
    identifier,
    payload: { stripe_customer_id: customer, value: '5' },
  });

const total = async (customer: string): Promise<number> => {
  const [meter] = (await stripe.billing.meters.list()).data;
  const day = Math.floor(Date.now() / 1000 / DAY) * DAY;
  const { data } = await stripe.billing.meters.listEventSummaries(meter?.id ?? '', {
    customer,
    start_time: day - 2 * DAY,
    end_time: day + 5 * DAY,
  });
  return data.reduce((sum, summary) => sum + summary.aggregated_value, 0);
};

describe('subscriptions', () => {
  it('months begun on a 31st end on the last day, and come back to the 31st', async () => {
    await travelTo(Date.UTC(2027, 0, 31, 12));
    const { id } = await subscribe();
    expect(await periodOf(id)).toEqual(['2027-01-31', '2027-02-28']);
    await travelTo(Date.UTC(2027, 2, 15));
    expect(await periodOf(id)).toEqual(['2027-02-28', '2027-03-31']);
    await travelTo(Date.UTC(2027, 3, 2));
    expect(await periodOf(id)).toEqual(['2027-03-31', '2027-04-30']);
    const { data } = await stripe.events.list({ type: 'customer.subscription.updated' });
    expect(data).toHaveLength(2);
    expect(data[0]?.request?.id).toBeNull();
  });

  it('every three months and every year', async () => {
    await travelTo(Date.UTC(2028, 1, 29, 6));
    const [quarterly, yearly] = [
      await subscribe({ interval_count: 3 }),
      await subscribe({ interval: 'year' }),
    ];
    expect(await periodOf(quarterly.id)).toEqual(['2028-02-29', '2028-05-29']);
    expect(await periodOf(yearly.id)).toEqual(['2028-02-29', '2029-02-28']);
    await travelTo(Date.UTC(2032, 1, 29, 7));
    expect(await periodOf(yearly.id)).toEqual(['2032-02-29', '2033-02-28']);
  });

  it('a trial ends in an active subscription', async () => {
    const { id } = await subscribe({}, { trial_period_days: 7 });
    await travelTo(Date.now() + 8 * DAY_MS);
    const after = await stripe.subscriptions.retrieve(id);
    expect(after.status).toBe('active');
    expect(after.items.data[0]?.current_period_start).toBe(after.trial_end);
  });

  it('a trial without a payment method is cancelled where that was asked for', async () => {
    const trial_settings = { end_behavior: { missing_payment_method: 'cancel' } };
    const { id } = await subscribe({}, { trial_period_days: 7, trial_settings });
    await travelTo(Date.now() + 8 * DAY_MS);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  });

  it('cancelled at the end of the period, with its event', async () => {
    const { id } = await subscribe();
    const { cancel_at } = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await travelTo(Date.now() + 40 * DAY_MS);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      ended_at: cancel_at,
    });
    const { data } = await stripe.events.list({ type: 'customer.subscription.deleted' });
    expect(data[0]?.data.object).toMatchObject({ id, status: 'canceled' });
  });

  it('incomplete for 23 hours is expired', async () => {
    const customer = await stripe.customers.create({ name: 'Unpaid' });
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 100,
      product_data: { name: 'Licensed' },
      recurring: { interval: 'month' },
    });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
    });
    await travelTo(Date.now() + 24 * HOUR_MS);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('incomplete_expired');
  });

  it('keeps its place through a hard kill', async () => {
    const { id } = await subscribe({ interval: 'day' });
    await twin.restart();
    await travelTo(Date.now() + 3.5 * DAY_MS);
    const [item] = (await stripe.subscriptions.retrieve(id)).items.data;
    const period = (item?.current_period_end ?? 0) - (item?.current_period_start ?? 0);
    expect(period).toBe(DAY);
    expect(item?.current_period_end).toBeGreaterThan((Date.now() + 3.5 * DAY_MS) / 1000);
  });
});

describe('meter events', () => {
  it('show in summaries after the lag', async () => {
    const customer = String((await subscribe()).customer);
    await twin.command('settings', { summaryLagMs: 60_000 });
    await send(customer, 'one');
    expect(await total(customer)).toBe(0);
    await travelTo(Date.now() + 61_000);
    expect(await total(customer)).toBe(5);
  });

  it('an identifier is refused for 24 hours, and counts again after that', async () => {
    const customer = String((await subscribe()).customer);
    await send(customer, 'same');
    await travelTo(Date.now() + 23 * HOUR_MS);
    expect((await refusal(send(customer, 'same'))).message).toContain('An event already exists');
    await travelTo(Date.now() + 25 * HOUR_MS);
    await send(customer, 'same');
    expect(await total(customer)).toBe(10);
  });

  it('can be answered 200 and be thrown away later', async () => {
    const customer = String((await subscribe()).customer);
    await twin.command('meter-events/reject', { customer, times: 1 });
    await send(customer, 'lost');
    await send(customer, 'kept');
    await send(customer, 'lost later');
    expect(await total(customer)).toBe(10);
    await twin.command('meter-events/reject', { identifier: 'lost later' });
    expect(await total(customer)).toBe(5);
    expect(await twin.look('meter-events?event_name=calls')).toMatchObject([
      { identifier: 'lost', state: 'rejected', value: '5' },
      { identifier: 'kept', state: 'accepted' },
      { identifier: 'lost later', state: 'rejected' },
    ]);
  });
});

it('idempotency keys are forgotten after 24 hours', async () => {
  const options = { idempotencyKey: 'daily' };
  const first = await stripe.customers.create({ name: 'A' }, options);
  await travelTo(Date.now() + 23 * HOUR_MS);
  expect((await stripe.customers.create({ name: 'A' }, options)).id).toBe(first.id);
  await travelTo(Date.now() + 25 * HOUR_MS);
  expect((await stripe.customers.create({ name: 'A' }, options)).id).not.toBe(first.id);
});

it('a customer is found by search after the lag', async () => {
  await twin.command('settings', { searchLagMs: 60_000 });
  await stripe.customers.create({ email: 'ann@example.com' });
  const query = "email:'ann@example.com'";
  expect((await stripe.customers.search({ query })).data).toEqual([]);
  await travelTo(Date.now() + 61_000);
  expect((await stripe.customers.search({ query })).data).toHaveLength(1);
});
