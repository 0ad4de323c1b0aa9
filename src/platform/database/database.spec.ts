import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { Log } from '../logging/logger.js';
import { Database } from './database.js';

let server: Awaited<ReturnType<typeof createTestDatabase>>;
const one = new Database(Log.create('silent'));
const other = new Database(Log.create('silent'));

beforeAll(async () => {
  server = await createTestDatabase();
  for (const database of [one, other]) database.open({ connectionString: server.url, poolSize: 2 });
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await server?.drop();
});

it('a lock is held by one at a time, by its name', async () => {
  await one.withLock('a', 0, async () => {
    expect(await other.withLock('a', 0, async () => 'taken')).toBeUndefined();
    expect(await other.withLock('b', 0, async () => 'taken')).toEqual({ result: 'taken' });
  });
  expect(await other.withLock('a', 0, async () => 'taken')).toEqual({ result: 'taken' });
});

it('a lock dies with the connection of its holder', async () => {
  const client = new pg.Client(server.url);
  await client.connect();
  const [begun, released] = [withResolver(), withResolver()];
  const held = one.withLock('c', 0, () => {
    begun.resolve();
    return released.promise;
  });
  await begun.promise;
  expect(await other.withLock('c', 0, async () => 'taken')).toBeUndefined();
  // Of this database alone: others on the server hold locks too.
  await client.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  await client.end();
  expect(await other.withLock('c', 5_000, async () => 'taken')).toEqual({ result: 'taken' });
  released.resolve();
  await held.catch(() => undefined);
  expect(await one.withLock('c', 0, async () => 'again')).toEqual({ result: 'again' });
});

it('every session has deadlines at the server, set when it is there: poolers refuse them as parameters of its start', async () => {
  const settings = `select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle`;
  const deadlines = { statement: '15s', idle: '1min' };
  expect((await one.run((db) => db.execute(settings))).rows).toEqual([deadlines]);
  expect((await one.slowTransaction((tx) => tx.execute(settings))).rows).toEqual([deadlines]);
  const client = await one.connect('test', 2_000);
  expect((await client.query(settings)).rows).toEqual([{ ...deadlines, statement: '2s' }]);
  await client.end();
});

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
