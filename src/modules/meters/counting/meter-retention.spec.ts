import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  createMeteringWorld,
  CUSTOMER,
  type MeteringWorld,
  SUBSCRIPTION,
} from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { APRIL, DAY, HOUR, MARCH } from '../../../../test/support/usage-steps.js';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import type { Search, Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import type { CountedMeter, MeterDirectory } from '../directory/meter-directory.js';
import { countPass } from './meter-pass.js';
import { MeterRetention } from './meter-retention.js';
import { initialised } from '../../../../test/support/initialised.js';

const USERS: CountedMeter = {
  definition: {
    name: 'users',
    displayName: 'Users',
    eventName: 'users',
    filter: {},
    metric: 'unique_users',
    aggregation: 'sum',
    windowMs: HOUR,
  },
  provider: {
    name: 'users',
    id: 'mtr_users',
    eventName: 'users',
    customerKey: 'customer',
    valueKey: 'value',
  },
};
/** The default of LEDGER_RETENTION after the end of March's period, and before that of April's. */
const LATER = new Date(MARCH.endsAt.getTime() + 401 * DAY);

const database = new Database(Log.create('silent'));
const clock = new TestClock(LATER);
let world: MeteringWorld;
let sweep: Search;
beforeAll(async () => {
  world = await createMeteringWorld();
  database.open({ connectionString: world.databaseUrl, poolSize: 2 });
});
afterAll(async () => {
  await database.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.empty();
  clock.set(LATER);
  const directory: Pick<MeterDirectory, 'meters'> = { meters: async () => [USERS] };
  const sweeps: Pick<Sweep, 'register'> = { register: (_name, search) => (sweep = search) };
  const settings = parseSettings({ STRIPE_KEY: 'sk_test_of_the_tests', TOKEN_SECRET });
  // It registers itself with the sweep.
  void initialised(
    new MeterRetention(
      database,
      directory as MeterDirectory,
      settings,
      clock,
      sweeps as Sweep,
      Log.create('silent'),
    ),
  );
});

const period = ({ startsAt, endsAt }: typeof MARCH, customerId = CUSTOMER): Promise<void> =>
  world.period({ customerId, subscriptionId: SUBSCRIPTION, providerMeter: 'mtr_users', startsAt, endsAt });

/** Two users in each of the periods. */
async function useBoth(customerId = CUSTOMER): Promise<void> {
  for (const each of [MARCH, APRIL]) {
    await period(each, customerId);
    for (const userId of ['ada', 'bob'])
      await world.call({ customerId, userId, startedAt: each.startsAt.getTime() + DAY });
  }
}

const count = (): Promise<number> => countPass(world.client, [USERS], 'wait');

/** Of each table the periods that it still has rows of, by month. */
async function kept(): Promise<Record<string, number[]>> {
  const months = async (table: string): Promise<number[]> => {
    const { rows } = await world.client.query<{ month: number }>(
      `select distinct extract(month from starts_at)::int as month from ${table} order by 1`,
    );
    return rows.map(({ month }) => month);
  };
  const { rows } = await world.client.query<{ members: number }>(
    'select count(*)::int as members from farebox.meter_members',
  );
  return {
    buckets: await months('meter_buckets'),
    scopes: await months('meter_scopes'),
    usage: await months('meter_usage'),
    members: rows.map(({ members }) => members),
  };
}

it('forgets hours and members of periods that are long over, and keeps what they showed', async () => {
  await useBoth();
  await count();
  expect(await kept()).toEqual({ buckets: [3, 4], scopes: [3, 4], usage: [3, 4], members: [4] });
  await sweep();
  expect(await kept()).toEqual({ buckets: [4], scopes: [4], usage: [3, 4], members: [2] });

  clock.advance(APRIL.endsAt.getTime() - MARCH.endsAt.getTime());
  await sweep();
  expect(await kept()).toEqual({ buckets: [], scopes: [], usage: [3, 4], members: [0] });
});

it('in as many batches as it takes', async () => {
  for (let customer = 0; customer < 201; customer++) await period(MARCH, `cus_${customer}`);
  await world.call({ customerId: 'cus_99', startedAt: MARCH.startsAt.getTime() + DAY });
  await world.call({ customerId: 'cus_0', startedAt: MARCH.startsAt.getTime() + DAY });
  await count();
  await sweep();
  expect(await kept()).toEqual({ buckets: [], scopes: [], usage: [3], members: [0] });
});

it('nothing as long as calls of that time are not counted: whoever was counted would be again', async () => {
  await useBoth();
  await count();
  await world.call({ userId: 'ada', startedAt: MARCH.endsAt.getTime() - DAY, id: idOf(MARCH.endsAt) });
  await sweep();
  expect(await kept()).toMatchObject({ members: [4] });

  await count();
  await sweep();
  expect(await kept()).toMatchObject({ members: [2] });
  const { rows } = await world.client.query(
    'select value from farebox.meter_usage order by starts_at limit 1',
  );
  expect(rows).toEqual([{ value: '2' }]);
});

/** UUIDv7 of a moment: a call's day in the ledger is that of its id. */
function idOf(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
