import { afterAll, beforeAll, it } from '@jest/globals';
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
