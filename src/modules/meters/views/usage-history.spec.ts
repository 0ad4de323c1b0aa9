import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMeteringWorld, CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import type { MeteringWorld } from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { Catalog, type MeterDefinition, type Plan } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';
import { Reports } from '../../../platform/database/reports.js';
import type { FareboxError } from '../../../platform/errors/farebox-error.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { countPass } from '../../../../test/support/metering-world.js';
import { UsageHistory } from './usage-history.js';
import { initialised } from '../../../../test/support/initialised.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const meter = (name: string, changed: Partial<MeterDefinition> = {}): MeterDefinition => ({
  name,
  displayName: name.toUpperCase(),
  eventName: name,
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: HOUR,
  ...changed,
});
const METERS = [
  meter('calls'),
  meter('users', { metric: 'unique_users' }),
  meter('peak', { metric: 'sum_of_units', aggregation: 'maximum', windowMs: HOUR / 4 }),
  meter('latest', { metric: 'sum_of_units', aggregation: 'most_recent_in_period', windowMs: 6 * HOUR }),
  meter('other'),
];
const providerOf = (name: string) => ({
  name,
  id: `mtr_${name}`,
  eventName: name,
  customerKey: 'stripe_customer_id',
  valueKey: 'value',
});
const PLAN: Plan = {
  id: 'standard',
  product: { name: 'API' },
  price: { stripePriceId: 'price_1', meter: 'calls' },
};

const FEBRUARY = { startsAt: new Date('2026-02-01T10:00:30Z'), endsAt: new Date('2026-03-01T10:00:30Z') };
const MARCH = { startsAt: FEBRUARY.endsAt, endsAt: new Date('2026-04-01T10:00:30Z') };
const NOW = new Date('2026-03-03T12:30:00Z');
const at = (text: string): number => Date.parse(`${text}Z`);

let world: MeteringWorld;
let database: Database;
let shutdown: Shutdown;
let clock: TestClock;
let history: UsageHistory;
beforeAll(async () => {
  world = await createMeteringWorld();
  const log = Log.create('silent');
  shutdown = new Shutdown(log);
  database = new Database(log);
  database.open({ connectionString: world.databaseUrl, poolSize: 2 });
  clock = new TestClock(NOW);
  history = new UsageHistory(
    new Catalog('test', METERS, [PLAN], 'standard'),
    initialised(new Reports(database, shutdown)),
    clock,
  );
});
afterAll(async () => {
  await shutdown?.run();
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.empty();
  clock.set(NOW);
  for (const { name } of METERS) {
    const { id, eventName, customerKey, valueKey } = providerOf(name);
    await world.client.query('insert into farebox.provider_meters values ($1, $2, $3, $4, $5)', [
      name,
      id,
      eventName,
      customerKey,
      valueKey,
    ]);
  }
});

const period = (name: string, { startsAt, endsAt } = MARCH, customerId = CUSTOMER) =>
  world.period({
    customerId,
    subscriptionId: SUBSCRIPTION,
    providerMeter: `mtr_${name}`,
    startsAt,
    endsAt,
  });

async function called(...calls: { at: string; userId?: string; units?: number; customerId?: string }[]) {
  await world.call(...calls.map(({ at: time, ...call }) => ({ ...call, startedAt: at(time) })));
  const meters = METERS.map((definition) => ({ definition, provider: providerOf(definition.name) }));
  while ((await countPass(world.client, meters, 'wait')) > 0);
}

const ask = async (asked: Partial<Parameters<UsageHistory['of']>[2]> = {}, customer = CUSTOMER) =>
  history.of(customer, 'standard', { granularity: 'day', ...asked });

/** `start=value` of the buckets that are not 0. */
const shown = (found: Awaited<ReturnType<typeof ask>>, name = 'calls'): string[] =>
  (found.find((each) => each.meter.name === name)?.buckets ?? [])
    .filter(({ value }) => value !== 0n)
    .map(({ start, value }) => `${start.toISOString().slice(0, 13)}=${value}`);

describe('the periods', () => {
  it('are the one that runs and the one before', async () => {
    await period('calls', FEBRUARY);
    await period('calls');
    await called({ at: '2026-02-10T00:00:00' }, { at: '2026-03-02T00:00:00' }, { at: '2026-03-03T00:00:00' });
    const [calls, ...rest] = await ask();
    expect(rest).toEqual([]);
    expect(calls).toMatchObject({
      meter: { name: 'calls', displayName: 'CALLS' },
      period: { start: MARCH.startsAt, end: MARCH.endsAt, value: 2n },
      previous: { start: FEBRUARY.startsAt, end: FEBRUARY.endsAt, value: 1n },
    });
  });

  it('of a subscription that ended is its last, though the range lies in it no more', async () => {
    await period('calls', FEBRUARY);
    await called({ at: '2026-02-10T00:00:00' });
    clock.set(new Date('2026-06-01T00:00:00Z'));
    const [calls] = await ask();
    expect(calls).toMatchObject({ period: { value: 1n }, previous: null });
    expect(shown([calls].flatMap((each) => each ?? []))).toEqual(['2026-02-10T00=1']);
  });

  it('as buckets, those that lie in the range', async () => {
    await period('calls', FEBRUARY);
    await period('calls');
    await called({ at: '2026-02-10T00:00:00' }, { at: '2026-03-02T00:00:00' });
    expect(shown(await ask({ granularity: 'period', from: FEBRUARY.startsAt }))).toEqual([
      '2026-02-01T10=1',
      '2026-03-01T10=1',
    ]);
    expect(shown(await ask({ granularity: 'period' }))).toEqual(['2026-03-01T10=1']);
  });

  it('are never those of others', async () => {
    await period('calls');
    await period('calls', MARCH, 'cus_2');
    await called({ at: '2026-03-02T00:00:00', customerId: 'cus_2' });
    expect(await ask()).toMatchObject([{ period: { value: 0n } }]);
    expect(shown(await ask())).toEqual([]);
    expect(shown(await ask({}, 'cus_2'))).toEqual(['2026-03-02T00=1']);
  });

  it('that nobody has told us of yet are not guessed', async () => {
    expect(await ask()).toEqual([]);
  });

  it('that begin in a moment by another clock have begun', async () => {
    await period('calls', { startsAt: new Date(NOW.getTime() + 2_000), endsAt: MARCH.endsAt });
    expect(await ask()).toMatchObject([{ period: { value: 0n } }]);
  });
});

describe('buckets', () => {
  it('are whole days without gaps, up to now, and add up to the period', async () => {
    await period('calls', FEBRUARY);
    await period('calls');
    await called(
      { at: '2026-03-01T09:00:00' },
      { at: '2026-03-01T10:30:00' },
      { at: '2026-03-03T00:00:00' },
      { at: '2026-03-03T11:00:00' },
    );
    const [calls] = await ask();
    expect(calls?.buckets).toEqual([
      { start: new Date('2026-03-01T00:00:00Z'), value: 1n },
      { start: new Date('2026-03-02T00:00:00Z'), value: 0n },
      { start: new Date('2026-03-03T00:00:00Z'), value: 2n },
    ]);
  });

  it('are whole hours where they are asked for', async () => {
    await period('calls');
    await called({ at: '2026-03-03T09:59:59' }, { at: '2026-03-03T10:00:00' }, { at: '2026-03-03T11:59:59' });
    const range = { from: new Date('2026-03-03T10:40:00Z'), to: new Date('2026-03-03T11:10:00Z') };
    expect(shown(await ask({ granularity: 'hour', ...range }))).toEqual([
      '2026-03-03T10=1',
      '2026-03-03T11=1',
    ]);
  });

  it('of users show how many were new', async () => {
    await period('users');
    await called(
      { at: '2026-03-02T00:00:00', userId: 'a' },
      { at: '2026-03-02T01:00:00', userId: 'b' },
      { at: '2026-03-03T01:00:00', userId: 'b' },
      { at: '2026-03-03T02:00:00', userId: 'c' },
    );
    expect(shown(await ask(), 'users')).toEqual(['2026-03-02T00=2', '2026-03-03T00=1']);
  });

  it('of a maximum show the largest window in them', async () => {
    await period('peak');
    await called(
      { at: '2026-03-02T01:05:00', units: 3 },
      { at: '2026-03-02T01:10:00', units: 4 },
      { at: '2026-03-02T01:20:00', units: 5 },
      { at: '2026-03-02T09:20:00', units: 2 },
    );
    expect(shown(await ask(), 'peak')).toEqual(['2026-03-02T00=7']);
    expect(shown(await ask({ granularity: 'hour' }), 'peak')).toEqual(['2026-03-02T01=7', '2026-03-02T09=2']);
  });

  it('of a most recent value show the last window in them, whole', async () => {
    await period('latest');
    await called(
      { at: '2026-03-02T05:00:00', units: 9 },
      { at: '2026-03-02T06:00:00', units: 1 },
      { at: '2026-03-02T11:59:00', units: 2 },
    );
    expect(shown(await ask(), 'latest')).toEqual(['2026-03-02T00=3']);
    const to = new Date('2026-03-02T07:00:00Z');
    expect(shown(await ask({ granularity: 'hour', to }), 'latest')).toEqual([
      '2026-03-02T00=9',
      '2026-03-02T06=3',
    ]);
  });
});

describe('a range', () => {
  const refused = async (asked: Parameters<typeof ask>[0]) => {
    const error = (await ask(asked).catch((thrown: unknown) => thrown)) as FareboxError;
    return [error.code, error.fields?.map(({ field }) => field)];
  };
  const before = (days: number) => ({ from: new Date(NOW.getTime() - days * DAY), to: NOW });

  it('has an end', async () => {
    await period('calls');
    expect(await refused({ granularity: 'hour', ...before(35.01) })).toEqual(['validation_failed', ['from']]);
    expect(await refused(before(400.01))).toEqual(['validation_failed', ['from']]);
    expect(await ask({ granularity: 'hour', ...before(35) })).toHaveLength(1);
    expect(await ask(before(400))).toHaveLength(1);
  });

  it('runs forward', async () => {
    await period('calls');
    expect(await refused({ from: NOW, to: NOW })).toEqual(['validation_failed', ['to']]);
    expect(await refused({ from: new Date(NOW.getTime() + DAY) })).toEqual(['validation_failed', ['from']]);
  });

  it('that nobody named is never too long', async () => {
    await period('calls', { startsAt: new Date('2025-03-10T00:00:00Z'), endsAt: MARCH.endsAt });
    await called({ at: '2026-01-01T00:00:00' }, { at: '2026-03-02T00:00:00' });
    expect(shown(await ask({ granularity: 'hour' }))).toEqual(['2026-03-02T00=1']);
    expect(await ask()).toMatchObject([{ period: { value: 2n } }]);
  });
});
