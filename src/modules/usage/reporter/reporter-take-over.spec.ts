import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CUSTOMER } from '../../../../test/support/metering-world.js';
import { calls, MARCH, METERS, MINUTE, period, START } from '../../../../test/support/usage-steps.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import { Catalog } from '../../../catalog/index.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { SettingsDatabaseSource } from '../../../platform/database/database-source.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { StartRefusedError } from '../../../platform/database/start-refused.error.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { MeterCounter, MeterDirectory } from '../../meters/index.js';
import { ReporterGuard, ReporterMemory } from './reporter-memory.js';
import type { ReporterName, UsageBilling } from '../billing/usage-billing.js';
import { ReporterTakeOver } from './reporter-take-over.js';
import { UsageReportingLock } from '../usage-reporting-lock.js';
import { Role } from '../../../platform/lifecycle/role.js';
import { initialised } from '../../../../test/support/initialised.js';

const SILENT = Log.create('silent');

let world: UsageWorld;
let database: Database;
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
  await world.client.query('truncate usage_reporters');
});

const memoryOf = (reporter: ReporterName) =>
  new ReporterMemory(database, world.clock, { name: reporter } as UsageBilling);

function takeOver(to: ReporterName) {
  const directory = new MeterDirectory(new Catalog('test', METERS, [], ''), database, world.sink, SILENT);
  const turn = new UsageReportingLock(database, new MeterCounter(directory, world.clock));
  return new ReporterTakeOver(memoryOf(to), turn, world.sink, database, world.clock).run();
}

/** What Moesif sends to Stripe by itself. */
async function reportedByMoesif(value: bigint, at = new Date(START.getTime() - 30 * MINUTE)): Promise<void> {
  const meter = (await world.sink.meters()).find(({ name }) => name === 'calls');
  if (!meter) throw new Error('no meter');
  await world.sink.send({
    meter,
    customerId: CUSTOMER,
    identifier: `moesif-${value}-${at.getTime()}`,
    at,
    value,
  });
}

const atStripe = async () => {
  const sent = world.sink.taken.map(({ event }) => event.value);
  return sent.reduce((sum, value) => sum + value, 0n);
};

/** Starts the application with a reporter. */
const start = (reporter: ReporterName) => memoryOf(reporter).assertTakenOver();

describe('from Moesif to Stripe', () => {
  beforeEach(async () => {
    await start('moesif');
    await period(world, 'calls');
    await calls(world, 40);
    await reportedByMoesif(40n);
    world.clock.advance(MINUTE);
  });

  it('is refused at start, with the command, while nothing was taken over', async () => {
    await expect(start('stripe')).rejects.toThrow('npm run farebox -- usage take-over');
    await expect(start('stripe')).rejects.toBeInstanceOf(StartRefusedError);
    await start('moesif');
  });

  it('takes over what Stripe shows: the first report sends nothing, and all books are equal', async () => {
    expect(await takeOver('stripe')).toEqual({ periods: 1, units: 40n, excess: 0n });
    await start('stripe');
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    expect(await atStripe()).toBe(40n);
    expect(await world.reconciliation.reconcile()).toMatchObject([{ verdict: 'equal', stripe: 40n }]);
  });

  it('has Farebox report what Moesif did not, and what comes after', async () => {
    await calls(world, 5);
    await takeOver('stripe');
    await world.reporter.report();
    expect(await atStripe()).toBe(45n);
    await calls(world, 2);
    world.clock.advance(15 * MINUTE);
    await world.reporter.report();
    expect(await atStripe()).toBe(47n);
    expect(await world.reconciliation.reconcile()).toMatchObject([{ ledger: 47n, stripe: 47n }]);
  });

  it('counts once what lies in a minute that two periods share', async () => {
    const edge = new Date(START.getTime() - 10 * MINUTE + 20_000);
    await world.empty();
    await world.client.query('truncate usage_reporters');
    await start('moesif');
    const first = { startsAt: new Date(START.getTime() - 60 * MINUTE), endsAt: edge };
    await period(world, 'calls', first);
    await period(world, 'calls', { startsAt: edge, endsAt: MARCH.endsAt });
    await calls(world, 3, edge.getTime() - 10_000);
    await calls(world, 4, edge.getTime() + 10_000);
    await calls(world, 2, edge.getTime() + 5 * MINUTE);
    await reportedByMoesif(7n, new Date(edge.getTime() + 1_000));
    await reportedByMoesif(2n, new Date(edge.getTime() + 5 * MINUTE));
    expect(await takeOver('stripe')).toEqual({ periods: 2, units: 9n, excess: 0n });
    expect(await world.reporter.report()).toMatchObject({ planned: 0, sent: 0 });
    const verdicts = (await world.reconciliation.reconcile())?.map(({ verdict }) => verdict);
    // The first one is over, and its invoice is not final: the totals agree.
    expect(verdicts).toEqual(['pending', 'equal']);
  });

  it('leaves what Stripe shows beyond the ledger to the operator', async () => {
    await reportedByMoesif(3n);
    expect(await takeOver('stripe')).toEqual({ periods: 1, units: 40n, excess: 3n });
    expect(await world.reporter.report()).toMatchObject({ sent: 0 });
    expect(await world.reconciliation.reconcile()).toMatchObject([{ verdict: 'excess' }]);
  });

  it('may be run again, also after it was stopped', async () => {
    world.sink.lostTotals = 1;
    await expect(takeOver('stripe')).rejects.toThrow();
    await expect(start('stripe')).rejects.toBeInstanceOf(StartRefusedError);
    expect(await takeOver('stripe')).toMatchObject({ units: 40n });
    expect(await takeOver('stripe')).toEqual({ periods: 0, units: 0n, excess: 0n });
    expect(await world.reporter.report()).toMatchObject({ sent: 0 });
  });
});

describe('after a release that did not remember who reported', () => {
  const forget = () => world.client.query('truncate usage_reporters');

  it('is refused where usage was counted and Farebox never reported any: Moesif did', async () => {
    await start('moesif');
    await period(world, 'calls');
    await calls(world, 40);
    await world.reconciliation.reconcile();
    await reportedByMoesif(40n);
    await forget();
    await expect(start('stripe')).rejects.toThrow('usage was reported by moesif until now');
    await start('moesif');
  });

  it('goes on where Farebox reported, and is refused to Moesif while something is left', async () => {
    await period(world, 'calls');
    await calls(world, 40);
    await world.reporter.report();
    await calls(world, 2);
    await world.reconciliation.reconcile();
    await forget();
    await expect(start('moesif')).rejects.toThrow('usage was reported by stripe until now');
    await start('stripe');
  });

  it('starts with either where nothing was counted', async () => {
    await start('moesif');
    await forget();
    await start('stripe');
  });
});

describe('from Stripe to Moesif', () => {
  it('is refused while Farebox has something to report, and free when it has not', async () => {
    await start('stripe');
    await period(world, 'calls');
    await calls(world, 3);
    await expect(start('moesif')).rejects.toThrow('usage report');
    await expect(takeOver('moesif')).rejects.toThrow('usage report');
    await world.reporter.report();
    await start('moesif');
  });
});

it('ends the start of the application, which does not go on trying', async () => {
  await start('moesif');
  await period(world, 'calls');
  await calls(world, 1);
  const own = new Database(SILENT);
  const values: Record<string, unknown> = {
    DATABASE_URL: world.databaseUrl,
    DATABASE_POOL_SIZE: 2,
    DATABASE_SCHEMA: 'farebox',
    DATABASE_MIGRATE: 'startup',
  };
  const settings = { get: (name: string) => values[name] } as unknown as Settings;
  const source = new SettingsDatabaseSource(settings);
  const startup = new DatabaseStartup(own, source, settings, new Shutdown(SILENT), new Role('all'), SILENT);
  expect(initialised(new ReporterGuard(memoryOf('stripe'), startup))).toBeDefined();
  await expect(startup.onApplicationBootstrap()).rejects.toBeInstanceOf(StartRefusedError);
  await own.close();
});

describe('between meter events and own rating, while a period runs', () => {
  beforeEach(async () => {
    await start('stripe');
    await period(world, 'calls');
    await calls(world, 3);
  });

  it('is refused while meter events are sent and not shown: they would be billed twice', async () => {
    world.sink.lagMs = 60 * MINUTE;
    await world.reporter.report();
    await expect(start('invoice')).rejects.toThrow('1 are sent and not shown by Stripe yet');
    await expect(start('invoice')).rejects.toThrow('npm run farebox -- usage report');
    await start('stripe');
  });

  it('is free once Stripe shows what was reported, with usage that was not', async () => {
    await world.reporter.report();
    world.clock.advance(2 * 60 * MINUTE);
    await world.reporter.report();
    await calls(world, 2);
    await start('invoice');
    // And back: what own rating has not billed is reported.
    await start('stripe');
    world.clock.advance(15 * MINUTE);
    await world.reporter.report();
    expect(await atStripe()).toBe(5n);
  });

  it('is refused from Moesif, whose usage Farebox does not know, and leads over meter events', async () => {
    await world.client.query('truncate usage_reporters');
    await start('moesif');
    await expect(start('invoice')).rejects.toThrow('usage take-over');
  });
});
