import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';
import { AccountView } from '../../src/modules/accounts/index.js';
import { Monetized } from '../../src/modules/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { request } from '../support/farebox.js';
import { type InProcess, startInProcess } from '../support/in-process.js';

let made = 0;

@Monetized()
@Controller('orders')
class OrdersController {
  @Post()
  order(): { made: number } {
    return { made: ++made };
  }

  @Get('free-of-keys')
  look(): string {
    return 'seen';
  }
}

let farebox: InProcess;
let token: string;
let customerId: string;

beforeAll(async () => {
  farebox = await startInProcess([OrdersController], { DATABASE_POOL_SIZE: '3' });
  ({ token, customerId } = await farebox.newCustomer());
});
afterAll(async () => {
  await farebox?.stop();
});

const order = (key: string) =>
  request(`${farebox.url}/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
  });

/** Does the work while others have every connection for queries. */
async function whileAllAreBusy<T>(work: () => Promise<T>): Promise<T> {
  const { pool } = farebox.app.get(Database, { strict: false });
  // The jobs listen on one, which is not to be had.
  const tried = await Promise.allSettled(Array.from({ length: pool.options.max ?? 0 }, () => pool.connect()));
  const held = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(held).not.toHaveLength(0);
  try {
    return await work();
  } finally {
    for (const client of held) client.release();
  }
}

it('a keyed call is not made again because no connection was free', async () => {
  const key = newId();
  expect((await order(key)).json).toEqual({ made: 1 });
  const again = await whileAllAreBusy(() => order(key));
  expect([again.status, again.json['code']]).toEqual([503, 'database_unavailable']);
  expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await order(key)).json).toEqual({ made: 1 });
  expect(made).toBe(1);
});

it('nor because the look for its answer took too long', async () => {
  const key = newId();
  expect((await order(key)).json).toEqual({ made: 2 });
  const { pool } = farebox.app.get(Database, { strict: false });
  const other = await pool.connect();
  try {
    await other.query('begin');
    await other.query('lock table farebox.call_keys in access exclusive mode');
    const again = await order(key);
    expect([again.status, again.json['code']]).toEqual([503, 'database_unavailable']);
  } finally {
    await other.query('rollback');
    other.release();
  }
  expect((await order(key)).json).toEqual({ made: 2 });
});

it('calls without a key go on meanwhile', async () => {
  const { status } = await whileAllAreBusy(() =>
    request(`${farebox.url}/orders/free-of-keys`, { headers: { authorization: `Bearer ${token}` } }),
  );
  expect(status).toBe(200);
});

it('a key is free again when the id of its customer changed in between', async () => {
  const renamed = `cus_renamed${newId().replaceAll('-', '')}`;
  await order(newId());
  await farebox.query(
    `with account as (update accounts set customer_id = $1 where customer_id = $2 returning id)
     insert into former_customers (customer_id, account_id) select $2, id from account`,
    [renamed, customerId],
  );
  await farebox.app.get(AccountView, { strict: false }).catchUp(customerId);
  const key = newId();
  const first = await order(key);
  const second = await order(key);
  expect([second.status, second.json]).toEqual([first.status, first.json]);
});
