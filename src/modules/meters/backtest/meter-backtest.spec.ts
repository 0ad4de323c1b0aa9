import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import { Catalog, type MeterDefinition, parseAmount, type Plan } from '../../../catalog/index.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { newId } from '../../../platform/ids/ids.js';
import { MeterDirectory } from '../directory/meter-directory.js';
import { MeterBacktest } from './meter-backtest.js';

const HOUR = 3_600_000;
const meter = (changed: Partial<MeterDefinition> = {}): MeterDefinition => ({
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: HOUR,
  ...changed,
});

function plan(amount: string, id = 'standard', name = 'calls'): Plan {
  const unitAmount = parseAmount(amount, 'usd');
  if (!unitAmount) throw new Error(amount);
  return {
    id,
    product: { name: 'API' },
    price: {
      model: 'standard',
      unitAmount,
      currency: 'usd',
      billingPeriod: { interval: 'month', count: 1 },
      meter: name,
      lookupKey: id,
    },
  };
}
const catalog = (definition: MeterDefinition, plans: Plan[]): Catalog =>
  new Catalog('test', [definition], plans, 'standard');
const PRESENT = catalog(meter(), [plan('0.10')]);

const JANUARY = { startsAt: new Date('2026-01-01T10:00:30Z'), endsAt: new Date('2026-02-01T10:00:30Z') };
const FEBRUARY = { startsAt: JANUARY.endsAt, endsAt: new Date('2026-03-01T10:00:30Z') };
const MARCH = { startsAt: FEBRUARY.endsAt, endsAt: new Date('2026-04-01T10:00:30Z') };
const RANGE = { from: new Date('2026-02-10T00:00:00Z'), to: new Date('2026-03-10T00:00:00Z') };
const NOW = new Date('2026-03-20T00:00:00Z');
const at = (text: string): number => Date.parse(`${text}Z`);

let world: UsageWorld;
let database: Database;
beforeAll(async () => {
  world = await createUsageWorld([meter()], NOW);
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 2 });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.empty();
  await world.client.query('truncate farebox.accounts cascade');
  await account(CUSTOMER, 'standard');
  for (const { startsAt, endsAt } of [JANUARY, FEBRUARY, MARCH])
    await world.period({
      customerId: CUSTOMER,
      subscriptionId: SUBSCRIPTION,
      providerMeter: 'mtr_calls',
      startsAt,
      endsAt,
    });
});

const account = (customerId: string, planId: string) =>
  world.client.query(
    `insert into farebox.accounts (id, email, firstname, lastname, customer_id, subscription_id, status, plan, period_start,
       period_end, created_at)
     values ($1, $2, 'Ada', 'Lovelace', $2, $2, 'active', $3, now(), now(), now())`,
    [newId(), customerId, planId],
  );

async function backtest(changed: Catalog, settings: Record<string, string> = {}, range = RANGE) {
  await world.reporter.report();
  const tool = new MeterBacktest(
    PRESENT,
    new MeterDirectory(PRESENT, database, world.sink, Log.create('silent')),
    database,
    parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET, ...settings }),
    world.clock,
  );
  return tool.run('calls', range, changed);
}

describe('a backtest', () => {
  it('puts what a changed meter would have counted and charged beside the present one', async () => {
    await world.call(
      { startedAt: at('2026-02-11T00:00:00'), status: 200 },
      { startedAt: at('2026-02-12T00:00:00'), status: 500 },
      { startedAt: at('2026-02-12T00:00:00'), status: 500 },
      { startedAt: at('2026-03-11T00:00:00'), status: 200 },
    );
    const { rows, total, remarks } = await backtest(
      catalog(meter({ filter: { status: ['2xx'] } }), [plan('0.25')]),
    );
    expect(rows).toEqual([
      {
        customerId: CUSTOMER,
        plan: 'standard',
        ...FEBRUARY,
        present: { value: 3n, minorUnits: 30n },
        changed: { value: 1n, minorUnits: 25n },
      },
      {
        customerId: CUSTOMER,
        plan: 'standard',
        ...MARCH,
        present: { value: 1n, minorUnits: 10n },
        changed: { value: 1n, minorUnits: 25n },
      },
    ]);
    expect(total).toEqual({
      present: { value: 4n, minorUnits: 40n, currency: 'usd' },
      changed: { value: 2n, minorUnits: 50n, currency: 'usd' },
    });
    expect(remarks).toEqual([]);
  });

  it('counts users, windows and units as the changed meter says', async () => {
    await world.call(
      { startedAt: at('2026-02-11T00:10:00'), userId: 'a', units: 5 },
      { startedAt: at('2026-02-11T00:20:00'), userId: 'a', units: 6 },
      { startedAt: at('2026-02-12T00:00:00'), userId: 'b', units: 9 },
    );
    const changedTo = async (definition: MeterDefinition) =>
      (await backtest(catalog(definition, [plan('1')]))).rows[0]?.changed.value;
    expect(await changedTo(meter({ metric: 'unique_users' }))).toBe(2n);
    expect(await changedTo(meter({ metric: 'sum_of_units' }))).toBe(20n);
    expect(await changedTo(meter({ metric: 'sum_of_units', aggregation: 'maximum' }))).toBe(11n);
  });

  it('carries the most recent value ever into the periods after it, also from before the range', async () => {
    await world.call({ startedAt: at('2026-01-11T00:00:00'), units: 7 });
    const ever = catalog(meter({ metric: 'sum_of_units', aggregation: 'most_recent_ever' }), [plan('1')]);
    expect((await backtest(ever)).rows.map(({ changed }) => changed.value)).toEqual([7n, 7n]);
  });

  it('changes nothing', async () => {
    await world.call({ startedAt: at('2026-02-11T00:00:00') });
    await world.reporter.report();
    const before = await everything();
    await backtest(catalog(meter({ metric: 'unique_users' }), [plan('1')]));
    expect(await everything()).toEqual(before);
  });

  it('shows each customer by themselves, charged by their own plan', async () => {
    await account('cus_2', 'other');
    await world.period({
      customerId: 'cus_2',
      subscriptionId: 'sub_2',
      providerMeter: 'mtr_calls',
      ...FEBRUARY,
    });
    await world.call(
      { customerId: 'cus_2', subscriptionId: 'sub_2', startedAt: at('2026-02-11T00:00:00') },
      { startedAt: at('2026-02-11T00:00:00') },
    );
    const { rows, remarks, total } = await backtest(
      catalog(meter(), [plan('1'), plan('2', 'other', 'another meter')]),
    );
    expect(rows.map(({ customerId, changed }) => [customerId, changed])).toEqual([
      [CUSTOMER, { value: 1n, minorUnits: 100n }],
      [CUSTOMER, { value: 0n, minorUnits: 0n }],
      ['cus_2', { value: 1n, minorUnits: null }],
    ]);
    expect(total.changed).toMatchObject({ value: 2n, minorUnits: 100n });
    expect(remarks).toEqual([expect.stringContaining('1 billing periods are not charged')]);
  });
});

/** The tables that reporting and counting write. */
async function everything(): Promise<unknown[]> {
  const tables = [
    'meter_buckets',
    'meter_scopes',
    'meter_members',
    'meter_usage',
    'meter_waiting',
    'usage_intents',
  ];
  const found: unknown[] = [];
  for (const name of tables)
    found.push((await world.client.query(`select * from ${name} order by 1, 2, 3`)).rows);
  return found;
}

describe('what a backtest cannot say, it says', () => {
  const withHeader = (name: string) => catalog(meter({ filter: { header: { name } } }), [plan('1')]);

  it('of a header that was not recorded', async () => {
    const { remarks } = await backtest(withHeader('x-new'));
    expect(remarks).toEqual([expect.stringContaining('"x-new" was not recorded')]);
  });

  it('of periods whose calls are not all kept', async () => {
    const { rows, remarks } = await backtest(PRESENT, { LEDGER_RETENTION: '30d' });
    expect(rows.map(({ startsAt }) => startsAt)).toEqual([MARCH.startsAt]);
    expect(remarks).toEqual([expect.stringContaining('1 billing periods that began before 2026-02-18')]);
  });

  it('of a meter that is not there', async () => {
    const other = catalog(meter({ name: 'other' }), []);
    await expect(backtest(other)).rejects.toMatchObject({ code: 'not_found' });
  });
});
