import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  until,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Stripe's summaries lag behind by about a minute. */
const PATIENCE_MS = 180_000;

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

const now = (): number => Math.floor(Date.now() / 1000);
const minuteOf = (time: number): number => Math.floor(time / MINUTE) * MINUTE;

interface Metered {
  meter: Stripe.Billing.Meter;
  customer: string;
  send: (
    value: string,
    more?: Partial<Stripe.Billing.MeterEventCreateParams>,
  ) => Promise<Stripe.Billing.MeterEvent>;
}

async function metered(formula = 'sum'): Promise<Metered> {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: unique('calls'),
    default_aggregation: { formula },
  });
  const customer = (await stripe.customers.create({ name: 'Metered' })).id;
  return {
    meter,
    customer,
    send: (value, more) =>
      stripe.billing.meterEvents.create({
        event_name: meter.event_name,
        payload: { stripe_customer_id: customer, value },
        ...more,
      }),
  };
}

/** The sum of the summaries: none and a zero mean the same. */
async function total({ meter, customer }: Metered, start_time: number, end_time: number): Promise<number> {
  const range = { customer, start_time, end_time };
  const { data } = await stripe.billing.meters.listEventSummaries(meter.id, range);
  return data.reduce((sum, summary) => sum + summary.aggregated_value, 0);
}

it('meter_events.create.200', async () => {
  const usage = await metered();
  const [identifier, timestamp] = [unique('usage'), now() - 60];
  expect(await usage.send('12', { identifier, timestamp })).toMatchObject({
    object: 'billing.meter_event',
    event_name: usage.meter.event_name,
    identifier,
    timestamp,
    payload: { stripe_customer_id: usage.customer, value: '12' },
    livemode: false,
  });
});

it('meter_events.create.200 without an identifier gets one', async () => {
  const { send } = await metered();
  expect((await send('1')).identifier).toEqual(expect.any(String));
});

it('meter_events.create.400 duplicate identifier, told by its message alone', async () => {
  const { send } = await metered();
  const identifier = unique('usage');
  await send('5', { identifier });
  const again = await refusal(send('5', { identifier }));
  expect(again).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  expect(again.message).toContain(`An event already exists with identifier ${identifier}`);
  expect(again.code).toBeUndefined();
});

describe('meter_events.create.400', () => {
  it('for a timestamp before the last 35 days', async () => {
    const { send } = await metered();
    expect((await refusal(send('1', { timestamp: now() - 36 * DAY }))).statusCode).toBe(400);
    await send('1', { timestamp: now() - 34 * DAY });
  });

  it('for a timestamp more than 5 minutes ahead', async () => {
    const { send } = await metered();
    expect((await refusal(send('1', { timestamp: now() + 10 * MINUTE }))).statusCode).toBe(400);
    await send('1', { timestamp: now() + 4 * MINUTE });
  });

  it('for an event name without a meter', async () => {
    const { send } = await metered();
    const refused = await refusal(send('1', { event_name: unique('unknown') }));
    expect(refused.statusCode).toBe(400);
    expect(refused.message).toContain('No active meter found');
  });

  it('for a deactivated meter', async () => {
    const { meter, send } = await metered();
    await stripe.billing.meters.deactivate(meter.id);
    expect((await refusal(send('1'))).statusCode).toBe(400);
  });

  it('for an unknown customer', async () => {
    const { send } = await metered();
    const payload = { stripe_customer_id: 'cus_missing', value: '1' };
    expect((await refusal(send('1', { payload }))).statusCode).toBe(400);
  });

  it('for a payload without customer or value', async () => {
    const { customer, send } = await metered();
    expect((await refusal(send('1', { payload: { value: '1' } }))).statusCode).toBe(400);
    expect((await refusal(send('1', { payload: { stripe_customer_id: customer } }))).statusCode).toBe(400);
  });

  it('for a value that is no number', async () => {
    const { send } = await metered();
    expect((await refusal(send('many'))).statusCode).toBe(400);
  });
});

describe('meters.listEventSummaries', () => {
  it.each([
    ['sum', 12],
    ['count', 3],
    ['last', 3],
  ])(
    '.200 %s',
    async (formula, expected) => {
      const usage = await metered(formula);
      const start = minuteOf(now()) - 10 * MINUTE;
      // Sent out of order: the latest is the one that happened last.
      await usage.send('4', { timestamp: start + 10 });
      await usage.send('3', { timestamp: start + 200 });
      await usage.send('5', { timestamp: start + 100 });
      await until(
        () => total(usage, start, start + 10 * MINUTE),
        (value) => value === expected,
        PATIENCE_MS,
      );
    },
    2 * PATIENCE_MS,
  );

  it(
    '.200 one minute alone, from its start to before its end',
    async () => {
      const usage = await metered();
      const start = minuteOf(now()) - 10 * MINUTE;
      await usage.send('1', { timestamp: start - 1 });
      await usage.send('20', { timestamp: start });
      await usage.send('300', { timestamp: start + 59 });
      await usage.send('4000', { timestamp: start + 60 });
      await until(
        () => total(usage, start - MINUTE, start + 2 * MINUTE),
        (value) => value === 4321,
        PATIENCE_MS,
      );
      expect(await total(usage, start, start + MINUTE)).toBe(320);
      expect(await total(usage, start + MINUTE, start + 2 * MINUTE)).toBe(4000);
      expect(await total(usage, start + 2 * MINUTE, start + 3 * MINUTE)).toBe(0);
    },
    2 * PATIENCE_MS,
  );

  it(
    '.200 by the hour, newest first',
    async () => {
      const usage = await metered();
      const hour = Math.floor(now() / HOUR) * HOUR - 4 * HOUR;
      await usage.send('1', { timestamp: hour + 5 });
      await usage.send('2', { timestamp: hour + 2 * HOUR });
      await usage.send('3', { timestamp: hour + 2 * HOUR + 5 });
      const range = { customer: usage.customer, start_time: hour, end_time: hour + 3 * HOUR };
      const { data } = await until(
        () =>
          stripe.billing.meters.listEventSummaries(usage.meter.id, {
            ...range,
            value_grouping_window: 'hour',
          }),
        (list) => list.data.reduce((sum, summary) => sum + summary.aggregated_value, 0) === 6,
        PATIENCE_MS,
      );
      const used = data.filter((summary) => summary.aggregated_value > 0);
      expect(used.map((summary) => [summary.start_time, summary.end_time, summary.aggregated_value])).toEqual(
        [
          [hour + 2 * HOUR, hour + 3 * HOUR, 5],
          [hour, hour + HOUR, 1],
        ],
      );
      expect(used[0]).toMatchObject({ object: 'billing.meter_event_summary', meter: usage.meter.id });
    },
    2 * PATIENCE_MS,
  );

  it(
    '.200 negative values take back',
    async () => {
      const usage = await metered();
      const start = minuteOf(now()) - 5 * MINUTE;
      await usage.send('10', { timestamp: start });
      await usage.send('-3', { timestamp: start });
      await until(
        () => total(usage, start, start + MINUTE),
        (value) => value === 7,
        PATIENCE_MS,
      );
    },
    2 * PATIENCE_MS,
  );

  it.each([
    ['a minute', 30, undefined],
    ['the hour', 30 * MINUTE, 'hour'],
    ['the day', HOUR, 'day'],
  ])('.400 not aligned with %s', async (_unit, offset, window) => {
    const { meter, customer } = await metered();
    const day = Math.floor(now() / DAY) * DAY;
    const call = stripe.billing.meters.listEventSummaries(meter.id, {
      customer,
      start_time: day - 2 * DAY + offset,
      end_time: day,
      ...(window && { value_grouping_window: window }),
    });
    expect(await refusal(call)).toMatchObject({ statusCode: 400, param: 'start_time' });
  });

  it('.404 for an unknown meter', async () => {
    const { customer } = await metered();
    const minute = minuteOf(now());
    const range = { customer, start_time: minute - MINUTE, end_time: minute };
    expect((await refusal(stripe.billing.meters.listEventSummaries('mtr_missing', range))).statusCode).toBe(
      404,
    );
  });
});

describe('meter_event_adjustments.create', () => {
  it(
    '.200 takes the event back',
    async () => {
      const usage = await metered();
      const identifier = unique('usage');
      const start = minuteOf(now()) - 5 * MINUTE;
      await usage.send('10', { timestamp: start });
      await usage.send('5', { timestamp: start, identifier });
      await until(
        () => total(usage, start, start + MINUTE),
        (value) => value === 15,
        PATIENCE_MS,
      );
      const adjustment = await stripe.billing.meterEventAdjustments.create({
        event_name: usage.meter.event_name,
        type: 'cancel',
        cancel: { identifier },
      });
      expect(adjustment).toMatchObject({ object: 'billing.meter_event_adjustment', cancel: { identifier } });
      await until(
        () => total(usage, start, start + MINUTE),
        (value) => value === 10,
        PATIENCE_MS,
      );
    },
    3 * PATIENCE_MS,
  );

  it('.400 for an event name without a meter', async () => {
    const call = stripe.billing.meterEventAdjustments.create({
      event_name: unique('unknown'),
      type: 'cancel',
      cancel: { identifier: 'x' },
    });
    expect((await refusal(call)).statusCode).toBe(400);
  });
});
