import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CUSTOMER } from '../../../../test/support/metering-world.js';
import {
  APRIL,
  calls,
  counted,
  DAY,
  HOUR,
  MARCH,
  METERS,
  MINUTE,
  period,
  SECONDS,
  START,
  told,
} from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

describe('a report', () => {
  it('tells what is new, once', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    await calls(world, 2);
    world.clock.advance(15 * MINUTE);
    await world.reporter.report();
    expect(told(world)).toEqual([3, 2]);
  });

  it('names each by meter, customer, period and number, in a minute of its own in the period', async () => {
    await period(world, 'calls');
    for (let n = 0; n < 3; n++) {
      await calls(world, 1);
      await world.reporter.report();
    }
    const events = world.sink.taken.map(({ event }) => event);
    const start = MARCH.startsAt.getTime() / 1_000;
    expect(events.map(({ identifier }) => identifier)).toEqual(
      [1, 2, 3].map((n) => `usage:calls:${CUSTOMER}:${start}:${n}`),
    );
    expect(new Set(events.map(({ at }) => at.getTime())).size).toBe(3);
    expect(
      events.every(({ at }) => at >= MARCH.startsAt && at <= START && at.getTime() % MINUTE === MINUTE / 2),
    ).toBe(true);
  });

  it('tells late calls of a period that is over with a time in it', async () => {
    await period(world, 'calls');
    await period(world, 'calls', APRIL);
    world.clock.set(new Date('2026-04-01T10:10:00Z'));
    await calls(world, 2, MARCH.endsAt.getTime() - 1);
    await calls(world, 5);
    await world.reporter.report();
    const [march, april] = world.sink.taken.map(({ event }) => event);
    expect(march?.at.toISOString()).toBe('2026-04-01T09:59:30.000Z');
    expect(april?.at.toISOString()).toBe('2026-04-01T10:09:30.000Z');
    expect(told(world)).toEqual([2, 5]);
  });

  it('tells nothing of a period whose invoice is final: the reconciliation finds it late', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    const { startsAt, endsAt } = MARCH;
    const lines = JSON.stringify([{ priceId: 'price_1', from: startsAt, to: endsAt }]);
    const hold = (finalAt: Date | null) =>
      world.client.query(
        `insert into farebox.invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after,
           next_attempt_at, ended_at, final_at)
         values ('in_1', $1, 'released', $2, $3, $3, $3, $3, $3, $4)
         on conflict (invoice_id) do update set final_at = excluded.final_at`,
        [CUSTOMER, lines, endsAt, finalAt],
      );
    world.clock.set(new Date(endsAt.getTime() + 2 * HOUR));
    await hold(null);
    await calls(world, 1, startsAt.getTime() + HOUR);
    await world.reporter.report();
    expect(counted(world)).toBe(4);
    await hold(new Date(endsAt.getTime() + HOUR));
    await calls(world, 2, startsAt.getTime() + HOUR);
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
    expect(counted(world)).toBe(4);
    world.clock.advance(2 * HOUR);
    await world.reporter.report();
    expect(await world.reconciliation.reconcile()).toMatchObject([
      { verdict: 'late', ledger: 6n, meterValue: 6n, reported: 4n, stripe: 4n },
    ]);
    await world.client.query('truncate farebox.invoice_holds, farebox.usage_checks');
  });

  it('takes back what a most recent value has lost', async () => {
    await period(world, 'latest');
    await calls(world, 1, START.getTime() - 2 * HOUR, 10);
    await world.reporter.report();
    await calls(world, 1, START.getTime(), 4);
    await world.reporter.report();
    expect(told(world)).toEqual([10, -6]);
  });

  it('tells what is carried into a new period, though nobody called', async () => {
    await period(world, 'ever');
    await calls(world, 1, START.getTime(), 7);
    await world.reporter.report();
    await period(world, 'ever', APRIL);
    world.clock.set(new Date('2026-04-02T00:00:00Z'));
    await world.reporter.report();
    expect(told(world)).toEqual([7, 7]);
  });

  it('tells many customers, each by itself', async () => {
    const customers = Array.from({ length: 30 }, (_, n) => `cus_${n}`);
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    await world.call(...customers.map((customerId) => ({ customerId, startedAt: START.getTime() })));
    expect(await world.reporter.report()).toMatchObject({ planned: 30, sent: 30 });
    expect(world.sink.taken.map(({ event }) => event.customerId).sort()).toEqual([...customers].sort());
  });
});

describe('what cannot be told', () => {
  it('usage of more than 35 days ago is an alert, and stays', async () => {
    await period(world, 'calls');
    await calls(world, 3, MARCH.startsAt.getTime() + HOUR);
    world.clock.set(new Date(MARCH.endsAt.getTime() + 36 * DAY));
    const report = await world.reporter.report();
    expect(report).toMatchObject({ planned: 0, sent: 0 });
    expect(report?.unreportable).toMatchObject([{ reason: 'older_than_35_days', difference: 3n }]);
    const { rows } = await world.client.query('select value, told from farebox.meter_usage');
    expect(rows).toEqual([{ value: '3', told: '0' }]);
  });

  it('so is what has more than 15 digits', async () => {
    await period(world, 'latest');
    await world.call({ startedAt: START.getTime(), units: 10 ** 15 });
    expect((await world.reporter.report())?.unreportable).toMatchObject([{ reason: 'more_than_15_digits' }]);
    expect(world.sink.taken).toEqual([]);
  });
});

describe('periods', () => {
  it('one without a minute for each is told one by one: the next when the one before is proven', async () => {
    await period(world, 'calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    await calls(world, 3, START.getTime());
    await world.reporter.report();
    await calls(world, 4, START.getTime());
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 1 });
    expect([told(world), counted(world)]).toEqual([[3, 4], 7]);
  });

  it('one without a minute for each is not proven while something waits for what was told before it', async () => {
    await period(world, 'calls', SECONDS);
    world.clock.set(new Date(START.getTime() + HOUR));
    await calls(world, 3, START.getTime());
    await world.reporter.report();
    await calls(world, 4, START.getTime());
    const prove = () => world.settlement.prove(CUSTOMER, SECONDS.endsAt);
    expect([await prove(), counted(world), await prove(), counted(world)]).toEqual([false, 3, true, 7]);
  });

  it('one of seconds shares its moment', async () => {
    const short = { startsAt: new Date('2026-03-10T12:00:05Z'), endsAt: new Date('2026-03-10T12:00:15Z') };
    await period(world, 'calls', short);
    await calls(world, 2, short.startsAt.getTime() + 1);
    await world.reporter.report();
    expect(world.sink.taken.map(({ event }) => event.at)).toEqual([new Date('2026-03-10T12:00:14Z')]);
    expect(counted(world)).toBe(2);
  });

  it('one that has just begun is told at times that have passed, also by hand and time and again', async () => {
    const fresh = { startsAt: new Date('2026-03-10T12:00:10Z'), endsAt: MARCH.endsAt };
    await period(world, 'calls', fresh);
    // The subscription may be changed or ended at any moment: what counts later is billed at another price, or never.
    for (let report = 0; report < 10; report++) {
      await calls(world, 1);
      await world.reporter.report();
      for (const { event } of world.sink.taken) {
        expect(event.at.getTime()).toBeLessThan(world.clock.ms());
        expect(event.at.getTime()).toBeGreaterThanOrEqual(fresh.startsAt.getTime());
      }
      world.clock.advance(20_000);
    }
    world.clock.advance(2 * HOUR);
    await world.reporter.report();
    expect(counted(world)).toBe(10);
    expect((await world.reconciliation.reconcile())?.map(({ verdict }) => verdict)).toEqual(['equal']);
  });

  describe('one that a change of plan ends within its first minute', () => {
    const FRESH = { startsAt: new Date('2026-03-10T12:00:10Z'), endsAt: MARCH.endsAt };
    const CHANGED = new Date('2026-03-10T12:00:40Z');

    /** Reported as soon as it began, and then it is over. */
    async function endAfter(report: () => Promise<unknown>): Promise<void> {
      await period(world, 'calls', FRESH);
      await calls(world, 2);
      await report();
      await world.client.query('update farebox.usage_periods set ends_at = $1, counts_to = $1', [CHANGED]);
      await period(world, 'calls', { startsAt: CHANGED, endsAt: MARCH.endsAt });
      world.clock.set(new Date(CHANGED.getTime() + 5 * MINUTE));
      await calls(world, 3);
      await world.reporter.report();
      world.clock.advance(2 * HOUR);
    }
    const verdicts = async () => ((await world.reconciliation.reconcile()) ?? []).map((row) => row.verdict);

    it('is told at a time within it, at which its price applies', async () => {
      await endAfter(() => world.reporter.report());
      expect(world.sink.taken.map(({ event }) => event.at.toISOString())).toEqual([
        '2026-03-10T12:00:19.000Z',
        '2026-03-10T12:04:30.000Z',
      ]);
      expect(told(world)).toEqual([2, 3]);
      expect(await verdicts()).not.toContain('to_tell');
    });

    it('is no longer to be told when a former version told it at a time after it', async () => {
      await endAfter(async () => {
        await world.reporter.report();
        const later = new Date('2026-03-10T12:01:01.000Z');
        await world.client.query('update farebox.usage_intents set at = $1, own_minute = true', [later]);
        Object.assign(world.sink.taken[0]!.event, { at: later });
      });
      expect(await verdicts()).not.toContain('to_tell');
    });
  });
});

describe('several processes', () => {
  it('that report at once tell everything once', async () => {
    const sibling = await world.sibling();
    await period(world, 'calls');
    for (let round = 0; round < 5; round++) {
      await calls(world, 2);
      world.clock.advance(MINUTE);
      await Promise.all([world.reporter.report(), sibling.reporter.report({ waitMs: 10_000 })]);
    }
    await sibling.stop();
    await world.reporter.report();
    expect(counted(world)).toBe(10);
  });

  it('tells many customers in batches, and whoever changes a plan has a turn between two', async () => {
    const customers = Array.from({ length: 450 }, (_, n) => `cus_${n}`);
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    await world.call(...customers.map((customerId) => ({ customerId, startedAt: world.clock.ms() })));
    const seen: number[] = [];
    let settled: Promise<number> | undefined;
    const report = await world.reporter.report({
      onSent: (sent) => {
        seen.push(sent);
        // Before a change of plan, say.
        settled ??= world.settlement.settle('cus_0').then(() => world.sink.taken.length);
      },
    });
    expect(seen).toEqual([200, 400, 450]);
    expect(await settled).toBeLessThan(450);
    expect(counted(world)).toBe(450);
    expect(report?.planned).toBe(450);
  });
});
