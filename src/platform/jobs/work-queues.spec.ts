import { afterEach, beforeAll, afterAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { SystemClock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import type { DatabaseStartup } from '../database/database-startup.js';
import { migrateDatabase } from '../database/migrate.js';
import { Notifications } from '../database/notifications.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Topic, Topics } from '../topics/topics.js';
import { Sweep } from './sweep.js';
import { WorkQueues } from './work-queues.js';
import { initialised } from '../../../test/support/initialised.js';
import { Role } from '../lifecycle/role.js';

const log = Log.create('silent');
let server: TestDatabase;
const processes: Process[] = [];
beforeAll(async () => {
  server = await createTestDatabase();
  await migrateDatabase(server.url);
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.end()));
});
afterAll(() => server?.drop());

/** What a process has of its own, without a sweep: only wakes and timers bring work. */
class Process {
  readonly database = new Database(log);
  readonly shutdown = new Shutdown(log);
  readonly notifications = initialised(new Notifications(this.shutdown, log));
  ready: () => Promise<void> = async () => undefined;
  private readonly sweep = initialised(
    new Sweep(
      { onReady: () => undefined } as unknown as DatabaseStartup,
      this.shutdown,
      new Role('all'),
      log,
    ),
  );
  readonly queues = initialised(
    new WorkQueues(
      new SystemClock(),
      this.sweep,
      this.shutdown,
      this.notifications,
      {
        onReady: (start: () => Promise<void>) => (this.ready = start),
      } as unknown as DatabaseStartup,
      new Role('all'),
    ),
  );
  readonly topics = initialised(new Topics(this.database, new SystemClock(), this.queues, this.sweep, log));

  constructor() {
    this.database.open({ connectionString: server.url, poolSize: 4 });
    processes.push(this);
  }

  /** A queue with nothing in it, that counts how often it looks. */
  counting(name: string): { looks: number } {
    const count = { looks: 0 };
    this.queues.open({
      name,
      atOnce: 1,
      takeOne: async () => {
        count.looks++;
        return false;
      },
      nextAt: async () => undefined,
      failed: () => undefined,
    });
    return count;
  }

  async listen(): Promise<void> {
    await this.ready();
    await this.notifications.start(this.database);
    await this.queues.idle();
  }

  async end(): Promise<void> {
    await this.shutdown.run();
    await this.database.close();
  }
}

it('a wake reaches the queues of its name in every process, when its transaction commits', async () => {
  const [one, other] = [new Process(), new Process()];
  const [own, its, another] = [one.counting('a'), other.counting('a'), other.counting('b')];
  await Promise.all([one.listen(), other.listen()]);
  const before = [own.looks, its.looks, another.looks];
  await one.database.transaction(async (tx) => {
    await WorkQueues.wake(tx, 'a');
    expect([own.looks, its.looks, another.looks]).toEqual(before);
  });
  await until(() => own.looks > before[0]! && its.looks > before[1]!);
  expect(another.looks).toBe(before[2]);
});

it('a process hears its own wakes also while it has no connection for notifications', async () => {
  const process = new Process();
  const own = process.counting('a');
  await process.listen();
  const { rows } = await process.database.run((db) =>
    db.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'farebox notifications' and datname = current_database()`,
    ),
  );
  expect(rows).toHaveLength(1);
  const before = own.looks;
  await process.database.transaction((tx) => WorkQueues.wake(tx, 'a'));
  expect(own.looks).toBeGreaterThan(before);
});

it('wakes that were missed while the connection was lost are made up for when it is back', async () => {
  const [one, other] = [new Process(), new Process()];
  const its = other.counting('a');
  await one.database.transaction((tx) => WorkQueues.wake(tx, 'a'));
  expect(its.looks).toBe(0);
  await other.listen();
  expect(its.looks).toBe(1);
});

it('a message is delivered by one of the processes, and again by itself after a failure', async () => {
  const OPENED = new Topic<{ id: number }>('opened');
  const heard: number[] = [];
  const failed = new Set<number>();
  const both = [new Process(), new Process()];
  for (const { topics } of both)
    topics.subscribe(OPENED, 'one', async ({ id }) => {
      if (id % 10 === 0 && !failed.has(id)) {
        failed.add(id);
        throw new Error('away');
      }
      heard.push(id);
    });
  await Promise.all(both.map((process) => process.listen()));
  const ids = Array.from({ length: 50 }, (_, id) => id);
  await Promise.all(
    ids.map((id) =>
      both[id % 2]!.database.transaction((tx) => both[id % 2]!.topics.publish(tx, OPENED, { id })),
    ),
  );
  await until(async () => (await both[0]!.topics.backlog()) === 0);
  expect(heard.toSorted((a, b) => a - b)).toEqual(ids);
});

it('no wake is heeded before everything that work may need is there', async () => {
  const process = new Process();
  const count = process.counting('early');
  await process.notifications.start(process.database);
  const heard = new Promise<void>((resolve) =>
    process.notifications.listen('farebox_work', { onPayload: () => resolve(), onGap: () => undefined }),
  );
  await process.database.transaction((tx) => WorkQueues.wake(tx, 'early'));
  await heard;
  await process.queues.idle();
  expect(count.looks).toBe(0);
  await process.ready();
  await process.database.transaction((tx) => WorkQueues.wake(tx, 'early'));
  await until(() => count.looks > 0);
});
