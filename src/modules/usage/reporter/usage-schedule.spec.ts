import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CUSTOMER } from '../../../../test/support/metering-world.js';
import { DAY, HOUR, METERS, MINUTE, period, START } from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import type { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import type { Topics } from '../../../platform/topics/topics.js';
import { readProgress } from '../progress-store.js';
import { RECONCILIATION } from '../reconciliation/usage-reconciliation.js';
import { UsageRejections } from '../meter-events/proof/usage-rejections.js';
import { UsageSchedule } from './usage-schedule.js';
import { initialised } from '../../../../test/support/initialised.js';
import { Role } from '../../../platform/lifecycle/role.js';

const OTHER = 'cus_2';
const SILENT = Log.create('silent');
/** The next night, when everybody is compared. */
const NIGHT = new Date('2026-03-11T00:00:30Z');

let world: UsageWorld;
let database: Database;
let sweep: Sweep;

beforeAll(async () => {
  world = await createUsageWorld(METERS, START);
  database = new Database(SILENT);
  database.open({ connectionString: world.databaseUrl, poolSize: 4 });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.empty();
  // The test opens the database and keeps the time.
  const startup = { onOpen: () => undefined, onReady: () => undefined } as unknown as DatabaseStartup;
  sweep = initialised(new Sweep(startup, world.shutdown, new Role('all'), SILENT));
  new UsageSchedule(
    world.reporter,
    world.reconciliation,
    world.checks,
    database,
    world.lateUsages,
    new UsageRejections(world.sink, world.clock),
    parseSettings({ STRIPE_KEY: 'sk_test_of_the_tests', TOKEN_SECRET }),
    world.clock,
    startup,
    world.shutdown,
    sweep,
    { subscribe: () => undefined } as unknown as Topics,
    SILENT,
  ).checkAndFinish();
  for (const customerId of [CUSTOMER, OTHER]) {
    await period(world, 'calls', undefined, customerId);
    await world.call({ customerId, startedAt: world.clock.ms() });
  }
  await world.reporter.report();
  world.clock.set(NIGHT);
});

/** One sweep. @returns how often Stripe's totals were asked for. */
async function swept(): Promise<number> {
  const { reads } = world.sink;
  await sweep.runOnce();
  return world.sink.reads - reads;
}
const verdicts = async () =>
  (await world.checks.latest(10)).map(({ differences }) =>
    differences.map(({ customerId, verdict }) => `${customerId} ${verdict}`),
  );
const left = async () =>
  (await readProgress<{ customers: string[] }>(database.pool, RECONCILIATION))?.details.customers;

describe('everybody is compared', () => {
  it('once in a UTC day, by the first sweep', async () => {
    expect(await swept()).toBe(2);
    world.clock.advance(HOUR);
    expect(await swept()).toBe(0);
    world.clock.set(new Date(NIGHT.getTime() + DAY));
    expect(await swept()).toBe(2);
    expect(await verdicts()).toEqual([[], []]);
  });

  it('and who could not be, alone, after ten minutes, twenty, forty', async () => {
    world.sink.unanswered.add(OTHER);
    await swept();
    expect(await verdicts()).toEqual([[`${OTHER} unknown`]]);
    expect(await left()).toEqual([OTHER]);
    expect(await swept()).toBe(0);
    for (const wait of [10, 20, 40]) {
      world.clock.advance(wait * MINUTE - 1);
      expect(await swept()).toBe(0);
      world.clock.advance(1);
      expect(await swept()).toBe(1);
      expect(await left()).toEqual([OTHER]);
    }
    world.sink.unanswered.clear();
    world.clock.advance(80 * MINUTE);
    expect(await swept()).toBe(1);
    expect(await left()).toEqual([]);
    world.clock.advance(6 * HOUR);
    expect(await swept()).toBe(0);
    // What was found of everybody stands.
    expect(await verdicts()).toEqual([[`${OTHER} unknown`]]);
  });

  it('and everybody again on the next day, whoever is left of the last', async () => {
    world.sink.unanswered.add(OTHER);
    await swept();
    world.sink.unanswered.clear();
    world.clock.set(new Date(NIGHT.getTime() + DAY));
    expect(await swept()).toBe(2);
    expect(await left()).toEqual([]);
    expect(await verdicts()).toEqual([[], [`${OTHER} unknown`]]);
  });

  it('not every minute while that fails as a whole', async () => {
    // Where what was found is written down.
    await world.client.query('alter table farebox.usage_checks add constraint away check (compared < 0)');
    try {
      expect(await swept()).toBe(2);
      world.clock.advance(20 * MINUTE - 1);
      expect(await swept()).toBe(0);
      world.clock.advance(1);
      expect(await swept()).toBe(2);
    } finally {
      await world.client.query('alter table farebox.usage_checks drop constraint away');
    }
    world.clock.advance(40 * MINUTE);
    expect(await swept()).toBe(2);
    expect(await verdicts()).toEqual([[]]);
  });
});
