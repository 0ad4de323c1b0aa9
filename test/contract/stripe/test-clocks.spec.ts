import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  at,
  DAY,
  dateOf,
  HOUR,
  Simulation,
} from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

describe('testClocks', () => {
  it('.create.200, .retrieve.200, .list.200, .del.200 with everything on it', async () => {
    const frozen_time = at(2027, 5, 1);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time, name: 'May' });
    expect(clock).toMatchObject({
      object: 'test_helpers.test_clock',
      frozen_time,
      name: 'May',
      status: 'ready',
      livemode: false,
    });
    const customer = await stripe.customers.create({ test_clock: clock.id, expand: ['test_clock'] });
    expect(customer).toMatchObject({ created: frozen_time, test_clock: { id: clock.id, status: 'ready' } });
    expect((await stripe.testHelpers.testClocks.list({ limit: 1 })).data[0]?.id).toBe(clock.id);
    // Customers on test clocks are listed only by their clock.
    expect((await stripe.customers.list({ test_clock: clock.id })).data).toHaveLength(1);
    const others = (await stripe.customers.list({ limit: 100 })).data;
    expect(others.map(({ id }) => id)).not.toContain(customer.id);
    expect(await stripe.testHelpers.testClocks.del(clock.id)).toMatchObject({ id: clock.id, deleted: true });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
    const gone = await refusal(stripe.testHelpers.testClocks.retrieve(clock.id));
    expect(gone).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it('.advance.200 takes its time; .400 backwards', async () => {
    const frozen_time = at(2027, 5, 1);
    const { id } = await stripe.testHelpers.testClocks.create({ frozen_time });
    const answer = await stripe.testHelpers.testClocks.advance(id, { frozen_time: frozen_time + DAY });
    expect(answer).toMatchObject({
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: frozen_time + DAY } },
    });
    const back = await refusal(stripe.testHelpers.testClocks.advance(id, { frozen_time }));
    expect([400, 429]).toContain(back.statusCode);
    const unknown = await refusal(stripe.customers.create({ test_clock: 'clock_missing' }));
    expect(unknown).toMatchObject({ statusCode: 400, param: 'test_clock' });
  });

  it('.advance.400 more than two intervals of the shortest subscription, or two years without one', async () => {
    const start = at(2027, 1, 31);
    const sim = await Simulation.start(target, start);
    const advance = (frozen_time: number): Promise<Stripe.TestHelpers.TestClock> =>
      stripe.testHelpers.testClocks.advance(sim.clock, { frozen_time });
    expect((await refusal(advance(at(2029, 1, 31) + 1))).statusCode).toBe(400);
    const yearly = { recurring: { interval: 'year' as const } };
    await sim.subscribe([await sim.price({ unit_amount: 100, ...yearly })]);
    const monthly = await sim.subscribe([await sim.seat(100)]);
    expect((await refusal(advance(at(2027, 3, 31) + 1))).statusCode).toBe(400);
    await sim.advance(start + DAY);
    // Of one that has ended nothing is due.
    await stripe.subscriptions.cancel(monthly.id);
    expect((await refusal(advance(at(2029, 2, 1) + 1))).statusCode).toBe(400);
    expect(await advance(at(2029, 2, 1))).toMatchObject({ status: 'advancing' });
  });
});

describe('periods', () => {
  it.each([
    ['2027-01-31', ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31']],
    ['2027-01-30', ['2027-02-28', '2027-03-30', '2027-04-30']],
    ['2028-01-31', ['2028-02-29', '2028-03-31']],
    ['2027-12-29', ['2028-01-29', '2028-02-29', '2028-03-29']],
  ])('of months begun on %s', async (start, ends) => {
    const sim = await Simulation.start(target, Date.parse(start) / 1000 + 13 * HOUR);
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    for (const end of ends) {
      await sim.use(1);
      await sim.advance(Date.parse(end) / 1000 + 14 * HOUR);
    }
    const invoices = (await sim.invoices()).toReversed();
    expect(invoices.map(({ period_end }) => dateOf(period_end))).toEqual(ends);
    // What is used at the very start of a period is of that period, and no other.
    expect(invoices.map(({ total }) => total)).toEqual(ends.map(() => 100));
  });

  it('of a year begun on 29 February', async () => {
    const sim = await Simulation.start(target, at(2028, 2, 29));
    const yearly = await sim.price({ unit_amount: 100, recurring: { interval: 'year' } });
    const { id } = await sim.subscribe([yearly]);
    await sim.advance(at(2029, 2, 28));
    const [item] = (await stripe.subscriptions.retrieve(id)).items.data;
    expect([dateOf(item?.current_period_start ?? 0), dateOf(item?.current_period_end ?? 0)]).toEqual([
      '2029-02-28',
      '2030-02-28',
    ]);
  });

  it('of several months at one go, each with its own use and its own invoice', async () => {
    const sim = await Simulation.start(target, at(2027, 1, 1));
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    for (const month of [1, 2]) {
      await sim.use(month);
      await sim.advance(at(2027, month + 1, 1));
    }
    await sim.advance(at(2027, 5, 1) + HOUR);
    const invoices = (await sim.invoices()).toReversed();
    expect(invoices.map(({ total, created, status }) => [total, dateOf(created), status])).toEqual([
      [100, '2027-02-01', 'paid'],
      [200, '2027-03-01', 'paid'],
      [0, '2027-04-01', 'paid'],
      [0, '2027-05-01', 'paid'],
    ]);
    expect(invoices[2]?.status_transitions.paid_at).toBe(at(2027, 4, 1) + HOUR);
  });
});

describe('a customer’s own time', () => {
  it('announces the end of a trial three days ahead, once', async () => {
    const sim = await Simulation.start(target, at(2027, 1, 1));
    const { id } = await sim.subscribe([await sim.seat(1000)], { trial_period_days: 14 });
    const announced = async (): Promise<number> => {
      const { data } = await stripe.events.list({ type: 'customer.subscription.trial_will_end', limit: 100 });
      return data.filter((event) => (event.data.object as Stripe.Subscription).id === id).length;
    };
    expect(await sim.latest()).toMatchObject({
      total: 0,
      status: 'paid',
      billing_reason: 'subscription_create',
    });
    await sim.advance(at(2027, 1, 12) - 1);
    expect(await announced()).toBe(0);
    await sim.advance(at(2027, 1, 12));
    expect(await announced()).toBe(1);
    await sim.advance(at(2027, 1, 15) + HOUR);
    expect(await announced()).toBe(1);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await sim.latest()).toMatchObject({ total: 1000, status: 'paid' });
  });

  it('judges the times of meter events', async () => {
    const now = at(2031, 6, 1);
    const sim = await Simulation.start(target, now);
    await sim.use(1);
    await sim.use(1, now - 35 * DAY);
    await sim.use(1, now + 5 * 60);
    expect((await refusal(sim.use(1, now - 35 * DAY - 1))).statusCode).toBe(400);
    expect((await refusal(sim.use(1, now + 5 * 60 + 1))).statusCode).toBe(400);
  });

  it('does not move anybody else’s', async () => {
    const [early, late] = [
      await Simulation.start(target, at(2027, 1, 1)),
      await Simulation.start(target, at(2027, 1, 1)),
    ];
    for (const sim of [early, late]) await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await late.advance(at(2027, 3, 1));
    expect(await late.invoices()).toHaveLength(2);
    expect(await early.invoices()).toHaveLength(0);
  });
});
