import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UsageFault } from '../../../../../test/support/fake-usage-sink.js';
import { CUSTOMER } from '../../../../../test/support/metering-world.js';
import {
  calls,
  COUNTED,
  counted,
  DAY,
  HOUR,
  MARCH,
  METERS,
  MINUTE,
  ofCustomers,
  period,
  SECONDS,
  START,
  told,
} from '../../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../../test/support/usage-world.js';
import { planIntents } from './plan-intents.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

describe('when Stripe does not play along', () => {
  it.each<[string, UsageFault[]]>([
    ['is away', ['away', 'away']],
    ['asks to slow down', ['throttled']],
    ['is cut off before', ['lost before']],
    ['is cut off after it took it', ['lost after']],
  ])('%s: told later, counted once', async (_what, faults) => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push(...faults);
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 0, postponed: 1 });
    for (let n = 0; n < 3; n++) {
      world.clock.advance(20 * MINUTE);
      await world.reporter.resume();
    }
    expect(counted(world)).toBe(3);
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
  });

  it('for long: once it takes something, what waited for another try goes out with it', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    for (let attempt = 0; attempt < 6; attempt++) {
      world.sink.faults.push('away');
      await world.reporter.report();
      world.clock.advance(20 * MINUTE);
    }
    world.sink.faults.push('away');
    await world.reporter.resume();
    await period(world, 'calls', MARCH, 'cus_other');
    await world.call({ customerId: 'cus_other', startedAt: world.clock.ms() });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 2, postponed: 0 });
    expect(counted(world)).toBe(4);
  });

  it.each([
    ['it had arrived', 'lost after', 1],
    ['it had not', 'lost before', 1],
  ] as const)('for a week: %s, counted once', async (_what, fault, events) => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push(fault);
    await world.reporter.report();
    world.clock.advance(7 * DAY);
    await world.reporter.resume();
    // Where the totals do not show it, they have to come past its time first: a canary tells.
    world.clock.advance(20 * MINUTE);
    await world.reporter.resume();
    expect(counted(world)).toBe(3);
    expect(ofCustomers(world)).toHaveLength(events);
  });

  it('and our clock jumps back in between: counted once', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('lost after');
    await world.reporter.report();
    // Two days later by Stripe's clock, an hour earlier by ours.
    world.sink.aheadMs = 2 * DAY + HOUR;
    world.clock.advance(-HOUR);
    await world.client.query(`update farebox.usage_intents set next_attempt_at = $1`, [world.clock.now()]);
    await world.reporter.resume();
    expect(counted(world)).toBe(3);
  });

  it('takes an event and rejects it later: told again under a new number, once there is evidence', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('rejected later');
    await world.reporter.report();
    world.clock.advance(30 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 0, absent: 0, planned: 0 });
    world.clock.advance(31 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 0, absent: 1 });
    world.clock.advance(MINUTE);
    expect(await world.reporter.report()).toMatchObject({ lost: 1, absent: 0, planned: 0 });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect(counted(world)).toBe(3);
    expect(ofCustomers(world).map(({ event }) => event.identifier.split(':').at(-1))).toEqual(['1', '2']);
  });

  it('rejects later one of several that share a minute: that one is told again', async () => {
    await period(world, 'calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    for (const count of [3, 4, 5]) {
      await calls(world, count, START.getTime());
      await world.reporter.report();
      if (count === 4) world.sink.faults.push('rejected later');
      // Before a change all of it is told at once.
      await planIntents(world.client, [COUNTED], world.clock.now(), 'past', CUSTOMER);
      await world.reporter.resume();
    }
    expect(counted(world)).toBe(8);
    world.clock.advance(61 * MINUTE);
    expect(await world.reporter.report()).toMatchObject({ absent: 1, mismatched: 0, proven: 2 });
    expect(await world.reporter.report()).toMatchObject({ lost: 1, mismatched: 0 });
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect([told(world), counted(world)]).toEqual([[3, 4, 5, 4], 12]);
  });

  it('lags with its totals: nothing is told again', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.lagMs = 50 * MINUTE;
    await world.reporter.report();
    for (let n = 0; n < 6; n++) {
      world.clock.advance(20 * MINUTE);
      await world.reporter.report();
    }
    expect(world.sink.taken).toHaveLength(1);
    const { rows } = await world.client.query('select state from farebox.usage_intents');
    expect(rows).toEqual([{ state: 'proven' }]);
  });

  it('refuses an event: it is kept, and told when it can be', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('refused');
    expect(await world.reporter.report()).toMatchObject({ sent: 0, refused: 1 });
    world.clock.advance(61 * MINUTE);
    await world.reporter.resume();
    expect(counted(world)).toBe(3);
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
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        await world.empty();
        await period(world, 'calls');
        let served = 0;
        for (const { calls: count, faults, wait } of steps) {
          if (count > 0) await calls(world, count, START.getTime());
          served += count;
          world.sink.faults.push(...faults.filter((each) => each !== undefined));
          await world.reporter.report();
          world.clock.advance(wait * MINUTE);
        }
        world.sink.faults.length = 0;
        for (let n = 0; n < 8; n++) {
          world.clock.advance(61 * MINUTE);
          const report = await world.reporter.report();
          // So many at once are not believed: an operator decides.
          if (report?.breaker) await world.decisions.resend(CUSTOMER, 'calls', MARCH.startsAt);
        }
        expect(counted(world)).toBe(served);
      }),
      { numRuns: 8 },
    );
  });
});
