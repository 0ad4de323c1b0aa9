import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CUSTOMER } from '../../../../../test/support/metering-world.js';
import { DAY, HOUR, MARCH, METERS, MINUTE, period, START } from '../../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../../test/support/usage-world.js';

/** Stripe allows 500 reads for each payment, in 30 days: a customer who pays once a month has 16 a day. */
const ALLOWED_A_DAY = 500 / 30;

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

/** A day in which customers call all the time and are reported 96 times. @returns for whom totals were read, and when. */
async function day(customers: readonly string[]): Promise<{ customerId: string; at: number }[]> {
  const reads: { customerId: string; at: number }[] = [];
  const { sink } = world;
  const total = sink.total.bind(sink);
  sink.total = async (meter, customerId, from, to) => {
    reads.push({ customerId, at: world.clock.ms() });
    return total(meter, customerId, from, to);
  };
  try {
    for (let n = 0; n < 96; n++) {
      world.clock.advance(15 * MINUTE);
      for (const customerId of customers) await world.call({ customerId, startedAt: world.clock.ms() });
      await world.reporter.report({ prove: 'due' });
    }
  } finally {
    sink.total = total;
  }
  return reads;
}
const readsOf = (reads: readonly { customerId: string }[], who: string): number =>
  reads.filter(({ customerId }) => customerId === who).length;
const events = (): number => world.sink.taken.filter(({ event }) => event.customerId === CUSTOMER).length;

describe('totals of a customer who calls all the time', () => {
  it('are read four times a day, however often usage is reported', async () => {
    await period(world, 'calls');
    await world.reporter.report();
    const reads = await day([CUSTOMER]);
    expect(events()).toBeGreaterThanOrEqual(90);
    const times = reads.filter(({ customerId }) => customerId === CUSTOMER).map(({ at }) => at);
    expect(times).toHaveLength(4);
    for (const [n, at] of times.slice(1).entries()) expect(at - times[n]!).toBe(6 * HOUR);
    // What was told in the last USAGE_SETTLING waits for the next.
    const { rows } = await world.client.query(
      `select count(*)::int as n from farebox.usage_intents where state = 'sent' and at < $1`,
      [new Date(world.clock.ms() - 7 * HOUR)],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('are read within the allowance, with the daily reconciliation, also while something is absent', async () => {
    const absent = 'cus_absent';
    for (const customerId of [CUSTOMER, absent]) await period(world, 'calls', MARCH, customerId);
    await world.reporter.report();
    world.sink.lagOf.set(absent, 2 * DAY);
    const reads = await day([CUSTOMER, absent]);
    const before = world.sink.reads;
    await world.reconciliation.reconcile();
    const compared = world.sink.reads - before;
    expect(compared).toBeLessThanOrEqual(4);
    expect(readsOf(reads, CUSTOMER) + compared).toBeLessThanOrEqual(ALLOWED_A_DAY);
  });
});
