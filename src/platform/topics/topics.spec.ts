import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { TestQueues } from '../../../test/support/test-queues.js';
import { TestClock } from '../../../test/support/test-clock.js';
import { Database } from '../database/database.js';
import { migrateDatabase } from '../database/migrate.js';
import { Log } from '../logging/logger.js';
import { type Subscriber, Topic, Topics } from './topics.js';
import { initialised } from '../../../test/support/initialised.js';

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
});
afterAll(async () => {
  await database.close();
  await server?.drop();
});
beforeEach(async () => {
  await database.pool.query('truncate farebox.topic_deliveries, farebox.topic_messages');
});

/** Deliveries are asked for by the test. */
function createTopics(): Topics & { work: () => Promise<void>; wake: () => Promise<void> } {
  const queues = new TestQueues(clock);
  const topics = initialised(new Topics(database, clock, queues.queues, queues.sweep, log));
  return Object.assign(topics, { work: () => queues.work(), wake: () => queues.wake() });
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

const publish = (topics: Topics, id: number): Promise<void> =>
  database.transaction((tx) => topics.publish(tx, OPENED, { id }));

describe('a message', () => {
  it('reaches every subscriber of its topic once, and nobody else', async () => {
    const topics = createTopics();
    const [one, two, other] = [createListener(), createListener(), createListener()];
    topics.subscribe(OPENED, 'one', one.listen);
    topics.subscribe(OPENED, 'two', two.listen);
    topics.subscribe(CLOSED, 'other', other.listen);
    for (const id of [1, 2]) await publish(topics, id);
    await topics.work();
    await topics.work();
    expect([one.heard, two.heard, other.heard]).toEqual([[1, 2], [1, 2], []]);
    // Two that ended at once have left the message.
    await topics.work();
    expect((await database.pool.query('select from farebox.topic_messages')).rowCount).toBe(0);
  });

  it('that is published while others are delivered is delivered too', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    topics.subscribe(OPENED, 'one', async (payload, tx) => {
      await listen(payload, tx);
      if (payload.id < 3) await publish(topics, payload.id + 1);
      void topics.wake();
    });
    await publish(topics, 1);
    await topics.work();
    expect(heard).toEqual([1, 2, 3]);
  });

  it('is not said when the transaction of its publisher is undone', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    topics.subscribe(OPENED, 'one', listen);
    const undone = database.transaction(async (tx) => {
      await topics.publish(tx, OPENED, { id: 1 });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await topics.work();
    expect(heard).toEqual([]);
  });
});

it('whoever publishes holds up no other publisher, however long its transaction goes on', async () => {
  const topics = createTopics();
  const { heard, listen } = createListener();
  topics.subscribe(OPENED, 'one', listen);
  await database.transaction(async (tx) => {
    await tx.transaction((inner) => topics.publish(inner, OPENED, { id: 1 }));
    // It would wait for this transaction if that held the line that wakes the job.
    await publish(topics, 2);
  });
  await topics.work();
  expect(heard.toSorted()).toEqual([1, 2]);
});

it('what was published for a subscriber whose topic is gone is delivered to it, and nothing more is published for it', async () => {
  const before = createTopics();
  before.subscribe(OPENED, 'one', async () => undefined);
  await publish(before, 1);
  const topics = createTopics();
  const { heard, listen } = createListener();
  topics.drain('one', listen);
  await publish(topics, 2);
  await topics.work();
  expect(heard).toEqual([1]);
  expect((await database.pool.query('select from farebox.topic_messages')).rowCount).toBe(0);
});

describe('a subscriber that fails', () => {
  it('is asked again later, with what it wrote undone, and holds up nobody else', async () => {
    const topics = createTopics();
    const { heard, listen } = createListener();
    let away = true;
    topics.subscribe(OPENED, 'failing', async (_payload, tx) => {
      await tx.execute(`update farebox.topic_messages set payload = '{"id":7}'`);
      if (away) throw new Error('away');
    });
    topics.subscribe(OPENED, 'one', listen);
    await publish(topics, 1);
    await topics.work();
    expect(heard).toEqual([1]);
    const left = () => database.pool.query('select payload from farebox.topic_messages');
    expect((await left()).rows).toEqual([{ payload: { id: 1 } }]);

    away = false;
    await topics.work();
    expect((await left()).rowCount).toBe(1);
    clock.advance(1_000);
    await topics.work();
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
      await topics.wake();
      await until(() => heard.includes(id));
    }
    answer();
    await until(async () => {
      answer();
      return (await database.pool.query('select from farebox.topic_messages')).rowCount === 0;
    });
  });
});

it('a subscriber takes as many messages at once as it said', async () => {
  const topics = createTopics();
  const ends: (() => void)[] = [];
  topics.subscribe(OPENED, 'slow', () => new Promise((resolve) => ends.push(resolve)), 2);
  for (const id of [1, 2, 3]) await publish(topics, id);
  await topics.wake();
  await until(() => ends.length === 2);
  ends[1]?.();
  await until(() => ends.length === 3);
  for (const end of ends) end();
  await topics.work();
  expect((await database.pool.query('select from farebox.topic_messages')).rowCount).toBe(0);
});

it('a delivery that another process is at is left to it, without looking again and again', async () => {
  const topics = createTopics();
  const { heard, listen } = createListener();
  topics.subscribe(OPENED, 'one', listen);
  await publish(topics, 1);
  const other = new pg.Client(server.url);
  await other.connect();
  await other.query('begin; select from farebox.topic_deliveries for update');
  await topics.work();
  expect(heard).toEqual([]);
  await other.end();
  await topics.work();
  expect(heard).toEqual([1]);
});
