import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../../test/support/postgres.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { migrateDatabase } from '../../platform/database/migrate.js';
import type { Listener, Notifications } from '../../platform/database/notifications.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { AccountView } from './account-view.js';
import { initialised } from '../../../test/support/initialised.js';

const log = Log.create('silent');
/** More than are read again in one go. */
const ACCOUNTS = 1_500;

/** Says when it is asked. */
class WatchedDatabase extends Database {
  runs = 0;
  onRun: () => void = () => undefined;

  override run<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    this.runs++;
    this.onRun();
    return super.run(work);
  }
}

const database = new WatchedDatabase(log);
let server: Awaited<ReturnType<typeof createTestDatabase>>;
let view: AccountView;
let listener: Listener;
beforeAll(async () => {
  server = await createTestDatabase();
  await migrateDatabase(server.url);
  database.open({ connectionString: server.url, poolSize: 4 });
  await database.pool.query(`
    insert into farebox.accounts (id, email, firstname, lastname, customer_id, subscription_id, status, plan, period_start, period_end, created_at)
    select gen_random_uuid(), n || '@example.com', 'Ada', 'Lovelace', 'cus_' || n, 'sub_' || n, 'active', 'standard', now(), now(), now()
    from generate_series(1, ${ACCOUNTS}) n`);
});
afterAll(async () => {
  await database.close();
  await server?.drop();
});
beforeEach(async () => {
  await database.pool.query(`update farebox.accounts set status = 'active'`);
  const notifications: Pick<Notifications, 'listen'> = {
    listen: (_channel, heard) => {
      listener = heard;
    },
  };
  view = initialised(new AccountView(database, notifications as Notifications, new Metrics(), log));
  database.onRun = () => undefined;
});

const end = (customerId: string) =>
  database.pool.query(`update farebox.accounts set status = 'canceled' where customer_id = $1`, [customerId]);

it('holds an account from the first time it is asked for, and follows what is announced', async () => {
  expect(view.peek('cus_1')).toBeUndefined();
  expect(await view.get('cus_1')).toMatchObject({ customerId: 'cus_1', status: 'active' });
  expect(await view.get('cus_unknown')).toBeUndefined();
  await end('cus_1');
  expect(view.peek('cus_1')).toMatchObject({ status: 'active' });
  listener.onPayload('cus_1');
  await view.catchUp('cus_1');
  expect(view.peek('cus_1')).toMatchObject({ status: 'canceled' });
});

it('has an account up to date for whoever waits for it, while all others are read again and again', async () => {
  for (let n = 1; n <= ACCOUNTS; n++) await view.get(`cus_${n}`);
  // Notifications are lost: with every look everybody is stale again. No more than so often, or it would never end.
  let gaps = 50;
  database.onRun = () => {
    if (gaps-- > 0) listener.onGap();
  };
  listener.onGap();
  await end(`cus_${ACCOUNTS}`);
  database.runs = 0;
  await view.catchUp(`cus_${ACCOUNTS}`);
  expect(view.peek(`cus_${ACCOUNTS}`)).toMatchObject({ status: 'canceled' });
  expect(database.runs).toBeLessThan(4);
});

it('goes on with what it knows while the database is away, and lets nobody wait for it', async () => {
  await view.get('cus_1');
  await end('cus_1');
  database.onRun = () => {
    throw new Error('away');
  };
  await view.catchUp('cus_1');
  expect(view.peek('cus_1')).toMatchObject({ status: 'active' });
});
