import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql as raw } from 'drizzle-orm';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { Database } from '../database/database.js';
import type { DatabaseStartup } from '../database/database-startup.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Jobs } from './jobs.js';

const log = Log.create('silent');
const database = new Database(log);
const shutdown = new Shutdown(log);
let server: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  server = await createTestDatabase();
  database.open({ connectionString: server.url, poolSize: 4 });
});
afterAll(async () => {
  await shutdown.run();
  await database.close();
  await server?.drop();
});

it('a job that fails is woken again within seconds, without the sweep', async () => {
  let open = async (): Promise<void> => undefined;
  const startup = { onOpen: (start: () => Promise<void>) => (open = start) } as unknown as DatabaseStartup;
  const jobs = new Jobs(database, startup, shutdown, log);
  let runs = 0;
  jobs.register('flaky', async () => {
    runs++;
    if (runs === 1) throw new Error('the database did not answer in time');
  });
  await open();
  await database.transaction((sql) => Jobs.wake(sql, 'flaky'));
  await until(() => runs === 2);
});

it('a wake is not lost when the job of the wake before it begins to run at that moment', async () => {
  // No process knows this job: it begins to run when we say so, as graphile-worker has it begin.
  await database.transaction((sql) => Jobs.wake(sql, 'elsewhere'));
  let commit: (() => void) | undefined;
  const beginning = database.transaction(async (sql) => {
    await sql.execute(
      raw`update graphile_worker._private_jobs set locked_at = now() where key = 'elsewhere:now'`,
    );
    await new Promise<void>((resolve) => (commit = resolve));
  });
  await until(() => commit !== undefined);
  const waking = database.transaction((sql) => Jobs.wake(sql, 'elsewhere'));
  await until(async () => {
    const { rows } = await database.run((sql) =>
      sql.execute(
        raw`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    );
    return rows.length > 0;
  });
  commit?.();
  await Promise.all([beginning, waking]);
  const { rows } = await database.run((sql) =>
    sql.execute(
      raw`select key from graphile_worker.jobs where task_identifier = 'elsewhere' and locked_at is null`,
    ),
  );
  expect(rows).toEqual([{ key: 'elsewhere:now' }]);
});
