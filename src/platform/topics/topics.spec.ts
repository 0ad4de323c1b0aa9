import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { Database } from '../database/database.js';
import { migrateDatabase } from '../database/migrate.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Sweep } from '../jobs/sweep.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { type Subscriber, Topic, Topics } from './topics.js';

interface Opened {
  id: number;
}
const OPENED = new Topic<Opened>('opened');
const CLOSED = new Topic<Opened>('closed');

const log = Log.create('silent');
const database = new Database(log);
const clock = new TestClock(new Date('2026-03-10T12:00:00Z'));
let server: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  server = await createTestDatabase();
  await migrateDatabase(server.url);
  database.open({ connectionString: server.url, poolSize: 4 });
  await runMigrations({ pgPool: database.pool });
});
afterAll(async () => {
  await database.close();
  await server?.drop();
});
beforeEach(async () => {
  await database.pool.query('truncate topic_deliveries, topic_messages');
});

let sweep: () => Promise<void> = async () => undefined;

/** Deliveries are asked for by the test, and so is the sweep. */
function createTopics(): Topics {
  const jobs: Pick<Jobs, 'register'> = { register: () => undefined };
  const sweeps: Pick<Sweep, 'register'> = { register: (_name, search) => (sweep = search) };
  return new Topics(database, clock, jobs as Jobs, sweeps as Sweep, new Shutdown(log), log);
}

function createListener(): { heard: number[]; listen: Subscriber<Opened> } {
  const heard: number[] = [];
  return {
    heard,
    listen: async ({ id }) => {
      heard.push(id);
    },
  };
}

async function deliver(topics: Topics): Promise<void> {
  await topics.deliverDue();
  await topics.idle();
}

const publish = (topics: Topics, id: number): Promise<void> =>
  database.transaction((sql) => topics.publish(sql, OPENED, { id }));

describe('a message', () => {
  it('reaches every subscriber of its topic once, and nobody else', async () => {
    const topics = createTopics();
    const [one, two, other] = [createListener(), createListener(), createListener()];
    topics.subscribe(OPENED, 'one', one.listen);
    topics.subscribe(OPENED, 'two', two.listen);
    topics.subscribe(CLOSED, 'other', other.listen);
    for (const id of [1, 2]) await publish(topics, id);
    await deliver(topics);
    await deliver(topics);
    expect([one.heard, two.heard, other.heard]).toEqual([[1, 2], [1, 2], []]);
    // Two that ended at once have left the message.
    await sweep();
    expect((await database.pool.query('select from topic_messages')).rowCount).toBe(0);
  });

  it('that is published while others are delivered is delivered too', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    topics.subscribe(OPENED, 'one', async (payload, sql) => {
      await listen(payload, sql);
      if (payload.id < 3) await publish(topics, payload.id + 1);
      void topics.deliverDue();
    });
    await publish(topics, 1);
    await deliver(topics);
    expect(heard).toEqual([1, 2, 3]);
  });

  it('is not said when the transaction of its publisher is undone', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    topics.subscribe(OPENED, 'one', listen);
    const undone = database.transaction(async (sql) => {
      await topics.publish(sql, OPENED, { id: 1 });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await deliver(topics);
    expect(heard).toEqual([]);
  });
});

it('whoever publishes holds up no other publisher, however long its transaction goes on', async () => {
  const topics = createTopics();
  const { heard, listen } = createListener();
  topics.subscribe(OPENED, 'one', listen);
  await database.transaction(async (sql) => {
    await sql.transaction((inner) => topics.publish(inner, OPENED, { id: 1 }));
    // It would wait for this transaction if that held the line that wakes the job.
    await publish(topics, 2);
  });
  await deliver(topics);
  expect(heard.toSorted()).toEqual([1, 2]);
  const { rows } = await database.pool.query(
    `select 1 from graphile_worker.jobs where key = 'topics.deliver:now'`,
  );
  expect(rows).toHaveLength(1);
});

describe('a subscriber that fails', () => {
  it('is asked again later, with what it wrote undone, and holds up nobody else', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    let away = true;
    topics.subscribe(OPENED, 'failing', async (_payload, sql) => {
      await sql.execute(`update topic_messages set payload = '{"id":7}'`);
      if (away) throw new Error('away');
    });
    topics.subscribe(OPENED, 'one', listen);
    await publish(topics, 1);
    await deliver(topics);
    expect(heard).toEqual([1]);
    const left = () => database.pool.query('select payload from topic_messages');
    expect((await left()).rows).toEqual([{ payload: { id: 1 } }]);

    away = false;
    await deliver(topics);
    expect((await left()).rowCount).toBe(1);
    clock.advance(1_000);
    await deliver(topics);
    expect((await left()).rowCount).toBe(0);
    expect(heard).toEqual([1]);
  });

  it('or hangs does not keep others from what is said meanwhile', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    let answer = (): void => undefined;
    topics.subscribe(OPENED, 'hanging', () => new Promise((resolve) => (answer = resolve)));
    topics.subscribe(OPENED, 'one', listen);
    for (const id of [1, 2]) {
      await publish(topics, id);
      await topics.deliverDue();
      await until(() => heard.includes(id));
    }
    answer();
    await until(async () => {
      answer();
      return (await database.pool.query('select from topic_messages')).rowCount === 0;
    });
  });

  it('is woken for when its time has come', async () => {
    const topics = createTopics();
    topics.subscribe(OPENED, 'failing', () => Promise.reject(new Error('away')));
    await publish(topics, 1);
    await deliver(topics);
    const { rows } = await database.pool.query(
      `select run_at from graphile_worker.jobs where key = 'topics.deliver:later'`,
    );
    expect(rows).toEqual([{ run_at: new Date(clock.ms() + 1_000) }]);
  });
});

it('what becomes due while another subscriber is served is not put off by the next time of that one', async () => {
  const topics = createTopics();
  let served = (): void => undefined;
  topics.subscribe(OPENED, 'first', () => Promise.reject(new Error('away')));
  topics.subscribe(CLOSED, 'second', async () => {
    served();
    throw new Error('away');
  });
  await database.transaction((sql) => topics.publish(sql, CLOSED, { id: 1 }));
  await deliver(topics);
  clock.advance(1);
  await publish(topics, 2);
  await deliver(topics);
  clock.advance(999);
  served = () => clock.advance(1);
  await deliver(topics);
  const { rows } = await database.pool.query(
    `select run_at from graphile_worker.jobs where key = 'topics.deliver:later'`,
  );
  expect(rows).toEqual([{ run_at: new Date(clock.ms() + 1_000) }]);
});

it('a subscriber takes as many messages at once as it said', async () => {
  const topics = createTopics();
  const ends: (() => void)[] = [];
  topics.subscribe(OPENED, 'slow', () => new Promise((resolve) => ends.push(resolve)), 2);
  for (const id of [1, 2, 3]) await publish(topics, id);
  await topics.deliverDue();
  await until(() => ends.length === 2);
  ends[1]?.();
  await until(() => ends.length === 3);
  for (const end of ends) end();
  await topics.idle();
  expect((await database.pool.query('select from topic_messages')).rowCount).toBe(0);
});

it('a delivery that another process is at is left to it, without looking again and again', async () => {
  const topics = createTopics();
  const { heard, listen } = createListener();
  topics.subscribe(OPENED, 'one', listen);
  await publish(topics, 1);
  const other = new pg.Client(server.url);
  await other.connect();
  await other.query('begin; select from topic_deliveries for update');
  await deliver(topics);
  expect(heard).toEqual([]);
  await other.end();
  await deliver(topics);
  expect(heard).toEqual([1]);
});

it('a wake with nothing to do costs one query, however many subscribers there are', async () => {
  const topics = createTopics();
  for (const name of ['a', 'b', 'c', 'd']) topics.subscribe(OPENED, name, createListener().listen);
  const query = jest.spyOn(pg.Client.prototype, 'query');
  await deliver(topics);
  expect(query).toHaveBeenCalledTimes(1);
  query.mockRestore();
});
