import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Database } from './database.js';
import { REPORT_CONNECTIONS, Reports } from './reports.js';
import { initialised } from '../../../test/support/initialised.js';

let test: TestDatabase;
let database: Database;
let reports: Reports;
let holder: pg.Client;
const shutdown = new Shutdown(Log.create('silent'));

beforeAll(async () => {
  test = await createTestDatabase();
  database = new Database(Log.create('silent'));
  database.open({ connectionString: test.url, poolSize: 2 });
  reports = initialised(new Reports(database, shutdown));
  holder = new pg.Client(test.url);
  await holder.connect();
});
afterAll(async () => {
  await holder?.end();
  await shutdown.run();
  await database?.close();
  await test?.drop();
});

/** A report that lasts until `letGo`. */
const slow = (account: string) =>
  reports.of(account).query<{ n: number }>('select 1 as n from pg_advisory_xact_lock_shared(7)', []);
const hold = () => holder.query('select pg_advisory_lock(7)');
const letGo = () => holder.query('select pg_advisory_unlock(7)');
const running = async (): Promise<number> => {
  const { rows } = await holder.query<{ n: number }>(
    `select count(*)::integer as n from pg_stat_activity
     where application_name = 'farebox reports' and datname = current_database() and state = 'active'`,
  );
  return rows[0]?.n ?? 0;
};

it('reports of many accounts take their own connections, and none from the queries of paid calls', async () => {
  await hold();
  const all = ['a', 'b'].flatMap((account) => Array.from({ length: 5 }, () => slow(account)));
  await until(async () => (await running()) === REPORT_CONNECTIONS, 15_000);
  expect(database.pool.totalCount - database.pool.idleCount).toBe(0);
  expect(database.pool.waitingCount).toBe(0);
  await database.ping();
  await letGo();
  const found = await Promise.all(all);
  expect(found.map(({ rows }) => rows[0]?.n)).toEqual(Array(10).fill(1));
});

it('one account has two run at a time, twenty wait, and more are refused; another one is served meanwhile', async () => {
  await hold();
  const many = Array.from({ length: 22 }, () => slow('greedy'));
  await until(async () => (await running()) === 2, 15_000);
  await expect(slow('greedy')).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
  expect((await reports.of('other').query<{ n: number }>('select 2 as n', [])).rows).toEqual([{ n: 2 }]);
  expect(await running()).toBe(2);
  await letGo();
  await Promise.all(many);
});

it('a report that takes too long is given up, and one cannot write', async () => {
  await hold();
  await expect(slow('late')).rejects.toMatchObject({ code: 'database_unavailable' });
  await letGo();
  await expect(reports.of('late').query('create table x (n integer)', [])).rejects.toMatchObject({
    code: 'database_unavailable',
  });
  expect((await reports.of('late').query<{ n: number }>('select 3 as n', [])).rows).toEqual([{ n: 3 }]);
});
