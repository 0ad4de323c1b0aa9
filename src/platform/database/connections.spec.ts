import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { Log } from '../logging/logger.js';
import { Database } from './database.js';
import { migrateDatabase } from './migrate.js';
import { Reports } from './reports.js';
import { Shutdown } from '../lifecycle/shutdown.js';

const log = Log.create('silent');
let server: TestDatabase;
beforeAll(async () => {
  server = await createTestDatabase();
});
afterAll(() => server?.drop());

describe.each(['farebox', 'other'])('the pool of an application around us, schema %s', (schema) => {
  let host: pg.Pool;
  let asked = 0;
  const database = new Database(log);
  beforeAll(async () => {
    const { hostname, port, username, password, pathname } = new URL(server.url);
    host = new pg.Pool({
      host: hostname,
      port: Number(port),
      user: username,
      database: pathname.slice(1),
      // As with a cloud's short-lived passwords.
      password: async () => {
        asked++;
        return decodeURIComponent(password);
      },
      max: 2,
      idleTimeoutMillis: 50,
      application_name: 'host',
    });
    await migrateDatabase({ pool: host, schema });
    database.open({ pool: host, poolSize: 2, schema });
  });
  afterAll(() => host?.end());

  const clients = async (name: string): Promise<number> => {
    const { rowCount } = await host.query(
      `select from pg_stat_activity where datname = current_database() and application_name = $1`,
      [name],
    );
    return rowCount ?? 0;
  };

  it('serves queries and transactions, and keeps count of its connections', async () => {
    const before = asked;
    const count = () => database.pool.query<{ n: number }>('select count(*)::int as n from farebox.calls');
    expect((await Promise.all([count(), count(), count()])).map(({ rows }) => rows)).toEqual(
      Array.from({ length: 3 }, () => [{ n: 0 }]),
    );
    await database.transaction((tx) => tx.execute(`insert into farebox.trial_uses values ('k', 's', now())`));
    expect(host.totalCount).toBe(2);
    expect(asked - before).toBe(2);
    // A connection that is taken out of the pool is taken out of the host's own.
    await until(async () => host.totalCount === 0);
    expect((await host.query(`select key from "${schema}".trial_uses`)).rows).toEqual([{ key: 'k' }]);
  });

  it('is not used for what needs a session, or has deadlines of its own', async () => {
    await database.withLock('work', 0, async () => {
      expect(await clients('farebox locks')).toBe(1);
    });
    const shutdown = new Shutdown(log);
    const reports = new Reports(database, shutdown);
    reports.onModuleInit();
    await reports.of('account').query('select 1 from farebox.calls', []);
    expect(await clients('farebox reports')).toBe(1);
    await shutdown.run();
    const { rows } = await host.query(
      `select setting from pg_settings where source = 'session' and name <> 'application_name'`,
    );
    expect(rows).toEqual([]);
  });

  it('outlives us', async () => {
    await database.close();
    expect(await clients('host')).toBeGreaterThan(0);
    await until(async () => (await clients('farebox locks')) === 0);
  });
});
