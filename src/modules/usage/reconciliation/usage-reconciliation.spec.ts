import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/processes.js';
import { CUSTOMER } from '../../../../test/support/metering-world.js';
import {
  calls,
  counted,
  HOUR,
  MARCH,
  METERS,
  MINUTE,
  period,
  START,
} from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

describe('a reconciliation', () => {
  const verdicts = async () =>
    (await world.reconciliation.reconcile())?.map(({ meter: name, verdict }) => [name, verdict]);

  it('finds all equal after a report', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    expect(await world.reconciliation.reconcile()).toMatchObject([
      {
        customerId: CUSTOMER,
        meter: 'calls',
        ledger: 3n,
        meterValue: 3n,
        reported: 3n,
        taken: 3n,
        stripe: 3n,
        verdict: 'equal',
      },
    ]);
    expect((await world.checks.latest(1))[0]).toMatchObject({ compared: 1, differences: [] });
  });

  it('says what is yet to be told, and what settles', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    expect(await verdicts()).toEqual([['calls', 'to_tell']]);
    world.sink.lagMs = 10 * MINUTE;
    await world.reporter.report();
    expect(await verdicts()).toEqual([['calls', 'settling']]);
  });

  it('finds a meter that shows something else than the calls come to', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.reporter.report();
    await world.client.query('update farebox.meter_usage set value = 4, told = 4');
    expect(await verdicts()).toEqual([['calls', 'miscounted']]);
  });

  it('finds what Stripe lost', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.faults.push('rejected later');
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    expect(await verdicts()).toEqual([['calls', 'missing']]);
  });

  it('of many takes turns: others report meanwhile, and the books are those of one moment', async () => {
    const customers = Array.from({ length: 101 }, (_, n) => `cus_${n + 100}`);
    for (const customerId of customers) await period(world, 'calls', MARCH, customerId);
    const callOnce = () =>
      world.call(...customers.map((customerId) => ({ customerId, startedAt: world.clock.ms() })));
    await callOnce();
    await world.reporter.report();
    await callOnce();
    let reported: Promise<unknown> | undefined;
    const order: string[] = [];
    const compared = await world.reconciliation.reconcile({}, 0, (done) => {
      order.push(`compared ${done}`);
      if (done === 1)
        reported = world.reporter.report({ waitMs: 10_000, prove: 'due' }).then(() => order.push('reported'));
    });
    await reported;
    expect(order.indexOf('reported')).toBeLessThan(order.indexOf('compared 101'));
    expect(compared?.map((books) => books.customerId)).toEqual(customers);
    expect(compared?.at(-1)).toMatchObject({
      ledger: 2n,
      reported: 1n,
      taken: 1n,
      stripe: 1n,
      verdict: 'to_tell',
    });
    expect(await verdicts()).toEqual(customers.map(() => ['calls', 'equal']));
  });

  it('of all is made by one process, of a customer by any', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    await world.client.query(`select pg_advisory_lock(17986, hashtext('usage reconciliation'))`);
    expect(await world.reconciliation.reconcile()).toBeUndefined();
    expect(await world.reconciliation.reconcile({ customerId: CUSTOMER })).toMatchObject([
      { verdict: 'to_tell' },
    ]);
    await world.client.query('select pg_advisory_unlock_all()');
  });

  it('holds nobody up while calls are counted anew, and a process that ends gives it up', async () => {
    const own = await createUsageWorld(METERS, START);
    try {
      await period(own, 'calls');
      await calls(own, 3);
      // Of those who report nobody reads it.
      await own.client.query('begin; lock table late_bills');
      const reconciled = own.reconciliation.reconcile();
      await until(async () => {
        const { rows } = await own.client.query(
          `select 1 from pg_locks l join pg_database d on d.oid = l.database
           where not granted and relation = 'farebox.late_bills'::regclass and datname = current_database()`,
        );
        return rows.length > 0;
      });
      expect(await own.reporter.report()).toMatchObject({ sent: 1 });
      await own.shutdown.run();
      expect(await reconciled).toBeUndefined();
      expect(await own.checks.latest(1)).toEqual([]);
      await own.client.query('rollback');
    } finally {
      await own.stop();
    }
  });

  it('finds what somebody else told; it is taken back when an operator says so, and not before', async () => {
    await period(world, 'calls');
    await calls(world, 3);
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
    expect(counted(world)).toBe(43);
    expect(await world.adjustments.approve(CUSTOMER, 'calls', MARCH.startsAt)).toMatchObject({
      value: -40n,
      sent: 1,
    });
    expect(counted(world)).toBe(3);
    expect(await verdicts()).toEqual([['calls', 'equal']]);
    expect(await world.adjustments.approve(CUSTOMER, 'calls', MARCH.startsAt)).toBeUndefined();
    world.clock.advance(2 * HOUR);
    expect(await world.reporter.report()).toMatchObject({ lost: 0 });
    expect(counted(world)).toBe(3);
  });

  it('what cannot be compared is unknown, and holds nobody else up; a deleted customer is gone', async () => {
    for (const customerId of ['cus_1', 'cus_2', 'cus_3']) {
      await period(world, 'calls', MARCH, customerId);
      await world.call({ customerId, startedAt: world.clock.ms() });
    }
    await world.reporter.report();
    world.clock.advance(61 * MINUTE);
    world.sink.gone.add('cus_1');
    world.sink.unanswered.add('cus_2');
    expect(await world.reporter.report()).toMatchObject({ proven: 1, unknown: 1, mismatched: 0 });
    const compared = await world.reconciliation.reconcile();
    expect(compared?.map(({ verdict }) => verdict)).toEqual(['gone', 'unknown', 'equal']);
    const [check] = await world.checks.latest(1);
    expect(check?.differences.map(({ verdict }) => verdict)).toEqual(['gone', 'unknown']);
    const { rows } = await world.client.query(
      `select details from farebox.usage_progress where name = 'reconciliation'`,
    );
    expect(rows).toEqual([{ details: { customers: ['cus_2'], attempts: 0 } }]);
    const { rows: intents } = await world.client.query(
      'select customer_id, state from farebox.usage_intents order by 1',
    );
    expect(intents.map(({ state }) => state)).toEqual(['gone', 'sent', 'proven']);
  });

  it('usage of a customer that was deleted is gone when it is sent', async () => {
    await period(world, 'calls');
    await calls(world, 3);
    world.sink.gone.add(CUSTOMER);
    expect(await world.reporter.report()).toMatchObject({ planned: 1, sent: 0, postponed: 0 });
    expect(await verdicts()).toEqual([['calls', 'gone']]);
    expect(await world.reporter.report()).toMatchObject({ planned: 0 });
  });
});

describe('minutes that periods share', () => {
  const OPEN = { startsAt: new Date('2026-03-10T12:00:15Z'), endsAt: MARCH.endsAt };
  const SHORT = { startsAt: new Date('2026-03-10T12:00:05Z'), endsAt: OPEN.startsAt };
  const books = async () =>
    (await world.reconciliation.reconcile())?.map(({ stripe, verdict }) => [Number(stripe), verdict]);

  /** Registered, called, and another plan within the same minute. */
  const changed = async () => {
    await period(world, 'calls', SHORT);
    await period(world, 'calls', OPEN);
    await calls(world, 21, SHORT.startsAt.getTime() + 1_000);
    await calls(world, 2, OPEN.startsAt.getTime() + 1_000);
    await world.settlement.settle(CUSTOMER);
    world.clock.advance(61 * MINUTE);
    await world.reporter.report();
  };

  it('a period that begins in the same minute as the next one has all that was told', async () => {
    await changed();
    expect(counted(world)).toBe(23);
    expect(await books()).toEqual([
      [21, 'pending'],
      [2, 'equal'],
    ]);
  });

  it('what was settled in the first seconds of a period is not missing', async () => {
    await period(world, 'calls', OPEN);
    await calls(world, 3);
    await world.settlement.settle(CUSTOMER);
    world.clock.advance(61 * MINUTE);
    expect(await books()).toEqual([[3, 'equal']]);
  });

  it('an excess in a shared minute is taken back from nobody', async () => {
    await changed();
    const [own] = world.sink.taken;
    if (!own) throw new Error('nothing was told');
    await world.sink.send({ ...own.event, identifier: 'by hand', value: 40n });
    expect(await books()).toContainEqual([61, 'excess']);
    await expect(world.adjustments.approve(CUSTOMER, 'calls', SHORT.startsAt)).rejects.toThrow(/shares/);
    expect(counted(world)).toBe(63);
  });
});
