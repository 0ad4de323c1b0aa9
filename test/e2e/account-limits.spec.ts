import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { until } from '../support/processes.js';

/** One account, or one address, cannot take from the others what they pay for. */
let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox({ DATABASE_POOL_SIZE: '4' });
});
afterAll(() => farebox?.stop());

interface Customer {
  token: string;
  customerId: string;
}

async function register(): Promise<Customer> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  return { token: String(json['jwt']), customerId: String(json['customerId']) };
}

/** Writes so many calls of today into the ledger, with paths of a kilobyte. */
async function book(customerId: string, calls: number): Promise<void> {
  await query(
    farebox,
    `insert into calls
     select (now() at time zone 'utc')::date,
       (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
       gen_random_uuid(), $1, 'sub', 'standard', 'sub', $1, 'token', '/r', case when n % 2 = 0 then 'GET' else 'PUT' end,
       '/' || repeat('x', 1000), 200, now(), 1500, 0
     from generate_series(1, $2::integer) as n`,
    [customerId, calls],
  );
}

describe('account.429', () => {
  it('beyond ACCOUNT_RATE_LIMIT, with Retry-After; others and paid calls go on', async () => {
    const limited = await farebox.startSibling({ ACCOUNT_RATE_LIMIT: '3' });
    const [{ token }, other] = [await register(), await register()];
    const look = (path: string, as = token) => request(`${limited.url}${path}`, bearer(as));
    const paths = ['/account', '/account/usage', '/account/tokens'];
    for (const path of paths) expect((await look(path)).status).toBe(200);
    for (const path of [...paths, '/account/calls', '/account/calls/live', '/account/invoices']) {
      const { status, json, headers } = await look(path);
      expect([path, status, json['code']]).toEqual([path, 429, 'rate_limited']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await look('/account', other.token)).status).toBe(200);
    expect((await look('/test-service')).status).toBe(200);
    await limited.process.stop();
  });

  it('forms of links count as visits of their address', async () => {
    const limited = await farebox.startSibling({ REGISTRATION_RATE_LIMIT: '2' });
    const send = () =>
      request(`${limited.url}/checkout/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'token=none',
      });
    expect([(await send()).status, (await send()).status]).toEqual([404, 404]);
    const { status, headers } = await send();
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.process.stop();
  });
});

describe('exports', () => {
  /** Asks for an export and does not read it. */
  async function hanging(token: string): Promise<{ socket: Socket; status: number }> {
    const { hostname, port } = new URL(farebox.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /account/calls?format=csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    return { socket, status: Number(first.toString().split(' ')[1]) };
  }

  it('of one account run two at a time, and paid calls find the database; who leaves makes room', async () => {
    const { token, customerId } = await register();
    await book(customerId, 10_000);
    const open = await Promise.all([hanging(token), hanging(token)]);
    expect(open.map(({ status }) => status)).toEqual([200, 200]);

    const refused = await request(`${farebox.url}/account/calls?format=csv`, bearer(token));
    expect([refused.status, refused.json['code']]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const busy = await query(
      farebox,
      `select application_name from pg_stat_activity
       where datname = current_database() and application_name = 'farebox' and query like '%from calls%' and state <> 'idle'`,
    );
    expect(busy).toEqual([]);
    expect((await request(`${farebox.url}/test-service`, bearer((await register()).token))).status).toBe(200);

    // Those that are refused have not begun, and use nothing up.
    for (let n = 0; n < 30; n++) await request(`${farebox.url}/account/calls?format=csv`, bearer(token));
    for (const { socket } of open) socket.destroy();
    const again = await until(async () => {
      const answer = await request(`${farebox.url}/account/calls?format=csv&limit=3`, bearer(token));
      return answer.status === 200 ? answer : undefined;
    }, 30_000);
    expect(again.text.split('\r\n')).toHaveLength(5);
  });

  it('of all accounts run eight at a time', async () => {
    const customers = await Promise.all(Array.from({ length: 5 }, () => register()));
    for (const { customerId } of customers) await book(customerId, 10_000);
    const open = await Promise.all(
      customers.slice(0, 4).flatMap(({ token }) => [hanging(token), hanging(token)]),
    );
    expect(open.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const last = customers.at(-1)?.token ?? '';
    const { status, json, headers } = await request(`${farebox.url}/account/calls?format=csv`, bearer(last));
    expect([status, json['code']]).toEqual([503, 'busy']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await request(`${farebox.url}/account/calls`, bearer(last))).status).toBe(200);
    for (const { socket } of open) socket.destroy();
  });

  it.each(['', '&verb=PUT'])('hold every call once, page by page, in their order %s', async (filter) => {
    const { token, customerId } = await register();
    await book(customerId, 2_600);
    const ids: string[] = [];
    let path = `/account/calls?format=csv&limit=1200${filter}`;
    const sizes: number[] = [];
    while (path !== '') {
      const { text, headers } = await request(`${farebox.url}${path}`, bearer(token));
      const page = text
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0] ?? '');
      ids.push(...page);
      sizes.push(page.length);
      const next = /<(\?[^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      path = next === undefined ? '' : `/account/calls${next}`;
    }
    expect(sizes).toEqual(filter === '' ? [1_200, 1_200, 200] : [1_200, 100]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  it('HEAD makes none', async () => {
    const { token } = await register();
    const { status, text } = await request(`${farebox.url}/account/calls?format=csv`, {
      method: 'HEAD',
      ...bearer(token),
    });
    expect([status, text]).toEqual([200, '']);
  });
});
