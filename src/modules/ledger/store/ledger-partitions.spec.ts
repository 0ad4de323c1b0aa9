import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/postgres.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { migrateDatabase } from '../../../platform/database/migrate.js';
import type { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { LedgerPartitions } from './ledger-partitions.js';
import { initialised } from '../../../../test/support/initialised.js';

let test: TestDatabase;
let database: Database;
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

const lastDay = async (): Promise<unknown> =>
  (
    await database.pool.query(
      `select max(inhrelid::regclass::text) as name from pg_inherits where inhparent = 'farebox.calls'::regclass`,
    )
  ).rows[0]?.name;

let sweep: () => Promise<void>;
const createPartitions = (): LedgerPartitions =>
  initialised(
    new LedgerPartitions(
      database,
      { get: () => 400 * 86_400_000 } as unknown as Settings,
      new TestClock(new Date('2036-06-15T12:00:00Z')),
      { register: (_name: string, search: () => Promise<void>) => (sweep = search) } as unknown as Sweep,
      Log.create('silent'),
    ),
  );

it('wait while somebody reads the ledger for long, so that no call has to wait with them', async () => {
  createPartitions();
  const reader = new pg.Client(test.url);
  await reader.connect();
  await reader.query('begin; select from farebox.calls');
  const before = await lastDay();
  await sweep();
  expect(await lastDay()).toBe(before);
  await reader.end();
  await sweep();
  expect(await lastDay()).toBe('farebox.calls_2036_06_22');
});
