import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MeterDefinition } from '../../../catalogue/index.js';
import type { UsageFault } from '../../../../test/support/fake-usage-sink.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import type { CountedMeter } from '../meters/counted-meter.js';
import { planIntents } from './plan-intents.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const meter = (name: string, changed: Partial<MeterDefinition> = {}): MeterDefinition => ({
  name,
  displayName: name,
  eventName: name,
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: HOUR,
  ...changed,
});
const CALLS = meter('calls');
const LATEST = meter('latest', { metric: 'sum_of_units', aggregation: 'most_recent_in_period' });
const EVER = meter('ever', { metric: 'sum_of_units', aggregation: 'most_recent_ever' });

const START = new Date('2026-03-10T12:00:20Z');
const MARCH = { startsAt: new Date('2026-03-01T10:00:30Z'), endsAt: new Date('2026-04-01T10:00:30Z') };
/** No minute is whole in it. */
const SECONDS = { startsAt: START, endsAt: new Date(START.getTime() + 30_000) };
const COUNTED: CountedMeter = {
  definition: CALLS,
  provider: {
    name: 'calls',
    id: 'mtr_calls',
    eventName: 'calls',
    customerKey: 'customer',
    valueKey: 'value',
  },
};
const APRIL = { startsAt: MARCH.endsAt, endsAt: new Date('2026-05-01T10:00:30Z') };

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld([CALLS, LATEST, EVER], START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

const period = (name: string, { startsAt, endsAt } = MARCH, customerId = CUSTOMER): Promise<void> =>
  world.period({
    customerId,
    subscriptionId: SUBSCRIPTION,
    providerMeter: `mtr_${name}`,
    startsAt,
    endsAt,
  });
const calls = async (count: number, startedAt = world.clock.ms(), units = 0): Promise<void> => {
  await world.call(...Array.from({ length: count }, () => ({ startedAt, units })));
};
const told = (): number[] => world.sink.taken.map(({ event }) => Number(event.value));
const counted = (name = 'calls'): number =>
  world.sink.taken
    .filter(({ counts, event }) => counts && event.meter.name === name)
    .reduce((sum, { event }) => sum + Number(event.value), 0);

describe('a report', () => {
  it('tells what is new, once', async () => {
    await period('calls');
    await calls(3);
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    await calls(2);
    world.clock.advance(15 * MINUTE);
    await world.reporter.report();
    expect(told()).toEqual([3, 2]);
  });

  it('names each by meter, customer, period and number, in a minute of its own in the period', async () => {
    await period('calls');
    for (let n = 0; n < 3; n++) {
      await calls(1);
      await world.reporter.report();
    }
    const events = world.sink.taken.map(({ event }) => event);
    const start = MARCH.startsAt.getTime() / 1_000;
    expect(events.map(({ identifier }) => identifier)).toEqual(
      [1, 2, 3].map((n) => `usage:calls:${CUSTOMER}:${start}:${n}`),
    );
    expect(new Set(events.map(({ at }) => at.getTime())).size).toBe(3);
    expect(events.every(({ at }) => at >= MARCH.startsAt && at <= START && at.getTime() % MINUTE === 0)).toBe(
      true,
    );
  });

  it('tells late calls of a period that is over with a time in it', async () => {
    await period('calls');
    await period('calls', APRIL);
    world.clock.set(new Date('2026-04-01T10:10:00Z'));
    await calls(2, MARCH.endsAt.getTime() - 1);
    await calls(5);
    await world.reporter.report();
    const [march, april] = world.sink.taken.map(({ event }) => event);
    expect(march?.at.toISOString()).toBe('2026-04-01T09:59:00.000Z');
    expect(april?.at.toISOString()).toBe('2026-04-01T10:09:00.000Z');
    expect(told()).toEqual([2, 5]);
  });

  it('tells nothing of a period whose invoice is final: the reconciliation finds it late', async () => {
    await period('calls');
    await calls(3);
    await world.reporter.report();
    const { startsAt, endsAt } = MARCH;
    const lines = JSON.stringify([{ priceId: 'price_1', from: startsAt, to: endsAt }]);
    const hold = (finalAt: Date | null) =>
      world.client.query(
        `insert into invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after,
           next_attempt_at, ended_at, final_at)
         values ('in_1', $1, 'released', $2, $3, $3, $3, $3, $3, $4)
         on conflict (invoice_id) do update set final_at = excluded.final_at`,
        [CUSTOMER, lines, endsAt, finalAt],
      );
    world.clock.set(new Date(endsAt.getTime() + 2 * HOUR));
    await hold(null);
    await calls(1, startsAt.getTime() + HOUR);
    await world.reporter.report();
    expect(counted()).toBe(4);
    await hold(new Date(endsAt.getTime() + HOUR));
    await calls(2, startsAt.getTime() + HOUR);
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
    expect(counted()).toBe(4);
    world.clock.advance(2 * HOUR);
    await world.reporter.report();
    expect(await world.reconciliation.reconcile()).toMatchObject([
      { verdict: 'late', ledger: 6n, meterValue: 6n, told: 4n, stripe: 4n },
    ]);
    await world.client.query('truncate invoice_holds, usage_checks');
  });

  it('takes back what a most recent value has lost', async () => {
    await period('latest');
    await calls(1, START.getTime() - 2 * HOUR, 10);
    await world.reporter.report();
    await calls(1, START.getTime(), 4);
    await world.reporter.report();
    expect(told()).toEqual([10, -6]);
  });

  it('tells what is carried into a new period, though nobody called', async () => {
    await period('ever');
    await calls(1, START.getTime(), 7);
    await world.reporter.report();
    await period('ever', APRIL);
    world.clock.set(new Date('2026-04-02T00:00:00Z'));
    await world.reporter.report();
    expect(told()).toEqual([7, 7]);
  });

  it('tells many customers, each by itself', async () => {
    const customers = Array.from({ length: 30 }, (_, n) => `cus_${n}`);
    for (const customerId of customers) await period('calls', MARCH, customerId);
    await world.call(...customers.map((customerId) => ({ customerId, startedAt: START.getTime() })));
    expect(await world.reporter.report()).toMatchObject({ planned: 30, sent: 30 });
    expect(world.sink.taken.map(({ event }) => event.customerId).sort()).toEqual([...customers].sort());
  });
});

describe('when Stripe does not play along', () => {
  it.each<[string, UsageFault[]]>([
    ['is away', ['away', 'away']],
    ['asks to slow down', ['throttled']],
    ['is cut off before', ['lost before']],
    ['is cut off after it took it', ['lost after']],
  ])('%s: told later, counted once', async (_what, faults) => {
    await period('calls');
    await calls(3);
    world.sink.faults.push(...faults);
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 0, postponed: 1 });
    for (let n = 0; n < 3; n++) {
      world.clock.advance(20 * MINUTE);
      await world.reporter.resume();
    }
    expect(counted()).toBe(3);
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
  });

  it('for long: once it takes something, what waited for another try goes out with it', async () => {
    await period('calls');
    await calls(3);
    for (let attempt = 0; attempt < 6; attempt++) {
      world.sink.faults.push('away');
      await world.reporter.report();
      world.clock.advance(20 * MINUTE);
    }
    world.sink.faults.push('away');
    await world.reporter.resume();
    await period('calls', MARCH, 'cus_other');
    await world.call({ customerId: 'cus_other', startedAt: world.clock.ms() });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 2, postponed: 0 });
    expect(counted()).toBe(4);
  });

  it.each([
    ['it had arrived', 'lost after', 1],
    ['it had not', 'lost before', 1],
  ] as const)('for a week: %s, counted once', async (_what, fault, events) => {
    await period('calls');
    await calls(3);
    world.sink.faults.push(fault);
    await world.reporter.report();
    world.clock.advance(7 * DAY);
    await world.reporter.resume();
    expect(counted()).toBe(3);
    expect(world.sink.taken).toHaveLength(events);
  });

  it('and our clock jumps back in between: counted once', async () => {
    await period('calls');
    await calls(3);
    world.sink.faults.push('lost after');
    await world.reporter.report();
    // Two days later by Stripe's clock, an hour earlier by ours.
    world.sink.aheadMs = 2 * DAY + HOUR;
    world.clock.advance(-HOUR);
    await world.client.query(`update usage_intents set next_attempt_at = $1`, [world.clock.now()]);
    await world.reporter.resume();
    expect(counted()).toBe(3);
  });

  it('takes an event and rejects it later: told again under a new number, once its totals have settled', async () => {
    await period('calls');
    await calls(3);
    world.sink.faults.push('rejected later');
    await world.reporter.report();
    world.clock.advance(30 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 0, planned: 0 });
    world.clock.advance(31 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 1 });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect(counted()).toBe(3);
    expect(world.sink.taken.map(({ event }) => event.identifier.split(':').at(-1))).toEqual(['1', '2']);
  });

  it('rejects later one of several that share a minute: that one is told again', async () => {
    await period('calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    for (const count of [3, 4, 5]) {
      await calls(count, START.getTime());
      await world.reporter.report();
      if (count === 4) world.sink.faults.push('rejected later');
      // Before a change all of it is told at once.
      await planIntents(world.client, [COUNTED], world.clock.now(), 'past', CUSTOMER);
      await world.reporter.resume();
    }
    expect(counted()).toBe(8);
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 1, mismatched: 0 });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect([told(), counted()]).toEqual([[3, 4, 5, 4], 12]);
  });

  it('lags with its totals: nothing is told again', async () => {
    await period('calls');
    await calls(3);
    world.sink.lagMs = 50 * MINUTE;
    await world.reporter.report();
    for (let n = 0; n < 6; n++) {
      world.clock.advance(20 * MINUTE);
      await world.reporter.report();
    }
    expect(world.sink.taken).toHaveLength(1);
    const { rows } = await world.client.query('select state from usage_intents');
    expect(rows).toEqual([{ state: 'proven' }]);
  });

  it('refuses an event: it is kept, and told when it can be', async () => {
    await period('calls');
    await calls(3);
    world.sink.faults.push('refused');
    expect(await world.reporter.report()).toMatchObject({ sent: 0, refused: 1 });
    world.clock.advance(61 * MINUTE);
    await world.reporter.resume();
    expect(counted()).toBe(3);
  });
});

describe('what cannot be told', () => {
  it('usage of more than 35 days ago is an alert, and stays', async () => {
    await period('calls');
    await calls(3, MARCH.startsAt.getTime() + HOUR);
    world.clock.set(new Date(MARCH.endsAt.getTime() + 36 * DAY));
    const report = await world.reporter.report();
    expect(report).toMatchObject({ planned: 0, sent: 0 });
    expect(report?.untellable).toMatchObject([{ reason: 'older_than_35_days', difference: 3n }]);
    const { rows } = await world.client.query('select value, told from meter_usage');
    expect(rows).toEqual([{ value: '3', told: '0' }]);
  });

  it('so is what has more than 15 digits', async () => {
    await period('latest');
    await world.call({ startedAt: START.getTime(), units: 10 ** 15 });
    expect((await world.reporter.report())?.untellable).toMatchObject([{ reason: 'more_than_15_digits' }]);
    expect(world.sink.taken).toEqual([]);
  });
});

describe('periods', () => {
  it('one without a minute for each is told one by one: the next when the one before is proven', async () => {
    await period('calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    await calls(3, START.getTime());
    await world.reporter.report();
    await calls(4, START.getTime());
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect([told(), counted()]).toEqual([[3, 4], 7]);
  });

  it('one without a minute for each is not proven while something waits for what was told before it', async () => {
    await period('calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    await calls(3, START.getTime());
    await world.reporter.report();
    await calls(4, START.getTime());
    const prove = () => world.settlement.prove(CUSTOMER, SECONDS.endsAt);
    expect([await prove(), counted(), await prove(), counted()]).toEqual([false, 3, true, 7]);
  });

  it('one of seconds shares its moment', async () => {
    const short = { startsAt: new Date('2026-03-10T12:00:05Z'), endsAt: new Date('2026-03-10T12:00:15Z') };
    await period('calls', short);
    await calls(2, short.startsAt.getTime() + 1);
    await world.reporter.report();
    expect(world.sink.taken.map(({ event }) => event.at)).toEqual([short.startsAt]);
    expect(counted()).toBe(2);
  });

  it('one that has just begun is told in its first whole minute', async () => {
    const fresh = { startsAt: new Date('2026-03-10T12:00:10Z'), endsAt: MARCH.endsAt };
    await period('calls', fresh);
    await calls(1);
    await world.reporter.report();
    expect(world.sink.taken[0]?.event.at.toISOString()).toBe('2026-03-10T12:01:00.000Z');
  });
});

describe('several processes', () => {
  it('that report at once tell everything once', async () => {
    const sibling = await world.sibling();
    await period('calls');
    for (let round = 0; round < 5; round++) {
      await calls(2);
      world.clock.advance(MINUTE);
      await Promise.all([world.reporter.report(), sibling.reporter.report({ waitMs: 10_000 })]);
    }
    await sibling.stop();
    await world.reporter.report();
    expect(counted()).toBe(10);
  });
});

describe('a reconciliation', () => {
  const verdicts = async () =>
    (await world.reconciliation.reconcile())?.map(({ meter: name, verdict }) => [name, verdict]);

  it('finds all equal after a report', async () => {
    await period('calls');
    await calls(3);
    await world.reporter.report();
    expect(await world.reconciliation.reconcile()).toMatchObject([
      {
        customerId: CUSTOMER,
        meter: 'calls',
        ledger: 3n,
        meterValue: 3n,
        told: 3n,
        taken: 3n,
        stripe: 3n,
        verdict: 'equal',
      },
    ]);
    expect((await world.checks.latest(1))[0]).toMatchObject({ compared: 1, differences: [] });
  });

  it('says what is yet to be told, and what settles', async () => {
    await period('calls');
    await calls(3);
    expect(await verdicts()).toEqual([['calls', 'to_tell']]);
    world.sink.lagMs = 10 * MINUTE;
    await world.reporter.report();
    expect(await verdicts()).toEqual([['calls', 'settling']]);
  });

  it('finds a meter that shows something else than the calls come to', async () => {
    await period('calls');
    await calls(3);
    await world.reporter.report();
    await world.client.query('update meter_usage set value = 4, told = 4');
    expect(await verdicts()).toEqual([['calls', 'miscounted']]);
  });

  it('finds what Stripe lost', async () => {
    await period('calls');
    await calls(3);
    world.sink.faults.push('rejected later');
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    expect(await verdicts()).toEqual([['calls', 'missing']]);
  });

  it('finds what somebody else told; it is taken back when an operator says so, and not before', async () => {
    await period('calls');
    await calls(3);
    await world.reporter.report();
    const [own] = world.sink.taken;
    if (!own) throw new Error('nothing was told');
    await world.sink.send({
      ...own.event,
      identifier: 'by hand',
      value: 40n,
      at: new Date('2026-03-05T00:00:10Z'),
    });
    expect(await verdicts()).toEqual([['calls', 'excess']]);
    expect(counted()).toBe(43);
    expect(await world.adjustments.approve(CUSTOMER, 'calls', MARCH.startsAt)).toMatchObject({
      value: -40n,
      sent: 1,
    });
    expect(counted()).toBe(3);
    expect(await verdicts()).toEqual([['calls', 'equal']]);
    expect(await world.adjustments.approve(CUSTOMER, 'calls', MARCH.startsAt)).toBeUndefined();
    world.clock.advance(2 * HOUR);
    expect(await world.reporter.report()).toMatchObject({ lost: 0 });
    expect(counted()).toBe(3);
  });
});

describe('whatever goes wrong', () => {
  const fault = fc.constantFrom<UsageFault | undefined>(
    undefined,
    'away',
    'throttled',
    'lost before',
    'lost after',
    'rejected later',
  );
  const step = fc.record({
    calls: fc.nat(5),
    faults: fc.array(fault, { maxLength: 3 }),
    wait: fc.nat(3 * 24 * 60),
  });

  it('calls = meter = Stripe in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        await world.empty();
        await period('calls');
        let served = 0;
        for (const { calls: count, faults, wait } of steps) {
          if (count > 0) await calls(count, START.getTime());
          served += count;
          world.sink.faults.push(...faults.filter((each) => each !== undefined));
          await world.reporter.report();
          world.clock.advance(wait * MINUTE);
        }
        world.sink.faults.length = 0;
        for (let n = 0; n < 4; n++) {
          world.clock.advance(61 * MINUTE);
          await world.reporter.report();
        }
        expect(counted()).toBe(served);
      }),
      { numRuns: 25 },
    );
  });
});
