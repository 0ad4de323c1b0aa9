import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '../../src/platform/database/database.js';
import { Log } from '../../src/platform/logging/logger.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let testDatabase: TestDatabase;
let one: Database;
let other: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  [one, other] = [0, 1].map(() => {
    const database = new Database(Log.create('silent'));
    database.open({ connectionString: testDatabase.url, poolSize: 2 });
    return database;
  }) as [Database, Database];
});
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()]);
  await testDatabase?.drop();
});

it('a lock is waited for longer than a statement may take', async () => {
  let release = (): void => undefined;
  const held = one.withLock('long', 0, () => new Promise<void>((resolve) => (release = resolve)));
  const waiting = other.withLock('long', 30_000, async () => 'taken');
  await delay(16_500);
  release();
  expect(await waiting).toEqual({ result: 'taken' });
  await held;
});
