import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { Database } from '../../../platform/database/database.js';
import { migrateDatabase } from '../../../platform/database/migrate.js';
import { Log } from '../../../platform/logging/logger.js';
import type { CycleRule } from './billing-cycles.js';
import { type MeteredItem, type MeteredSubscription, UsagePeriods } from './usage-periods.js';

const CUSTOMER = 'cus_1';
const at = (text: string): Date => new Date(`${text.length === 10 ? `${text}T10:00:30` : text}Z`);

let test: TestDatabase;
let database: Database;
const periods = new UsagePeriods();
beforeAll(async () => {
  test = await createTestDatabase();
  await migrateDatabase(test.url);
  database = new Database(Log.create('silent'));
  database.open({ connectionString: test.url, poolSize: 2 });
});
afterAll(async () => {
  await database?.close();
  await test?.drop();
});
beforeEach(() => database.pool.query('truncate farebox.usage_periods'));

const MONTHLY: CycleRule = { anchor: at('2026-01-01'), interval: 'month', count: 1 };
const item = (start: string, end: string, changed: Partial<MeteredItem> = {}): MeteredItem => ({
  priceId: 'price_1',
  providerMeter: 'mtr_1',
  cycleStart: at(start),
  cycleEnd: at(end),
  rule: MONTHLY,
  ...changed,
});
const living = (...items: MeteredItem[]): MeteredSubscription => ({
  subscriptionId: 'sub_1',
  endedAt: null,
  items,
});

const see = (seen: MeteredSubscription, now: string): Promise<void> =>
  database.transaction((tx) => periods.record(tx, CUSTOMER, seen, () => at(now)));

const JANUARY = item('2026-01-01', '2026-02-01');
const FEBRUARY = item('2026-02-01', '2026-03-01');

/** `start..end price`, and how calls are counted where that is not from start to end. `*`: open. */
async function shown(): Promise<string[]> {
  const { rows } = await database.pool.query<Record<string, string>>(
    `select to_char(starts_at at time zone 'utc', 'MM-DD HH24:MI:SS') as s, to_char(ends_at at time zone 'utc', 'MM-DD HH24:MI:SS') as e,
       subscription_id, price_id, provider_meter, closed,
       case when counts_from = starts_at then '' else ' from ' || counts_from end as f,
       case when counts_to = ends_at then '' else ' to ' || counts_to end as t
     from farebox.usage_periods order by starts_at, provider_meter`,
  );
  return rows.map(({ s, e, f, t, ...row }) =>
    `${s}..${e} ${row['subscription_id']} ${row['provider_meter']} ${row['price_id']}${row['closed'] ? '' : '*'}${f}${t}`.replaceAll(
      ' 10:00:30',
      '',
    ),
  );
}

it('a change is told in seconds, and counts from the millisecond at which it was seen', async () => {
  await see(living(JANUARY), '2026-01-01');
  const changed = living({ ...JANUARY, priceId: 'price_2' });
  await database.transaction((tx) =>
    periods.record(tx, CUSTOMER, changed, () => new Date('2026-01-15T10:00:30.456Z')),
  );
  const { rows } = await database.pool.query(
    `select price_id, (starts_at = $1) as starts, (ends_at = $1) as ends, (counts_from = $2) as from, (counts_to = $2) as to
     from farebox.usage_periods order by starts_at`,
    ['2026-01-15T10:00:30Z', '2026-01-15T10:00:30.456Z'],
  );
  expect(rows).toEqual([
    { price_id: 'price_1', starts: false, ends: true, from: false, to: true },
    { price_id: 'price_2', starts: true, ends: false, from: true, to: false },
  ]);
});

describe('the first period', () => {
  it('counts also the calls a moment before it', async () => {
    await see(living(JANUARY), '2026-01-01');
    expect(await shown()).toEqual(['01-01..02-01 sub_1 mtr_1 price_1* from -infinity']);
  });

  it('seen again, whenever and however often, changes nothing', async () => {
    await see(living(JANUARY), '2026-01-01');
    const before = await shown();
    for (const now of ['2026-01-01', '2026-01-20', '2026-02-05']) await see(living(JANUARY), now);
    expect(await shown()).toEqual(before);
  });

  it('of each meter is its own', async () => {
    await see(living(JANUARY, item('2026-01-01', '2026-02-01', { providerMeter: 'mtr_2' })), '2026-01-01');
    expect(await shown()).toEqual([
      '01-01..02-01 sub_1 mtr_1 price_1* from -infinity',
      '01-01..02-01 sub_1 mtr_2 price_1* from -infinity',
    ]);
  });

  it('of others is left alone', async () => {
    await see(living(JANUARY), '2026-01-01');
    await database.transaction((tx) => periods.record(tx, 'cus_2', living(FEBRUARY), () => at('2026-02-02')));
    expect((await shown())[0]).toBe('01-01..02-01 sub_1 mtr_1 price_1* from -infinity');
  });
});

describe('the next cycle', () => {
  it('begins where the one before ends', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(living(FEBRUARY), '2026-02-03');
    expect(await shown()).toEqual([
      '01-01..02-01 sub_1 mtr_1 price_1 from -infinity',
      '02-01..03-01 sub_1 mtr_1 price_1*',
    ]);
  });

  it('is kept when an older state is seen after it', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(living(FEBRUARY), '2026-02-03');
    const before = await shown();
    await see(living(JANUARY), '2026-02-04');
    expect(await shown()).toEqual(before);
  });

  it.each<[string, CycleRule, MeteredItem, MeteredItem, string[]]>([
    [
      'of the 31st',
      { anchor: at('2025-12-31'), interval: 'month', count: 1 },
      item('2025-12-31', '2026-01-31'),
      item('2026-03-31', '2026-04-30'),
      ['12-31..01-31', '01-31..02-28', '02-28..03-31', '03-31..04-30'],
    ],
    [
      'of 29 February',
      { anchor: at('2028-02-29'), interval: 'year', count: 1 },
      item('2028-02-29', '2029-02-28'),
      item('2031-02-28', '2032-02-29'),
      ['02-29..02-28', '02-28..02-28', '02-28..02-28', '02-28..02-29'],
    ],
    [
      'of weeks',
      { anchor: at('2026-01-02'), interval: 'week', count: 1 },
      item('2026-01-02', '2026-01-09'),
      item('2026-01-30', '2026-02-06'),
      ['01-02..01-09', '01-09..01-16', '01-16..01-23', '01-23..01-30', '01-30..02-06'],
    ],
    [
      'of three months',
      { anchor: at('2025-11-30'), interval: 'month', count: 3 },
      item('2025-11-30', '2026-02-28'),
      item('2026-08-30', '2026-11-30'),
      ['11-30..02-28', '02-28..05-30', '05-30..08-30', '08-30..11-30'],
    ],
  ])(
    'after some that nobody saw, %s: each has its own period',
    async (_what, rule, first, last, expected) => {
      await see(living({ ...first, rule }), '2025-12-01');
      await see(living({ ...last, rule }), '2032-01-01');
      const found = await shown();
      expect(found.map((line) => line.split(' ')[0])).toEqual(expected);
      expect(found.map((line) => line.includes('*'))).toEqual(
        expected.map((_, n) => n === expected.length - 1),
      );
    },
  );
});

describe('in the middle of a cycle', () => {
  it('another price divides it: what was used before is billed at the old one', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(living({ ...JANUARY, priceId: 'price_2' }), '2026-01-10');
    expect(await shown()).toEqual([
      '01-01..01-10 sub_1 mtr_1 price_1 from -infinity',
      '01-10..02-01 sub_1 mtr_1 price_2*',
    ]);
  });

  it('an item with another meter takes the place of the first, from now on', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(living({ ...JANUARY, providerMeter: 'mtr_2', priceId: 'price_2' }), '2026-01-10');
    expect(await shown()).toEqual([
      '01-01..01-10 sub_1 mtr_1 price_1 from -infinity',
      '01-10..02-01 sub_1 mtr_2 price_2*',
    ]);
  });

  it('a new anchor ends the cycle early and begins another', async () => {
    await see(living(JANUARY), '2026-01-01');
    const reset = item('2026-01-10', '2026-02-10', { rule: { ...MONTHLY, anchor: at('2026-01-10') } });
    await see(living(reset), '2026-01-12');
    expect(await shown()).toEqual([
      '01-01..01-10 sub_1 mtr_1 price_1 from -infinity',
      '01-10..02-10 sub_1 mtr_1 price_1*',
    ]);
  });

  it('another end of the same cycle is taken over', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(living(item('2026-01-01', '2026-01-20')), '2026-01-12');
    expect(await shown()).toEqual(['01-01..01-20 sub_1 mtr_1 price_1* from -infinity']);
  });

  it('a trial that becomes a paid cycle is a period of its own', async () => {
    await see(living(item('2026-01-01', '2026-01-15')), '2026-01-01');
    const paid = item('2026-01-15', '2026-02-15', { rule: { ...MONTHLY, anchor: at('2026-01-15') } });
    await see(living(paid), '2026-01-15T10:00:35');
    expect(await shown()).toEqual([
      '01-01..01-15 sub_1 mtr_1 price_1 from -infinity',
      '01-15..02-15 sub_1 mtr_1 price_1*',
    ]);
  });
});

describe('the end of a subscription', () => {
  const ended = (when: string, ...items: MeteredItem[]): MeteredSubscription => ({
    ...living(...items),
    endedAt: at(when),
  });

  it('closes its period, which counts the calls that came through a moment later', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(ended('2026-01-10', JANUARY), '2026-01-11');
    expect(await shown()).toEqual(['01-01..01-10 sub_1 mtr_1 price_1 from -infinity to infinity']);
  });

  it('seen again changes nothing', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see(ended('2026-01-10', JANUARY), '2026-01-11');
    await see(ended('2026-01-10', JANUARY), '2026-01-20');
    expect(await shown()).toEqual(['01-01..01-10 sub_1 mtr_1 price_1 from -infinity to infinity']);
  });

  it('of one that was never seen alive leaves its last cycle', async () => {
    await see(ended('2026-01-10', JANUARY), '2026-01-11');
    expect(await shown()).toEqual(['01-01..01-10 sub_1 mtr_1 price_1 from -infinity to infinity']);
  });

  it('is followed by another that begins when it begins', async () => {
    await see(living(JANUARY), '2026-01-01');
    const next = item('2026-01-10', '2026-02-10', { rule: { ...MONTHLY, anchor: at('2026-01-10') } });
    await see({ ...living(next), subscriptionId: 'sub_2' }, '2026-01-10');
    expect(await shown()).toEqual([
      '01-01..01-10 sub_1 mtr_1 price_1 from -infinity to infinity',
      '01-10..02-10 sub_2 mtr_1 price_1* from -infinity',
    ]);
  });

  it('in the second in which the other began: the later has the next second', async () => {
    await see(living(JANUARY), '2026-01-01');
    await see({ ...living(JANUARY), subscriptionId: 'sub_2' }, '2026-01-01');
    expect(await shown()).toEqual([
      '01-01..01-01 sub_1 mtr_1 price_1 from -infinity to infinity',
      '01-01 10:00:31..02-01 sub_2 mtr_1 price_1* from -infinity',
    ]);
    const before = await shown();
    await see({ ...living(JANUARY), subscriptionId: 'sub_2' }, '2026-01-02');
    expect(await shown()).toEqual(before);
  });
});
