import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { at, HOUR, Simulation } from './support/billing-target.js';
import { TwinProcess } from './support/twin-process.js';

const HOUR_MS = HOUR * 1000;
const MINUTE = 60;
const START = at(2027, 1, 1);
const MIDDLE = at(2027, 1, 16);
const END = at(2027, 2, 1);

let twin: TwinProcess;
let stripe: Stripe;
let customers: string[];

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
  await travel(0);
  for (const event_name of ['calls', 'bytes']) {
    await stripe.billing.meters.create({
      display_name: event_name,
      event_name,
      default_aggregation: { formula: 'sum' },
    });
  }
  customers = [];
  for (const name of ['Slow', 'Quick']) customers.push((await stripe.customers.create({ name })).id);
});
afterAll(() => twin.close());

const travel = (clockOffsetMs: number): Promise<unknown> => twin.command('settings', { clockOffsetMs });
const lag = (rule: object): Promise<unknown> => twin.command('meter-lag', rule);

/** One unit of each customer on each meter. */
async function useAll(): Promise<void> {
  for (const customer of customers) {
    for (const event_name of ['calls', 'bytes']) {
      await stripe.billing.meterEvents.create({
        event_name,
        payload: { stripe_customer_id: customer, value: '1' },
      });
    }
  }
}

/** What each customer's summaries show on each meter: the slow one's calls and bytes, then the quick one's. */
async function shown(): Promise<number[]> {
  const meters = (await stripe.billing.meters.list()).data.toReversed();
  const minute = Math.floor(Date.now() / 1000 / MINUTE) * MINUTE;
  const range = { start_time: minute - HOUR, end_time: minute + 24 * HOUR };
  const totals: number[] = [];
  for (const customer of customers) {
    for (const { id } of meters) {
      const { data } = await stripe.billing.meters.listEventSummaries(id, { ...range, customer });
      totals.push(data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0));
    }
  }
  return totals;
}

it('one meter of one customer lags for hours, and nothing else', async () => {
  await lag({ event_name: 'calls', customer: customers[0], lagMs: 3 * HOUR_MS });
  await useAll();
  expect(await shown()).toEqual([0, 1, 1, 1]);
  await travel(3 * HOUR_MS - 60_000);
  expect(await shown()).toEqual([0, 1, 1, 1]);
  await travel(3 * HOUR_MS);
  expect(await shown()).toEqual([1, 1, 1, 1]);
});

it('the most specific rule counts: meter and customer, the customer, the meter, the setting', async () => {
  await twin.command('settings', { summaryLagMs: 4 * HOUR_MS });
  await lag({ event_name: 'bytes', lagMs: 3 * HOUR_MS });
  await lag({ customer: customers[0], lagMs: 2 * HOUR_MS });
  await lag({ event_name: 'calls', customer: customers[0], lagMs: HOUR_MS });
  await useAll();
  const byHour: number[][] = [];
  for (let hour = 1; hour <= 4; hour++) {
    await travel(hour * HOUR_MS);
    byHour.push(await shown());
  }
  expect(byHour).toEqual([
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 0, 1],
    [1, 1, 1, 1],
  ]);
});

it('a rule outlives a hard kill, is taken back with null, and by a reset', async () => {
  await lag({ lagMs: HOUR_MS });
  await lag({ event_name: 'calls', lagMs: HOUR_MS });
  await useAll();
  await twin.restart();
  stripe = twin.client();
  expect(await twin.look('meter-lag')).toEqual([{ lagMs: HOUR_MS }, { event_name: 'calls', lagMs: HOUR_MS }]);
  expect(await shown()).toEqual([0, 0, 0, 0]);
  await lag({ lagMs: null });
  expect(await shown()).toEqual([0, 1, 0, 1]);
  await twin.command('reset');
  expect(await twin.look('meter-lag')).toEqual([]);
});

it('refuses a rule without a lag', async () => {
  await expect(lag({ customer: customers[0] })).rejects.toThrow('400');
  await expect(lag({ meter: 'calls', lagMs: 1 })).rejects.toThrow('400');
});

it('passes on the customer’s test clock too', async () => {
  const sim = await Simulation.start({ stripe }, START);
  await lag({ event_name: sim.meter.event_name, lagMs: 3 * HOUR_MS });
  await sim.use(5);
  const range = { customer: sim.customer, start_time: START, end_time: END };
  const total = async (): Promise<number | undefined> =>
    (await stripe.billing.meters.listEventSummaries(sim.meter.id, range)).data[0]?.aggregated_value;
  await sim.advance(START + 2 * HOUR);
  expect(await total()).toBeUndefined();
  await sim.advance(START + 3 * HOUR);
  expect(await total()).toBe(5);
});

it.each([
  [false, 5, 7],
  [true, 2, 3],
])(
  'with countOnlyVisible %s, a change bills %s and the last invoice %s',
  async (countOnlyVisible, atChange, atEnd) => {
    const sim = await Simulation.start({ stripe }, START);
    await twin.command('settings', { countOnlyVisible });
    await lag({ customer: sim.customer, lagMs: 2 * HOUR_MS });
    const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 100 })];
    const { id, items } = await sim.subscribe([old]);
    await sim.advance(MIDDLE - 2 * HOUR);
    await sim.use(2);
    await sim.advance(MIDDLE - 60);
    await sim.use(3);
    await sim.advance(MIDDLE);
    await stripe.subscriptions.update(id, { items: [{ id: items.data[0]?.id ?? '', price: other.id }] });
    const pending = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
    expect(pending.data.map(({ quantity }) => quantity)).toEqual([atChange]);
    await sim.advance(END - 3 * HOUR);
    await sim.use(3);
    await sim.advance(END - HOUR + 60);
    await sim.use(4);
    const preview = await stripe.invoices.createPreview({ subscription: id });
    expect(preview.lines.data.map(({ quantity }) => quantity)).toEqual(
      countOnlyVisible ? [atChange, 3] : [atChange, 7],
    );
    // The draft is final an hour after the end, when the last event has not been visible yet.
    await sim.advance(END + HOUR);
    const final = await sim.latest();
    expect(final.status).not.toBe('draft');
    expect(final.lines.data.map(({ quantity }) => quantity)).toEqual([atChange, atEnd]);
  },
);
