import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Database } from './database.js';
import { migrateDatabase } from './migrate.js';
import { Notifications } from './notifications.js';
import { inSchema } from './schema.js';

const log = Log.create('silent');
let server: TestDatabase;
const databases: Database[] = [];
beforeAll(async () => {
  server = await createTestDatabase();
  for (const schema of ['farebox', 'other', 'other']) {
    await migrateDatabase({ connectionString: server.url, schema });
    const database = new Database(log);
    database.open({ connectionString: server.url, poolSize: 2, schema });
    databases.push(database);
  }
});
afterAll(async () => {
  for (const database of databases) await database.close();
  await server?.drop();
});

it.each([
  ['select 1 from farebox.calls c', 'select 1 from "other".calls c'],
  [
    'update "farebox"."calls" set "id" = "farebox"."calls"."id"',
    'update "other"."calls" set "id" = "other"."calls"."id"',
  ],
  [`select to_regclass('farebox.calls')`, `select to_regclass('"other".calls')`],
  ['select 1 from farebox_migrations.x, my_farebox.y', 'select 1 from farebox_migrations.x, my_farebox.y'],
])('%s', (statement, said) => expect(inSchema(statement, 'other')).toBe(said));

it('a lock is held in one schema, by all of its processes', async () => {
  const [farebox, other, sibling] = databases as [Database, Database, Database];
  const held = (database: Database) => database.withLock('work', 0, async () => 'mine');
  await other.withLock('work', 0, async () => {
    expect(await held(sibling)).toBeUndefined();
    expect(await held(farebox)).toEqual({ result: 'mine' });
  });
});

it('locks and channels in the usual schema are those of the release before', async () => {
  const [farebox] = databases as [Database];
  await farebox.withLock('work', 0, async () => {
    const { rows } = await farebox.pool.query(
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and classid = x'4642'::int
         and objid = hashtext('work')::bigint & 4294967295`,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});

it('a notification is heard in its schema alone', async () => {
  const heard: string[] = [];
  const shutdown = new Shutdown(log);
  for (const [n, database] of databases.entries()) {
    const notifications = new Notifications(shutdown, log);
    notifications.onModuleInit();
    notifications.listen('news', {
      onPayload: (payload) => heard.push(`${n} ${payload}`),
      onGap: () => undefined,
    });
    await notifications.start(database);
  }
  const [farebox, other] = databases as [Database, Database];
  // Not heard at once, as a sender's own are: by its connection.
  await other.run((db) => Notifications.notify(db, 'news', 'a'));
  await farebox.run((db) => Notifications.notify(db, 'news', 'b'));
  await until(async () => heard.length >= 3);
  expect(heard.toSorted()).toEqual(['0 b', '1 a', '2 a']);
  await shutdown.run();
});
