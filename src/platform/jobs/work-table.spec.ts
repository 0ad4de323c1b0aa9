import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isNull } from 'drizzle-orm';
import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { Database } from '../database/database.js';
import { Log } from '../logging/logger.js';
import { WorkTable } from './work-table.js';

const chores = pgTable(
  'chores',
  {
    room: text('room').notNull(),
    chore: text('what').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
    note: text('note'),
    doneAt: timestamp('done_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.room, table.chore] })],
);
const lamps = pgTable('lamps', {
  id: text('id').primaryKey(),
  attempts: integer('attempts').notNull().default(0),
  nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
});

const NOW = new Date('2026-03-10T12:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

const database = new Database(Log.create('silent'));
let server: Awaited<ReturnType<typeof createTestDatabase>>;
let clock: TestClock;
let work: WorkTable<typeof chores>;
beforeAll(async () => {
  server = await createTestDatabase();
  database.open({ connectionString: server.url, poolSize: 4 });
  await database.pool.query(
    `create table chores (room text, what text, attempts int not null default 0, next_attempt_at timestamptz not null,
       note text, done_at timestamptz, primary key (room, what));
     create table lamps (id text primary key, attempts int not null default 0, next_attempt_at timestamptz not null)`,
  );
});
afterAll(async () => {
  await database.close();
  await server?.drop();
});
beforeEach(async () => {
  await database.pool.query('truncate chores, lamps');
  clock = new TestClock(NOW);
  work = new WorkTable(database, clock, chores, {
    open: isNull(chores.doneAt),
    firstRetryMs: 1_000,
    lastRetryMs: 60_000,
    tieBreak: chores.chore,
  });
});

const add = (room: string, chore: string, due: number, done = false): Promise<unknown> =>
  database.run((db) =>
    db.insert(chores).values({ room, chore, nextAttemptAt: at(due), doneAt: done ? NOW : null }),
  );
const take = (): Promise<string | undefined> =>
  database.transaction(async (tx) => (await work.take(tx))?.chore);
const rows = async () => (await database.run((db) => db.select().from(chores))).toSorted(byChore);
const byChore = (one: { chore: string }, other: { chore: string }) => (one.chore < other.chore ? -1 : 1);

describe('what is taken', () => {
  it('is open and due, the longest waiting first', async () => {
    await add('hall', 'done', -100, true);
    await add('hall', 'later', 1);
    expect(await take()).toBeUndefined();
    await add('hall', 'z', -1);
    await add('hall', 'y', -2);
    await add('hall', 'x', -1);
    await database.transaction(async (tx) => {
      const taken: unknown[] = [];
      for (let row = await work.take(tx); row; row = await work.take(tx)) {
        taken.push(row.chore);
        await work.postpone(row, { tx });
      }
      expect(taken).toEqual(['y', 'x', 'z']);
    });
    clock.advance(1_000);
    expect((await work.listDue(2)).map(({ chore }) => chore)).toHaveLength(2);
  });

  it('is what nobody else has taken', async () => {
    await add('hall', 'a', -2);
    await add('hall', 'b', -1);
    await database.transaction(async (tx) => {
      expect((await work.take(tx))?.chore).toBe('a');
      expect(await take()).toBe('b');
    });
    expect(await take()).toBe('a');
  });

  it('may be narrowed down', async () => {
    await add('hall', 'a', -2);
    await add('attic', 'b', -1);
    const where = isNull(chores.note);
    await database.run((db) => db.update(chores).set({ note: 'x' }).where(isNull(chores.doneAt)));
    await add('attic', 'c', 5);
    expect(await database.transaction((tx) => work.take(tx, where))).toBeUndefined();
    expect([await work.nextAt(where), await work.nextAt()]).toEqual([at(5), at(-2)]);
    expect([await work.pending(where), await work.pending()]).toEqual([1, 3]);
  });
});

describe('a row that is postponed', () => {
  it('waits for twice as long each time, up to the limit', async () => {
    await add('hall', 'a', 0);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const [row] = await rows();
      await work.postpone(row!, { set: { note: `failed ${attempt}` } });
      const [after] = await rows();
      expect([after?.attempts, after?.note]).toEqual([attempt + 1, `failed ${attempt}`]);
      waits.push((after!.nextAttemptAt.getTime() - clock.ms()) / 1_000);
      clock.set(after!.nextAttemptAt);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('is that row alone, also where several columns are its key', async () => {
    await add('hall', 'a', 0);
    await add('hall', 'b', 0);
    await add('attic', 'a', 0);
    const before = await rows();
    await work.postpone(before.find(({ room }) => room === 'attic')!);
    expect((await rows()).map(({ attempts }) => attempts).toSorted()).toEqual([0, 0, 1]);
    expect((await rows()).find(({ attempts }) => attempts === 1)?.room).toBe('attic');
  });

  it('is undone with the transaction that it was told', async () => {
    await add('hall', 'a', 0);
    const [row] = await rows();
    const undone = database.transaction(async (tx) => {
      await work.postpone(row!, { tx });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect((await rows())[0]?.attempts).toBe(0);
  });
});

it('a row that is leased is due again when the lease ends, and its failure counts once', async () => {
  await add('hall', 'a', 0);
  const [row] = await rows();
  await database.transaction((tx) => work.lease(tx, row!, 30_000));
  expect(await take()).toBeUndefined();
  clock.advance(30_000);
  expect(await take()).toBe('a');
  await work.postpone(row!);
  expect((await rows())[0]).toMatchObject({ attempts: 1, nextAttemptAt: at(31) });
});

it('a table in which every row is open needs no condition, and nothing waits in an empty one', async () => {
  const lit = new WorkTable(database, clock, lamps, { firstRetryMs: 1_000, lastRetryMs: 60_000 });
  expect([await lit.nextAt(), await lit.pending(), await lit.listDue(1)]).toEqual([undefined, 0, []]);
  await database.run((db) => db.insert(lamps).values({ id: 'l', nextAttemptAt: NOW }));
  const [row] = await lit.listDue(1);
  await lit.postpone(row!);
  expect([await lit.nextAt(), await lit.pending(), await lit.listDue(1)]).toEqual([at(1), 1, []]);
});

it('a table without a primary key is refused', () => {
  const loose = pgTable('loose', {
    attempts: integer('attempts').notNull(),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull(),
  });
  expect(() => new WorkTable(database, clock, loose, { firstRetryMs: 1, lastRetryMs: 1 })).toThrow(
    'loose has no primary key',
  );
});
