import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { until } from '../../../test/support/processes.js';
import { startTcpGate, type TcpGate } from '../../../test/support/tcp-gate.js';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Log } from '../logging/logger.js';
import { Database } from './database.js';
import { Notifications } from './notifications.js';
import { initialised } from '../../../test/support/initialised.js';

const HEARTBEAT_MS = 5_000;

let server: TestDatabase;
let gate: TcpGate;
let admin: pg.Client;
const log = Log.create('silent');
const database = new Database(log);

beforeAll(async () => {
  server = await createTestDatabase();
  const { hostname, port } = new URL(server.url);
  gate = await startTcpGate({ host: hostname, port: Number(port) });
  const throughGate = new URL(server.url);
  throughGate.port = String(gate.port);
  database.open({ connectionString: throughGate.href, poolSize: 1 });
  admin = new pg.Client(server.url);
  await admin.connect();
});
afterAll(async () => {
  jest.useRealTimers();
  // First: a query that it holds back would never end.
  gate?.stop();
  await database.close();
  await admin?.end();
  await server?.drop();
});

const LISTENER = `from pg_stat_activity
  where application_name = 'farebox notifications' and datname = current_database()`;
const listeners = async (condition = 'true') =>
  (await admin.query(`select pid ${LISTENER} and ${condition}`)).rowCount;

it('a connection that is lost right behind the answer to a heartbeat is made again', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
  const heard: string[] = [];
  const shutdown = new Shutdown(log);
  const notifications = initialised(new Notifications(shutdown, log));
  notifications.listen('news', { onPayload: (payload) => heard.push(payload), onGap: () => undefined });
  await notifications.start(database);

  gate.hold();
  jest.advanceTimersByTime(HEARTBEAT_MS);
  await until(async () => (await listeners(`query = 'select 1' and state = 'idle'`)) === 1);
  await admin.query(`select pg_terminate_backend(pid) ${LISTENER}`);

  // In small steps, or the connection that is being made would be given up.
  await until(async () => {
    jest.advanceTimersByTime(100);
    await admin.query(`select pg_notify('news', 'again')`);
    return heard.includes('again') && notifications.connected;
  });
  await shutdown.run();
});

it('what a transaction of this process announces is heard here at once, also without the connection', async () => {
  const shutdown = new Shutdown(log);
  const own = new Database(log);
  own.open({ connectionString: server.url, sessions: 'postgresql://127.0.0.1:1/nowhere', poolSize: 1 });
  const notifications = initialised(new Notifications(shutdown, log));
  const heard: string[] = [];
  notifications.listen('news', { onPayload: (payload) => heard.push(payload), onGap: () => undefined });
  await notifications.start(own);
  expect(notifications.connected).toBe(false);

  const undone = own.transaction(async (tx) => {
    await Notifications.notify(tx, 'news', 'undone');
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await own.transaction(async (tx) => {
    await Notifications.notify(tx, 'news', 'done');
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual(['done']);
  await shutdown.run();
  await own.close();
});
