import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '../../../platform/ids/ids.js';
import { CUSTOMER, usageBuckets } from '../../../../test/support/metering-world.js';
import {
  averageMeter,
  counted,
  HOUR,
  MARCH,
  period,
  START,
  told,
} from '../../../../test/support/usage-steps.js';
import { usageLine } from '../../../../test/support/fake-invoices.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await createUsageWorld([averageMeter()], START);
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.empty();
  await period(world, 'average');
});

const called = (units: number, startedAt = world.clock.ms()) => world.call({ units, startedAt });
const report = async (): Promise<void> => {
  await world.reporter.report();
  world.clock.advance(2 * HOUR);
};
const books = async () => (await world.reconciliation.reconcile({ customerId: CUSTOMER })) ?? [];

it('an average that falls is taken back at Stripe, and all of it agrees at each step', async () => {
  await called(9);
  await report();
  await called(2);
  await called(2);
  await report();
  await called(8);
  await report();
  // 9, then 13 / 3, then 21 / 4.
  expect(told(world)).toEqual([9, -5, 1]);
  expect(counted(world, 'average')).toBe(5);
  expect(await books()).toMatchObject([
    { ledger: 5n, meterValue: 5n, reported: 5n, taken: 5n, stripe: 5n, verdict: 'equal' },
  ]);
});

it('a correction that comes late raises it, in the period of its call', async () => {
  const startedAt = world.clock.ms();
  const [call] = await called(3, startedAt);
  await called(4, startedAt);
  await report();
  await world.call({ startedAt, units: 10, corrects: call?.id ?? newId() });
  await report();
  // 7 / 2, then 17 / 2: each rounded down from the whole sum.
  expect(told(world)).toEqual([3, 5]);
  expect(await books()).toMatchObject([{ ledger: 8n, stripe: 8n, verdict: 'equal' }]);
});

it('what changes after the invoice is final is not reported: the operator decides, up or down', async () => {
  await called(9);
  await report();
  const { startsAt: from, endsAt: to } = MARCH;
  world.clock.set(new Date(to.getTime() + 2 * HOUR));
  await world.client.query(
    `insert into farebox.invoice_holds (invoice_id, customer_id, state, lines, used_until, seen_at, release_after,
       next_attempt_at, ended_at, final_at)
     values ('in_1', $1, 'released', $2, $3, $3, $3, $3, $3, $4)`,
    [CUSTOMER, JSON.stringify([{ priceId: 'price_1', from, to }]), to, new Date(to.getTime() + HOUR)],
  );
  const lines = [usageLine(9n, { from, to }, { priceId: 'price_1', minorUnits: 90n })];
  world.invoices.put({ id: 'in_1', status: 'paid', createdAt: to, lines });
  const [call] = await called(1, from.getTime());
  await report();
  expect(told(world)).toEqual([9]);
  expect(await books()).toMatchObject([{ ledger: 5n, meterValue: 5n, reported: 9n, verdict: 'late' }]);
  await world.call({ startedAt: from.getTime(), units: 12, corrects: call?.id ?? newId() });
  await report();
  expect(told(world)).toEqual([9]);
  expect(await books()).toMatchObject([{ ledger: 11n, meterValue: 11n, reported: 9n, verdict: 'late' }]);
});

it('hours and days show the average of their own calls', async () => {
  const day = Date.UTC(2026, 2, 9);
  await called(1, day + HOUR);
  await called(2, day + HOUR);
  await called(9, day + 5 * HOUR);
  await report();
  const shown = (stepMs: number) =>
    usageBuckets(world.client, CUSTOMER, averageMeter(), [MARCH.startsAt], {
      from: new Date(day),
      to: new Date(day + 24 * HOUR),
      stepMs,
    });
  expect((await shown(24 * HOUR)).map(({ value }) => value)).toEqual([4n]);
  expect((await shown(HOUR)).map(({ value }) => Number(value)).slice(0, 6)).toEqual([0, 1, 0, 0, 0, 9]);
});
