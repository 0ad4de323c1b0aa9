import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/ids/ids.js';
import {
  type Answer,
  bearer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox();
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

const call = async (token: string): Promise<string> =>
  (await request(`${farebox.url}/test-service`, bearer(token))).headers.get('x-request-id') ?? '';
const look = (token: string, search = ''): Promise<Answer> =>
  request(`${farebox.url}/account/calls${search}`, bearer(token));
const callsOf = ({ json }: Answer): Record<string, unknown>[] => json['calls'] as Record<string, unknown>[];
const idsOf = (answer: Answer): unknown[] => callsOf(answer).map(({ id }) => id);

interface Row {
  route?: string;
  path?: string;
  verb?: string;
  status?: number;
  at?: number;
  user?: string;
  units?: number;
}

/** Writes calls into the ledger behind the application's back. @returns their ids, in the given order. */
async function book(customerId: string, rows: readonly Row[]): Promise<string[]> {
  const ids: string[] = [];
  for (const row of rows) {
    const at = row.at ?? Date.now();
    const hex = at.toString(16).padStart(12, '0');
    const id = `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`;
    const day = new Date(at).toISOString().slice(0, 10);
    await query(
      farebox,
      `create table if not exists calls_${day.replaceAll('-', '_')} partition of calls
       for values from ('${day}') to ('${new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)}')`,
    );
    await query(
      farebox,
      `insert into calls values ($1, $2, $3, $4, 'sub', 'standard', 'sub', $5, 'token', $6, $7, $8, $9, $10, 1500, $11)`,
      [
        day,
        id,
        newId(),
        customerId,
        row.user ?? customerId,
        row.route ?? '/r',
        row.verb ?? 'GET',
        row.path ?? '/r',
        row.status ?? 200,
        new Date(at),
        row.units ?? 0,
      ],
    );
    ids.push(id);
  }
  return ids;
}

describe('account-calls.200', () => {
  it('shows the calls just made, newest first, as they were', async () => {
    const { token, customerId } = await register();
    const [first, second] = [await call(token), await call(token)];
    const answer = await look(token);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.json['nextCursor']).toBeNull();
    expect(callsOf(answer)).toEqual([
      expect.objectContaining({ id: second }),
      {
        id: first,
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        verb: 'GET',
        route: '/test-service',
        path: '/test-service',
        status: 200,
        durationMs: expect.any(Number),
        units: 0,
        user: customerId,
        tokenId: expect.any(String),
        plan: 'standard',
        corrects: null,
      },
    ]);
  });

  it("never those of another account, not by another account's cursor either", async () => {
    const [one, other] = [await register(), await register()];
    await call(one.token);
    const theirs = await call(other.token);
    await call(one.token);
    expect(idsOf(await look(one.token))).toHaveLength(2);
    expect(idsOf(await look(one.token, `?cursor=${theirs}`))).toHaveLength(1);
    expect(idsOf(await look(one.token))).not.toContain(theirs);
    expect(idsOf(await look(other.token))).toEqual([theirs]);
  });

  it('pages through everything once, over days', async () => {
    const { token, customerId } = await register();
    const now = Date.now();
    const rows = Array.from({ length: 23 }, (_, n) => ({ at: now - n * 5 * 3_600_000 }));
    const ids = await book(customerId, rows);
    const seen: unknown[] = [];
    for (let cursor: unknown = '', pages = 0; cursor !== null; pages++) {
      const page = await look(token, `?limit=10${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
      expect(pages).toBeLessThan(3);
      seen.push(...idsOf(page));
      cursor = page.json['nextCursor'];
    }
    expect(seen).toEqual(ids);
  });

  it('filters by route, verb, status and its class, and time to the millisecond', async () => {
    const { token, customerId } = await register();
    const at = Date.now() - 3_600_000;
    const [ok, failed, posted, late] = await book(customerId, [
      { at, route: '/a' },
      { at: at + 1_000, status: 404 },
      { at: at + 2_000, verb: 'POST', status: 422, route: '/a' },
      { at: at + 3_000, status: 500 },
    ]);
    const time = (ms: number): string => encodeURIComponent(new Date(ms).toISOString());
    for (const [search, expected] of [
      ['route=%2Fa', [posted, ok]],
      ['verb=post', [posted]],
      ['status=404', [failed]],
      ['status=4xx', [posted, failed]],
      ['status=5XX&route=%2Fa', []],
      [`from=${time(at + 1_000)}&to=${time(at + 3_000)}`, [posted, failed]],
      [`from=${time(at + 2_001)}`, [late]],
      [`to=${time(at + 1)}`, [ok]],
    ] as const)
      expect([search, idsOf(await look(token, `?${search}`))]).toEqual([search, expected]);
  });

  it('looks through a bounded number of calls for a rare one, and says where to go on', async () => {
    const { token, customerId } = await register();
    const [rare] = await book(customerId, [{ at: Date.now() - 7_200_000, route: '/rare' }]);
    // 20,000 newer ones of the same millisecond: only the last part of the id differs.
    await query(
      farebox,
      `insert into calls select day, (substr(id::text, 1, 14) || '7fff-bfff-' || lpad(to_hex(n), 12, '0'))::uuid, account_id,
         customer_id, subscription_id, plan, company_id, user_id, session_id, '/r', verb, path, status, started_at,
         duration_us, units from calls, generate_series(1, 20000) as n where id = $1`,
      [rare],
    );
    const first = await look(token, '?route=%2Frare');
    expect([idsOf(first), typeof first.json['nextCursor']]).toEqual([[], 'string']);
    const second = await look(token, `?route=%2Frare&cursor=${String(first.json['nextCursor'])}`);
    expect([idsOf(second), second.json['nextCursor']]).toEqual([[rare], null]);
  });

  it('an account that does not pay any more may still look', async () => {
    const { token, customerId } = await register();
    const made = await call(token);
    await query(farebox, `update accounts set status = 'canceled' where customer_id = $1`, [customerId]);
    await farebox.app.kill('SIGTERM');
    await farebox.startApp();
    expect((await request(`${farebox.url}/test-service`, bearer(token))).status).toBe(402);
    expect(idsOf(await look(token))).toEqual([made]);
  });
});

describe('account-calls.200 as CSV', () => {
  it('is a file, with the next page in its link', async () => {
    const { token } = await register();
    const made = [await call(token), await call(token), await call(token)];
    const first = await look(token, '?format=csv&limit=2');
    expect(first.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(first.headers.get('content-disposition')).toBe('attachment; filename="calls.csv"');
    const lines = first.text.split('\r\n');
    expect(lines[0]).toBe('id,startedAt,verb,route,path,status,durationMs,units,user,tokenId,plan,corrects');
    expect(lines.slice(1, 3).map((line) => line.split(',')[0])).toEqual([made[2], made[1]]);
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await look(token, next);
    expect(second.text).toContain(String(made[0]));
    expect(second.headers.get('link')).toBeNull();
    // More than a page of JSON, and all of it without being asked.
    expect((await look(token, '?format=csv&limit=5000')).text.split('\r\n')).toHaveLength(5);
  });

  it('no text can act as a formula, and quotes, commas and line feeds stay in their cell', async () => {
    const { token, customerId } = await register();
    const users = ['=cmd|calc', '+1', '-1', '@sum', '\tx', '\rx', 'a"b,c\nd', "o'k"];
    await book(
      customerId,
      users.map((user) => ({ user, units: -5 })),
    );
    const { text } = await look(token, '?format=csv');
    for (const cell of [
      `,'=cmd|calc,`,
      `,'+1,`,
      `,'-1,`,
      `,'@sum,`,
      `,"'\tx",`,
      `"'\rx"`,
      `"a""b,c\nd"`,
      `,o'k,`,
    ])
      expect(text).toContain(cell);
    // A number is a number.
    expect(text).toContain(',-5,');
  });
});

describe('account-calls.400, 401 and 403', () => {
  it('names each part of the query that cannot be used', async () => {
    const { token } = await register();
    for (const [search, field] of [
      ['limit=201', 'limit'],
      ['limit=0', 'limit'],
      ['limit=many', 'limit'],
      ['limit=10001&format=csv', 'limit'],
      ['cursor=yesterday', 'cursor'],
      ['status=6xx', 'status'],
      ['verb=GET%20', 'verb'],
      ['from=2026-11-21T08:00', 'from'],
      ['to=2026-13-01', 'to'],
      ['format=xml', 'format'],
      ['route=a&route=b', 'route'],
      ['customer=cus_1', 'customer'],
    ] as const) {
      const { status, json } = await look(token, `?${search}`);
      expect([search, status, json['errors']]).toEqual([search, 400, [expect.objectContaining({ field })]]);
    }
  });

  it.each(['', '/live'])('%s: nothing without a token, and nothing for one of an end user', async (path) => {
    const { token } = await register();
    const { json } = await post(
      `${farebox.url}/account/tokens`,
      { name: 'theirs', user: 'user-42' },
      { authorization: `Bearer ${token}` },
    );
    expect((await request(`${farebox.url}/account/calls${path}`)).json['code']).toBe('token_missing');
    expect((await look('x.y.z', path)).json['code']).toBe('token_invalid');
    expect((await look(String(json['jwt']), path)).json['code']).toBe('forbidden');
  });
});
