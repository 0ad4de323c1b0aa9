import { withTables } from '../../../../test/support/postgres.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AGGREGATION_NAMES,
  METRIC_NAMES,
  type MeterDefinition,
  type MeterMetric,
} from '../../../catalog/index.js';
import type { LedgerCall } from '../../../../test/support/metering-world.js';
import { newId } from '../../../platform/ids/ids.js';
import {
  createMeteringWorld,
  CUSTOMER,
  type MeteringWorld,
  SUBSCRIPTION,
} from '../../../../test/support/metering-world.js';
import type { CountedMeter } from '../directory/meter-directory.js';
import { countPass } from './meter-pass.js';
import { carryIntoNewPeriods } from './meter-totals.js';
import { recount } from './recount.js';
import { resumeWaiting } from './waiting-calls.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(`${text}Z`);

let world: MeteringWorld;
beforeAll(async () => {
  world = await createMeteringWorld();
});
afterAll(() => world?.stop());
beforeEach(() => world.empty());

function meterOf(changed: Partial<MeterDefinition> = {}): CountedMeter {
  const name = changed.name ?? 'calls';
  return {
    definition: {
      name,
      displayName: 'Calls',
      eventName: 'calls',
      filter: {},
      metric: 'event_count',
      aggregation: 'sum',
      windowMs: HOUR,
      ...changed,
    },
    provider: {
      name,
      id: `mtr_${name}`,
      eventName: name,
      customerKey: 'stripe_customer_id',
      valueKey: 'value',
    },
  };
}

const MARCH = { startsAt: new Date('2026-03-01T10:00:30Z'), endsAt: new Date('2026-04-01T10:00:30Z') };
const APRIL = { startsAt: MARCH.endsAt, endsAt: new Date('2026-05-01T10:00:30Z') };
const MAY = { startsAt: APRIL.endsAt, endsAt: new Date('2026-06-01T10:00:30Z') };

async function periods(meter: CountedMeter, ...list: (typeof MARCH)[]): Promise<void> {
  for (const period of list)
    await world.period({
      customerId: CUSTOMER,
      subscriptionId: SUBSCRIPTION,
      providerMeter: meter.provider.id,
      ...period,
    });
}

async function countAll(...meters: CountedMeter[]): Promise<void> {
  while ((await countPass(world.client, meters, 'wait')) > 0);
}

async function usage(meter: CountedMeter): Promise<Record<string, number>> {
  const { rows } = await world.client.query<{ starts_at: Date; value: string }>(
    'select starts_at, value from farebox.meter_usage where meter = $1 order by starts_at',
    [meter.definition.name],
  );
  return Object.fromEntries(
    rows.map(({ starts_at, value }) => [starts_at.toISOString().slice(0, 7), Number(value)]),
  );
}

describe('an average of units', () => {
  const average = (changed: Partial<MeterDefinition> = {}) =>
    meterOf({ metric: 'average_units', ...changed });
  const countedOf = async (meter: CountedMeter, ...calls: Partial<LedgerCall>[]) => {
    await world.call(...calls.map((call) => ({ startedAt: at('2026-03-02T00:00:00'), ...call })));
    await countAll(meter);
    const [again] = await recount(world.client, meter.definition, meter.provider.id, {
      from: MARCH.startsAt,
      to: MARCH.endsAt,
    });
    const shown = (await usage(meter))['2026-03'];
    expect(again?.value).toBe(shown === undefined ? null : BigInt(shown));
    return shown;
  };

  it('is that of the whole period, rounded down once, whatever passes it is counted in', async () => {
    const meter = average();
    await periods(meter, MARCH);
    expect(await countedOf(meter, { units: 1 }, { units: 2 })).toBe(1);
    // 1.5, then 6 / 4 and 9 / 5: averages of averages would be something else.
    expect(await countedOf(meter, { units: 2 }, { units: 1 })).toBe(1);
    expect(await countedOf(meter, { units: 3, startedAt: at('2026-03-20T07:00:00') })).toBe(1);
    expect(await countedOf(meter, { units: 1 })).toBe(1);
    expect(await countedOf(meter, { units: 4 })).toBe(2);
  });

  it('falls as more calls come, and rises by corrections, which are no calls', async () => {
    const meter = average();
    await periods(meter, MARCH);
    expect(await countedOf(meter, { units: 10 })).toBe(10);
    expect(await countedOf(meter, { units: 0 })).toBe(5);
    expect(await countedOf(meter, { units: 8, corrects: newId() })).toBe(9);
  });

  it('of corrections alone is 0', async () => {
    const meter = average();
    await periods(meter, MARCH);
    expect(await countedOf(meter, { units: 8, corrects: newId() })).toBe(0);
    expect(await countedOf(meter, { units: 2 })).toBe(10);
  });

  it('is exact beyond what floating point holds', async () => {
    const meter = average();
    await periods(meter, MARCH);
    const most = 2 ** 53 - 1;
    await world.call(
      ...[most, most, most - 1].map((units) => ({ startedAt: at('2026-03-02T00:00:00'), units })),
    );
    await countAll(meter);
    const { rows } = await world.client.query('select value, state::text from farebox.meter_usage');
    expect(rows).toEqual([{ value: String(2n ** 53n - 2n), state: `{${3n * 2n ** 53n - 4n},3}` }]);
  });

  it('of the largest window falls with that window', async () => {
    const meter = average({ aggregation: 'maximum' });
    await periods(meter, MARCH);
    expect(await countedOf(meter, { units: 9 }, { units: 7, startedAt: at('2026-03-04T00:00:00') })).toBe(9);
    expect(await countedOf(meter, { units: 1 })).toBe(7);
    expect(await countedOf(meter, { units: 2, startedAt: at('2026-03-05T00:00:00') })).toBe(7);
  });

  it('takes no sum of another metric for its own, where the catalog was changed within the period', async () => {
    const [sums, averages] = [meterOf({ metric: 'sum_of_units' }), average()];
    await periods(sums, MARCH);
    await world.call({ startedAt: at('2026-03-02T00:00:00'), units: 1000 });
    await countAll(sums);
    await world.call({ startedAt: at('2026-03-02T00:00:00'), units: 4 });
    await countAll(averages);
    expect(await usage(averages)).toEqual({ '2026-03': 4 });
  });
});

describe('the company of a call that an earlier release recorded by its customer', () => {
  const [former, present] = [CUSTOMER, SUBSCRIPTION];
  const meter = () => meterOf({ metric: 'unique_companies' });

  it.each([
    ['before', [former, present]],
    ['after', [present, former]],
    ['among', [present, former, present]],
  ])('counts once with its calls that it was recorded %s', async (_when, companies) => {
    await periods(meter(), MARCH);
    for (const companyId of companies) {
      await world.call({ startedAt: at('2026-03-02T00:00:00'), companyId });
      await countAll(meter());
    }
    expect(await usage(meter())).toEqual({ '2026-03': 1 });
  });

  it('counts once where that release counted it', async () => {
    await periods(meter(), MARCH);
    await world.call({ startedAt: at('2026-03-02T00:00:00') });
    await countAll(meter());
    await world.client.query('update farebox.meter_members set member = $1', [former]);
    await world.call({ startedAt: at('2026-03-03T00:00:00') });
    await countAll(meter());
    expect(await usage(meter())).toEqual({ '2026-03': 1 });
  });

  it('is recounted once', async () => {
    await periods(meter(), MARCH);
    await world.call(
      ...[former, present].map((companyId) => ({ startedAt: at('2026-03-02T00:00:00'), companyId })),
    );
    await countAll(meter());
    const { definition, provider } = meter();
    const [again] = await recount(world.client, definition, provider.id, {
      from: MARCH.startsAt,
      to: MARCH.endsAt,
    });
    expect(again?.value).toBe(1n);
  });

  it('users are as they are: a customer and its end user are two', async () => {
    const users = meterOf({ metric: 'unique_users' });
    await periods(users, MARCH);
    await world.call(
      ...[CUSTOMER, SUBSCRIPTION].map((userId) => ({ startedAt: at('2026-03-02T00:00:00'), userId })),
    );
    await countAll(users);
    expect(await usage(users)).toEqual({ '2026-03': 2 });
  });
});

/** All but the id. */
const CALL_COLUMNS =
  'day, account_id, customer_id, subscription_id, plan, company_id, user_id, session_id, route, verb, path, status, started_at, duration_us, units, corrects, headers';

it('takes a long queue in one go, before any statistics tell of it', async () => {
  const meter = meterOf();
  await periods(meter, MARCH);
  await world.call({ startedAt: at('2026-03-02T00:00:00') });
  // As many lines as busy processes leave while nobody counts. With a plan that compares each with each other this takes
  // longer than a test may.
  await world.client.query(`
    analyze ledger_lines;
    with added as (
      insert into farebox.calls (${CALL_COLUMNS}, id)
      select ${CALL_COLUMNS}, gen_random_uuid() from farebox.calls, generate_series(1, 30000) returning day, id
    )
    insert into farebox.ledger_lines (reader, id, day, calls) select 'meters', gen_random_uuid(), day, array[id] from added`);
  await countAll(meter);
  expect(await usage(meter)).toEqual({ '2026-03': 30_001 });
  expect((await world.client.query('select from farebox.ledger_lines')).rowCount).toBe(0);
});

describe('what counts', () => {
  const count = async (filter: MeterDefinition['filter'], ...calls: Partial<LedgerCall>[]) => {
    const meter = meterOf({ filter });
    await periods(meter, MARCH);
    await world.call(...calls.map((call) => ({ startedAt: at('2026-03-02T00:00:00'), ...call })));
    await countAll(meter);
    return (await usage(meter))['2026-03'] ?? 0;
  };

  it.each<[string, MeterDefinition['filter'], number]>([
    ['everything', {}, 6],
    ['a route', { route: '/items/:id' }, 2],
    ['a verb', { verb: 'POST' }, 1],
    ['a status', { status: ['200'] }, 3],
    ['a class of statuses', { status: ['2xx'] }, 4],
    ['a list of statuses', { status: ['404', '2xx'] }, 5],
    ['a plan', { plan: 'pro' }, 1],
    ['a header', { header: { name: 'x-tier' } }, 2],
    ["a header's value", { header: { name: 'x-tier', value: "o'neil" } }, 1],
    ['several at once', { route: '/items/:id', status: ['2xx'] }, 1],
  ])('by %s', async (_what, filter, expected) => {
    expect(
      await count(
        filter,
        { route: '/items/:id', status: 404 },
        { route: '/items/:id', status: 204 },
        { verb: 'POST', status: 500 },
        { plan: 'pro' },
        { headers: '{"x-tier":"o\'neil"}' },
        { headers: '{"x-tier":"gold"}' },
      ),
    ).toBe(expected);
  });

  it('counts units of the corrections too, and the correction itself as no call', async () => {
    const [calls, units] = [meterOf(), meterOf({ name: 'units', metric: 'sum_of_units' })];
    await periods(calls, MARCH);
    await periods(units, MARCH);
    const startedAt = at('2026-03-02T00:00:00');
    const [call] = await world.call({ startedAt, units: 3 });
    await world.call({ startedAt, units: 2 ** 53 - 1, corrects: call?.id ?? '' });
    await countAll(calls, units);
    expect(await usage(calls)).toEqual({ '2026-03': 1 });
    const { rows } = await world.client.query(`select value from farebox.meter_usage where meter = 'units'`);
    expect(rows).toEqual([{ value: String(2n ** 53n + 2n) }]);
  });
});

describe('billing periods', () => {
  it('puts a call into the period that it lies in, to the millisecond', async () => {
    const meter = meterOf();
    await periods(meter, MARCH, APRIL);
    const edge = MARCH.endsAt.getTime();
    await world.call({ startedAt: edge - 1 }, { startedAt: edge }, { startedAt: edge + 1 });
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 1, '2026-04': 2 });
  });

  it('lets calls wait whose period is not known, and counts them once when it is', async () => {
    const meter = meterOf();
    await periods(meter, MARCH);
    await world.call(
      { startedAt: APRIL.startsAt.getTime() + 5 },
      { startedAt: MARCH.startsAt.getTime() + 5 },
    );
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 1 });
    expect(await resumeWaiting(world.client)).toBe(0);
    await periods(meter, APRIL);
    expect(await resumeWaiting(world.client)).toBe(1);
    expect(await resumeWaiting(world.client)).toBe(0);
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 1, '2026-04': 1 });
  });

  it('counts a call for no meter that the subscription has no price on', async () => {
    const [own, other] = [meterOf(), meterOf({ name: 'other' })];
    await periods(own, MARCH);
    await world.call({ startedAt: at('2026-03-02T00:00:00') });
    await countAll(own, other);
    expect(await usage(own)).toEqual({ '2026-03': 1 });
    expect(await usage(other)).toEqual({});
    expect((await world.client.query('select 1 from farebox.meter_waiting')).rowCount).toBe(0);
  });
});

it('counts a call once for each meter, where one has other periods than another', async () => {
  const [steady, users, moved] = [
    meterOf(),
    meterOf({ name: 'users', metric: 'unique_users' }),
    meterOf({ name: 'moved', metric: 'sum_of_units' }),
  ];
  const change = new Date('2026-03-15T08:00:00Z');
  await periods(steady, MARCH);
  await periods(users, MARCH);
  await periods(moved, { ...MARCH, endsAt: change }, { ...MARCH, startsAt: change });
  await world.call(
    { startedAt: MARCH.startsAt.getTime(), units: 1 },
    { startedAt: change.getTime() - 1, units: 2, userId: 'ada' },
    { startedAt: change.getTime(), units: 3, userId: 'ada' },
    { startedAt: MARCH.endsAt.getTime(), units: 4 },
  );
  await countAll(steady, users, moved);
  expect(await usage(steady)).toEqual({ '2026-03': 3 });
  expect(await usage(users)).toEqual({ '2026-03': 2 });
  const { rows } = await world.client.query(
    `select starts_at, value from farebox.meter_usage where meter = 'moved' order by 1`,
  );
  expect(rows).toEqual([
    { starts_at: MARCH.startsAt, value: '3' },
    { starts_at: change, value: '3' },
  ]);
  expect((await world.client.query('select 1 from farebox.meter_waiting')).rowCount).toBe(1);
});

describe('a pass', () => {
  it('counts a batch once, whoever counts at the same time', async () => {
    const meter = meterOf();
    await periods(meter, MARCH);
    for (let batch = 0; batch < 20; batch++) await world.call({ startedAt: at('2026-03-02T00:00:00') });
    const others = await Promise.all(
      [1, 2].map(async () => {
        const { default: pg } = await import('pg');
        const client = new pg.Client(withTables(world.databaseUrl));
        await client.connect();
        return client;
      }),
    );
    await Promise.all([world.client, ...others].map((client) => countPass(client, [meter], 'wait')));
    await Promise.all(others.map((client) => client.end()));
    expect(await usage(meter)).toEqual({ '2026-03': 20 });
  });

  it('that fails takes nothing: the calls are counted by the next', async () => {
    const meter = meterOf();
    await periods(meter, MARCH);
    await world.call({ startedAt: at('2026-03-02T00:00:00') });
    await world.client.query('alter table farebox.meter_buckets add constraint broken check (value < 0)');
    await expect(countPass(world.client, [meter], 'wait')).rejects.toThrow('broken');
    await world.client.query('alter table farebox.meter_buckets drop constraint broken');
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 1 });
  });
});

describe('the most recent value ever', () => {
  const meter = meterOf({ metric: 'sum_of_units', aggregation: 'most_recent_ever' });

  it('is carried into periods without calls, and follows late ones', async () => {
    await periods(meter, MARCH, APRIL, MAY);
    await world.call({ startedAt: at('2026-03-02T00:00:00'), units: 7 });
    await countAll(meter);
    expect(await carryIntoNewPeriods(world.client, meter, MAY.startsAt)).toBe(2);
    expect(await carryIntoNewPeriods(world.client, meter, MAY.startsAt)).toBe(0);
    expect(await usage(meter)).toEqual({ '2026-03': 7, '2026-04': 7, '2026-05': 7 });
    await world.call({ startedAt: at('2026-03-05T00:00:00'), units: 9 });
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 9, '2026-04': 9, '2026-05': 9 });
    await world.call({ startedAt: at('2026-04-05T00:00:00'), units: 2 });
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 9, '2026-04': 2, '2026-05': 2 });
    await world.call({ startedAt: at('2026-03-06T00:00:00'), units: 1 });
    await countAll(meter);
    expect(await usage(meter)).toEqual({ '2026-03': 1, '2026-04': 2, '2026-05': 2 });
  });
});

const distinct = (calls: readonly LedgerCall[], key: 'userId' | 'companyId' | 'sessionId'): number =>
  new Set(calls.map((call) => call[key])).size;
const units = (calls: readonly LedgerCall[]): number => calls.reduce((sum, call) => sum + call.units, 0);

/** Each metric of calls without corrections, and of corrections. */
const NAIVE: Record<MeterMetric, (calls: LedgerCall[], corrections: LedgerCall[]) => number> = {
  event_count: (calls) => calls.length,
  unique_users: (calls) => distinct(calls, 'userId'),
  unique_companies: (calls) => distinct(calls, 'companyId'),
  unique_sessions: (calls) => distinct(calls, 'sessionId'),
  sum_of_units: (calls, corrections) => units(calls) + units(corrections),
  average_units: (calls, corrections) =>
    calls.length === 0 ? 0 : Math.floor((units(calls) + units(corrections)) / calls.length),
};
const OF_CORRECTIONS: MeterMetric[] = ['sum_of_units', 'average_units'];

/** The meters once more, from all calls at once, in as few words as can be. */
function naive(
  all: readonly LedgerCall[],
  { metric, aggregation, windowMs }: MeterDefinition,
): number | undefined {
  const windows = new Map<number, LedgerCall[]>();
  for (const call of all) {
    if (call.corrects !== null && !OF_CORRECTIONS.includes(metric)) continue;
    const window = aggregation === 'sum' ? 0 : Math.floor(call.startedAt / windowMs);
    windows.set(window, [...(windows.get(window) ?? []), call]);
  }
  const ordered = [...windows]
    .sort(([one], [other]) => one - other)
    .map(([, list]) =>
      NAIVE[metric](
        list.filter(({ corrects }) => corrects === null),
        list.filter(({ corrects }) => corrects !== null),
      ),
    );
  return aggregation === 'maximum' && ordered.length > 0 ? Math.max(...ordered) : ordered.at(-1);
}

describe('against a naive recount', () => {
  const windows = [15 * 60_000, HOUR, 6 * HOUR, 24 * HOUR];
  const one = fc.record({
    startedAt: fc
      .integer({ min: 0, max: 60 * 24 * 60 })
      .map((minutes) => MARCH.startsAt.getTime() + minutes * 60_000),
    userId: fc.constantFrom('ada', 'bob', 'cy'),
    companyId: fc.constantFrom('one', 'two'),
    sessionId: fc.constantFrom('s1', 's2', 's3', 's4'),
    units: fc.nat(1_000),
    corrects: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.uuid() }),
  });

  it('every metric under every aggregation, in whatever batches the calls come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(one, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...windows),
        async (batches, windowMs) => {
          await world.empty();
          const meters = METRIC_NAMES.flatMap((metric) =>
            AGGREGATION_NAMES.map((aggregation) =>
              meterOf({ name: `${metric}-${aggregation}`, metric, aggregation, windowMs }),
            ),
          );
          for (const meter of meters) await periods(meter, MARCH, APRIL);
          const calls: LedgerCall[] = [];
          for (const batch of batches) {
            calls.push(...(await world.call(...batch)));
            await countAll(...meters);
          }
          for (const meter of meters) {
            const recounted = await recount(world.client, meter.definition, meter.provider.id, {
              from: MARCH.startsAt,
              to: APRIL.endsAt,
            });
            const shown = await usage(meter);
            for (const [month, period] of [
              ['2026-03', MARCH],
              ['2026-04', APRIL],
            ] as const) {
              const own = calls.filter(
                ({ startedAt }) =>
                  startedAt >= period.startsAt.getTime() && startedAt < period.endsAt.getTime(),
              );
              const expected = naive(own, meter.definition);
              const again = recounted.find(
                ({ startsAt }) => startsAt.getTime() === period.startsAt.getTime(),
              )?.value;
              expect({ meter: meter.definition.name, month, value: shown[month] }).toEqual({
                meter: meter.definition.name,
                month,
                value: expected,
              });
              expect(again === null || again === undefined ? undefined : Number(again)).toBe(shown[month]);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
