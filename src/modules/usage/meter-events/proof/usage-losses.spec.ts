import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CUSTOMER } from '../../../../../test/support/metering-world.js';
import {
  calls,
  counted,
  DAY,
  HOUR,
  MARCH,
  METERS,
  MINUTE,
  ofCustomers,
  period,
  START,
} from '../../../../../test/support/usage-steps.js';
import { CANARY } from '../../../../../test/support/fake-usage-sink.js';
import { createUsageWorld, type UsageWorld } from '../../../../../test/support/usage-world.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

const OTHERS = ['cus_2', 'cus_3', 'cus_4'];

const callOf = (customerId: string): Promise<unknown> =>
  world.call({ customerId, startedAt: world.clock.ms() });

/** Reports every 15 minutes, as the application does, or less often. */
async function reports(
  forMs: number,
  before: () => Promise<unknown> = async () => undefined,
  everyMs = 15 * MINUTE,
): Promise<void> {
  for (let at = 0; at < forMs; at += everyMs) {
    await before();
    world.clock.advance(everyMs);
    await world.reporter.report({ prove: 'due' });
  }
}

const states = async (): Promise<Record<string, number>> => {
  const { rows } = await world.client.query<{ state: string; count: number }>(
    'select state, count(*)::int as count from farebox.usage_intents group by 1',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};
const metric = async (name: string): Promise<number> => {
  const text = await world.metrics.registry.getSingleMetricAsString(`farebox_${name}`);
  return Number(/^farebox_\w+ (\S+)$/m.exec(text)?.[1]);
};
const bySelf = (customerId: string): number =>
  ofCustomers(world)
    .filter(({ event, counts }) => counts && event.customerId === customerId)
    .reduce((sum, { event }) => sum + Number(event.value), 0);

describe('totals that are hidden for six hours', () => {
  it.each([
    ['of many customers', [CUSTOMER, ...OTHERS]],
    ['of a single customer', [CUSTOMER]],
  ])('%s: nothing is reported twice, and all is proven in the end', async (_what, customers) => {
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    const work = async () => {
      for (const customerId of customers) await callOf(customerId);
    };
    await reports(2 * HOUR, work);
    world.sink.lagMs = 7 * HOUR;
    await reports(6 * HOUR, work);
    const served = 32 * customers.length;
    expect(counted(world)).toBe(served);
    world.sink.lagMs = 0;
    await reports(14 * HOUR, undefined, HOUR);
    expect(counted(world)).toBe(served);
    expect(await states()).toEqual({ proven: 32 * customers.length });
    expect((await world.reconciliation.reconcile())?.map(({ verdict }) => verdict)).toEqual(
      customers.map(() => 'equal'),
    );
  });

  it('and one event of a customer is really lost: it is found, and reported again once', async () => {
    const customers = [CUSTOMER, ...OTHERS];
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    world.sink.lagMs = 7 * HOUR;
    await callOf(CUSTOMER);
    world.sink.faults.push('rejected later');
    await world.reporter.report({ prove: 'due' });
    await reports(6 * HOUR, () => callOf('cus_2'));
    expect(bySelf(CUSTOMER)).toBe(0);
    world.sink.lagMs = 0;
    await reports(14 * HOUR, undefined, HOUR);
    expect([bySelf(CUSTOMER), bySelf('cus_2'), counted(world)]).toEqual([1, 24, 25]);
    expect(await states()).toEqual({ lost: 1, proven: 25 });
  });

  it('and the only event of the only customer is really lost: a canary tells', async () => {
    await period(world, 'calls');
    world.sink.lagMs = 7 * HOUR;
    await calls(world, 3);
    world.sink.faults.push('rejected later');
    await reports(8 * HOUR);
    expect(await states()).toEqual({ sent: 1 });
    expect(world.sink.taken.some(({ event }) => event.customerId === CANARY && event.value === 1n)).toBe(
      true,
    );
    world.sink.lagMs = 0;
    await reports(14 * HOUR, undefined, HOUR);
    expect(counted(world)).toBe(3);
    expect(await states()).toEqual({ lost: 1, proven: 1 });
    // It is of no account, and in no comparison.
    expect((await world.reconciliation.reconcile())?.map((one) => one.customerId)).toEqual([CUSTOMER]);
  });

  it('for one customer alone: what others show says nothing within USAGE_SETTLING', async () => {
    for (const customerId of [CUSTOMER, 'cus_2']) await period(world, 'calls', MARCH, customerId);
    world.sink.lagOf.set(CUSTOMER, 100 * MINUTE);
    await callOf(CUSTOMER);
    await world.reporter.report();
    world.clock.advance(30 * MINUTE);
    await callOf('cus_2');
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ absent: 1, lost: 0, proven: 1 });
    world.clock.advance(30 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ proven: 1, lost: 0 });
    expect(await states()).toEqual({ proven: 2 });
  });
});

describe('evidence', () => {
  const takenAndRejected = async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('rejected later');
    // No canary arrives either.
    world.sink.lagOf.set(CANARY, 365 * DAY);
    await world.reporter.report();
    return ofCustomers(world)[0]?.event.identifier ?? '';
  };
  const report = (identifiers: string[], count: number, at = world.clock.ms()) =>
    world.rejected('evt_1', {
      providerMeter: 'mtr_calls',
      from: new Date(at - MINUTE),
      to: new Date(at + MINUTE),
      count,
      identifiers,
    });

  it('without any, what is absent waits, whatever time passes', async () => {
    await takenAndRejected();
    await reports(10 * DAY, undefined, DAY);
    expect(await states()).toEqual({ sent: 1 });
    expect(await metric('usage_events_absent')).toBe(1);
  });

  it.each([
    ['names it', (identifier: string) => report([identifier], 1)],
    ['counts one in its time', () => report([], 1)],
  ])('a report of Stripe that %s', async (_what, arrive) => {
    await arrive(await takenAndRejected());
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 1 });
  });

  it.each([
    ['names another', () => report(['usage:calls:cus_9:1:1'], 1)],
    ['is of another time', () => report([], 1, world.clock.ms() + 2 * HOUR)],
  ])('and none is one that %s', async (_what, arrive) => {
    await takenAndRejected();
    await arrive();
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 0, absent: 1 });
  });

  it('is no event that was sent before, and taken for sure only later', async () => {
    await period(world, 'calls');
    await period(world, 'calls', MARCH, 'cus_2');
    world.sink.lagOf.set(CANARY, 365 * DAY);
    await callOf('cus_2');
    world.sink.faults.push('lost after');
    await world.reporter.report();
    world.sink.lagOf.set(CUSTOMER, 5 * HOUR);
    await callOf(CUSTOMER);
    await world.client.query(`update farebox.usage_intents set next_attempt_at = $1`, [
      new Date(START.getTime() + 2 * HOUR),
    ]);
    world.sink.faults.push('away');
    await world.reporter.report();
    await world.client.query(`update farebox.usage_intents set next_attempt_at = $1 where customer_id = $2`, [
      world.clock.now(),
      CUSTOMER,
    ]);
    await world.reporter.resume();
    world.clock.advance(2 * HOUR);
    await world.reporter.resume();
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 0, absent: 1 });
  });
});

describe('more than five at once', () => {
  const customers = Array.from({ length: 7 }, (_, n) => `cus_${n + 1}`);
  beforeEach(async () => {
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    for (const customerId of customers) await callOf(customerId);
    world.sink.faults.push(...customers.slice(1).map(() => 'rejected later' as const));
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
    world.clock.advance(MINUTE);
  });

  it('are not believed to be lost: none is reported again, until an operator decides', async () => {
    expect(await world.reporter.report()).toMatchObject({ lost: 0, absent: 6, breaker: 6 });
    await reports(10 * DAY, undefined, DAY);
    expect(await metric('usage_breaker_open')).toBe(6);
    expect(counted(world)).toBe(1);
    const lost = await world.decisions.absent();
    expect(lost?.map(({ evidence }) => evidence)).toEqual(Array.from({ length: 6 }, () => 'later_event'));
    for (const { customerId, meter, startsAt } of lost ?? [])
      await world.decisions.resend(customerId, meter, startsAt);
    await reports(7 * HOUR, undefined, HOUR);
    expect(customers.map((customerId) => bySelf(customerId))).toEqual(customers.map(() => 1));
    expect(await metric('usage_breaker_open')).toBe(0);
  });

  it('are proven when the totals show them after all', async () => {
    await world.reporter.report();
    for (const taken of world.sink.taken) taken.counts = true;
    await reports(7 * HOUR, undefined, HOUR);
    expect(await states()).toEqual({ proven: 7 });
    expect(await metric('usage_breaker_open')).toBe(0);
  });
});

describe('what counted as lost', () => {
  const lose = async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('rejected later');
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
    world.clock.advance(MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 1 });
  };
  const comesBack = () => {
    const [first] = ofCustomers(world);
    if (first) first.counts = true;
  };

  it('and was reported again shows after all: an alarm, an excess, and taken back by a decision', async () => {
    await lose();
    await world.reporter.report();
    const before = await metric('usage_reported_twice_total');
    comesBack();
    await reports(14 * HOUR, undefined, HOUR);
    expect((await metric('usage_reported_twice_total')) - before).toBe(1);
    expect(counted(world)).toBe(6);
    expect((await world.reconciliation.reconcile())?.map(({ verdict }) => verdict)).toEqual(['excess']);
    await world.adjustments.approve(CUSTOMER, 'calls', MARCH.startsAt);
    expect(counted(world)).toBe(3);
    expect((await world.reconciliation.reconcile())?.map(({ verdict }) => verdict)).toEqual(['equal']);
  });

  it('and was not reported again yet counts as it did before', async () => {
    await lose();
    comesBack();
    await world.client.query(`update farebox.meter_usage set told = value`);
    await world.client.query(`update farebox.meter_usage set told = 0`);
    world.clock.advance(MINUTE);
    await world.client.query(`delete from farebox.usage_progress where name = 'proof'`);
    world.sink.faults.length = 0;
    // The look comes before the next report writes it down again.
    await world.pass.run('now');
    expect(await states()).toEqual({ proven: 1 });
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
    expect(counted(world)).toBe(3);
  });
});

describe('an operator waives', () => {
  it('what was cancelled at Stripe: it is not reported again, and not missing', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
    const [first] = ofCustomers(world);
    if (first) first.counts = false;
    await expect(world.decisions.resend(CUSTOMER, 'calls', MARCH.startsAt)).rejects.toThrow(/nothing/i);
    expect(await world.decisions.waive(CUSTOMER, 'calls', MARCH.startsAt)).toEqual({ events: 1, units: 3n });
    await calls(world, 2);
    await reports(14 * HOUR, undefined, HOUR);
    expect(counted(world)).toBe(2);
    expect(await world.reconciliation.reconcile()).toMatchObject([
      { verdict: 'equal', ledger: 5n, reported: 5n, taken: 2n, waived: 3n, stripe: 2n },
    ]);
  });

  it('what was sent within 24 hours, by cancelling it; nothing older', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    world.clock.advance(25 * HOUR);
    await calls(world, 2);
    await world.reporter.report();
    const waive = () => world.decisions.waive(CUSTOMER, 'calls', MARCH.startsAt, { cancel: true });
    expect(await waive()).toEqual({ events: 1, units: 2n });
    expect(counted(world)).toBe(3);
    await expect(waive()).rejects.toThrow(/24 hours/);
    await expect(world.decisions.waive(CUSTOMER, 'calls', MARCH.startsAt)).rejects.toThrow(
      /include everything/,
    );
  });
});
