import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, DAY, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { answered, playing, readings } from './questions.js';
import {
  openTarget,
  refusal,
  unique,
  until,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

const MINUTE = 60;
const START = at(2027, 1, 1);
const MIDDLE = at(2027, 1, 16);
const END = at(2027, 2, 1);
/** Stripe promises no bound for how far its totals are behind. */
const PATIENCE_MS = 300_000;
const now = (): number => Math.floor(Date.now() / 1000);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterEach(() =>
  playing(target, {
    usageByArrival: false,
    summaryEndInclusive: false,
    deletedCustomerEvents: 'refuse',
    deletedCustomerSummaries: 'refuse',
  }),
);
afterAll(() => target.close());

/** What the meter's summaries come to. */
async function total(meter: string, customer: string, start: number, end: number): Promise<number> {
  const range = { customer, start_time: start, end_time: end };
  const { data } = await stripe.billing.meters.listEventSummaries(meter, range);
  return data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
}

const shown = (sim: Simulation, value: number): Promise<number> =>
  until(
    () => total(sim.meter.id, sim.customer, START, END + DAY),
    (sum) => sum === value,
    PATIENCE_MS,
  );

/** How many units of each price all invoices have. */
async function invoiced(sim: Simulation, prices: readonly Stripe.Price[]): Promise<number[]> {
  const lines = (await sim.invoices()).flatMap((invoice) => invoice.lines.data);
  return prices.map(({ id }) =>
    lines
      .filter((line) => line.pricing?.price_details?.price === id)
      .reduce((sum, line) => sum + (line.quantity ?? 0), 0),
  );
}

/** 5 units in time at the former price, 2 at the new one, and 70 late ones. */
const WHERE = new Map([
  ['75,2', 'at the former price'],
  ['5,72', 'at the new price'],
  ['5,2', 'on no invoice'],
]);

describe('usage reported after a change of price, of a time before it', () => {
  it.each(readings({ usageByArrival: false }, { usageByArrival: true }))(
    'is on at most one invoice, and what was in time is where it belongs %j',
    async (reading) => {
      await playing(target, reading);
      const sim = await Simulation.start(target, START);
      const prices = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })] as const;
      const { id, items } = await sim.subscribe([prices[0]]);
      await sim.advance(MIDDLE - HOUR);
      await sim.use(5);
      await shown(sim, 5);
      await sim.advance(MIDDLE);
      const item = { id: items.data[0]?.id ?? '', price: prices[1].id };
      await stripe.subscriptions.update(id, { items: [item] });
      await sim.advance(MIDDLE + HOUR);
      await sim.use(70, MIDDLE - HOUR / 2);
      await sim.use(2);
      await shown(sim, 77);
      await sim.advance(END + 3 * HOUR);
      const [before = 0, after = 0] = await invoiced(sim, prices);
      const where =
        WHERE.get(`${before},${after}`) ?? `${before} at the former price, ${after} at the new one`;
      answered(
        target,
        'where is usage that is reported after a change of price, of a time before it?',
        where,
      );
      expect([...WHERE.values()]).toContain(where);
      if (!target.live) {
        expect(where).toBe(
          'usageByArrival' in reading && reading.usageByArrival ? 'at the new price' : 'on no invoice',
        );
      }
    },
    4 * PATIENCE_MS,
  );
});

it(
  'an event of the second at which a period ends is on one invoice',
  async () => {
    const sim = await Simulation.start(target, START);
    const price = await sim.price({ unit_amount: 100 });
    await sim.subscribe([price]);
    await sim.advance(END - MINUTE);
    await sim.use(1, END - 1);
    await sim.use(20, END);
    await shown(sim, 21);
    await sim.advance(END + 3 * HOUR);
    const [ended = 0] = await invoiced(sim, [price]);
    expect([1, 21]).toContain(ended);
    const which = answered(target, 'of which period is its last second?', ended === 21 ? 'former' : 'next');
    if (!target.live) expect(which).toBe('next');
    await sim.advance(at(2027, 3, 1) + 3 * HOUR);
    expect(await invoiced(sim, [price])).toEqual([21]);
  },
  3 * PATIENCE_MS,
);

it.each(readings({ summaryEndInclusive: false }, { summaryEndInclusive: true }))(
  'an event in the middle of its minute is in the summary of that minute alone, one at its edge maybe in two %j',
  async (reading) => {
    await playing(target, reading);
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: unique('calls'),
      default_aggregation: { formula: 'sum' },
    });
    const { id } = await stripe.customers.create({ name: 'Edges' });
    const start = Math.floor(now() / MINUTE) * MINUTE - 10 * MINUTE;
    for (const [offset, value] of [
      [0, '1'],
      [30, '20'],
      [60, '300'],
      [90, '4000'],
    ] as const) {
      await stripe.billing.meterEvents.create({
        event_name: meter.event_name,
        timestamp: start + offset,
        payload: { stripe_customer_id: id, value },
      });
    }
    const minutes = (from: number, to: number): Promise<number> =>
      total(meter.id, id, start + from * MINUTE, start + to * MINUTE);
    await until(
      () => minutes(-1, 5),
      (sum) => sum === 4321,
      PATIENCE_MS,
    );
    const [former, first, second] = [await minutes(-1, 0), await minutes(0, 1), await minutes(1, 2)];
    expect([0, 1]).toContain(former);
    expect([21, 321]).toContain(first);
    expect(second).toBe(4300);
    const both = answered(target, 'is an event at `end_time` in the summary?', first === 321);
    expect(former === 1).toBe(both);
    if (!target.live) expect(both).toBe('summaryEndInclusive' in reading && reading.summaryEndInclusive);
  },
  2 * PATIENCE_MS,
);

describe('a refused timestamp', () => {
  it.each([
    ['too old', -36 * DAY, /past/],
    ['too far ahead', 10 * MINUTE, /future/],
  ])('that is %s is refused for it', async (what, offset, word) => {
    const sim = await Simulation.start(target, START);
    const { statusCode, message, code, param } = await refusal(sim.use(1, START + offset));
    expect(statusCode).toBe(400);
    answered(target, `what does a timestamp ${what} say?`, { message, code, param });
    if (target.live) return;
    expect([code, param]).toEqual([undefined, undefined]);
    expect(message).toMatch(word);
    if (offset < 0) {
      expect(message).toBe(
        `The event timestamp cannot be more than 35 days in past. Expected a timestamp greater than or equal to ${START - 35 * DAY}.`,
      );
    }
  });
});

describe('a deleted customer', () => {
  it.each(
    readings(
      { deletedCustomerSummaries: 'refuse' as const, deletedCustomerEvents: 'refuse' as const },
      { deletedCustomerSummaries: 'answer' as const, deletedCustomerEvents: 'reject_later' as const },
    ),
  )(
    'has summaries or none, and usage is refused or rejected later %j',
    async (reading) => {
      await playing(target, reading);
      const meter = await stripe.billing.meters.create({
        display_name: 'Calls',
        event_name: unique('calls'),
        default_aggregation: { formula: 'sum' },
      });
      const { id } = await stripe.customers.create({ name: 'Gone' });
      const send = (value: string): Promise<Stripe.Billing.MeterEvent> =>
        stripe.billing.meterEvents.create({
          event_name: meter.event_name,
          payload: { stripe_customer_id: id, value },
        });
      await send('5');
      const minute = Math.floor(now() / MINUTE) * MINUTE;
      const sum = (): Promise<number> => total(meter.id, id, minute - 10 * MINUTE, minute + 10 * MINUTE);
      await until(sum, (value) => value === 5, PATIENCE_MS);
      await stripe.customers.del(id);
      const outcome = (call: Promise<unknown>): Promise<unknown> =>
        call.then(
          (answer) => (typeof answer === 'number' ? answer : 'accepted'),
          ({ statusCode, code, message }: Stripe.errors.StripeError) => ({ statusCode, code, message }),
        );
      const summaries = answered(target, 'what are summaries of a deleted customer?', await outcome(sum()));
      const event = answered(target, 'what is an event of a deleted customer?', await outcome(send('1')));
      if (!target.live) {
        const refused = expect.objectContaining({ statusCode: 400, code: 'resource_missing' });
        const answers =
          'deletedCustomerSummaries' in reading && reading.deletedCustomerSummaries === 'answer';
        expect(summaries).toEqual(answers ? 5 : refused);
        expect(event).toEqual(answers ? 'accepted' : refused);
      }
    },
    2 * PATIENCE_MS,
  );
});

it(
  'on a meter with an event_time_window a later event of the hour takes the place of the earlier one',
  async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: unique('calls'),
      default_aggregation: { formula: 'sum' },
      event_time_window: 'hour',
    });
    expect(meter.event_time_window).toBe('hour');
    const { id } = await stripe.customers.create({ name: 'By the hour' });
    const hour = Math.floor(now() / HOUR) * HOUR - 3 * HOUR;
    for (const [timestamp, value] of [
      [hour + 40 * MINUTE, '4'],
      [hour + 20 * MINUTE, '30'],
      [hour + HOUR, '500'],
    ] as const) {
      await stripe.billing.meterEvents.create({
        event_name: meter.event_name,
        timestamp,
        payload: { stripe_customer_id: id, value },
      });
    }
    const sum = await until(
      () => total(meter.id, id, hour, hour + 2 * HOUR),
      (value) => value >= 500,
      PATIENCE_MS,
    );
    const counts = { 504: 'the latest timestamp', 530: 'the latest received', 534: 'all' }[sum];
    answered(target, 'which event of an event_time_window counts?', counts ?? sum);
    expect([504, 530, 534]).toContain(sum);
    if (target.live) return;
    expect(sum).toBe(530);
    // A range that ends within the hour: the event that counts there is behind its end.
    expect(await total(meter.id, id, hour + 30 * MINUTE, hour + HOUR)).toBe(0);
  },
  2 * PATIENCE_MS,
);
