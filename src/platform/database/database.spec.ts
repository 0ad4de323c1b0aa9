import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { Log } from '../logging/logger.js';
import { beforeCommit } from './before-commit.js';
import { Database, type Sql } from './database.js';

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
  expect((await one.run((sql) => sql.execute(settings))).rows).toEqual([deadlines]);
  expect((await one.slowTransaction((sql) => sql.execute(settings))).rows).toEqual([deadlines]);
  const client = await one.connect('test', 2_000);
  expect((await client.query(settings)).rows).toEqual([{ ...deadlines, statement: '2s' }]);
  await client.end();
});

describe('what is to be done before a commit', () => {
  const said = (sql: Sql, done: string[], word: string): Promise<void> =>
    beforeCommit(sql, word, async (last) => {
      await last.execute('select 1');
      done.push(word);
    });

  it('is done last, once each, in the same order everywhere', async () => {
    const done: string[] = [];
    await one.transaction(async (sql) => {
      await said(sql, done, 'b');
      await sql.transaction((inner) => said(inner, done, 'a'));
      await said(sql, done, 'b');
      done.push('work');
    });
    expect(done).toEqual(['work', 'a', 'b']);
  });

  it('is not done when the transaction is undone', async () => {
    const done: string[] = [];
    const undone = one.transaction(async (sql) => {
      await said(sql, done, 'a');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(done).toEqual([]);
  });

  it('undoes the transaction when it fails', async () => {
    await one.run((sql) => sql.execute('create table kept (n int)'));
    const failed = one.transaction(async (sql) => {
      await sql.execute('insert into kept values (1)');
      await beforeCommit(sql, 'a', () => Promise.reject(new Error('not now')));
    });
    await expect(failed).rejects.toThrow('not now');
    expect((await one.run((sql) => sql.execute('select from kept'))).rowCount).toBe(0);
  });

  it('is done at once outside of a transaction', async () => {
    const done: string[] = [];
    await one.run((sql) => said(sql, done, 'a'));
    expect(done).toEqual(['a']);
  });
});

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
