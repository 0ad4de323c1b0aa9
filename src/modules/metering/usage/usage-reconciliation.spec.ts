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
        told: 3n,
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
    await world.client.query('update meter_usage set value = 4, told = 4');
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
    expect(order.slice(-2)).toEqual(['reported', 'compared 101']);
    expect(compared?.map((books) => books.customerId)).toEqual(customers);
    expect(compared?.at(-1)).toMatchObject({
      ledger: 2n,
      told: 1n,
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
           where not granted and relation = 'late_bills'::regclass and datname = current_database()`,
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
});
