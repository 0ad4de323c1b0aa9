import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, request, startFarebox } from '../support/farebox.js';
import { ADMIN_TOKEN, Operator } from '../support/operator.js';
import { type RunningProcess, until } from '../support/processes.js';

let farebox: Farebox;
/** A process without ADMIN_TOKEN. */
let without: { url: string; process: RunningProcess };
let sibling: { url: string; process: RunningProcess };
let nobody: Operator;

beforeAll(async () => {
  farebox = await startFarebox({ ADMIN_TOKEN, TRUSTED_PROXIES: '127.0.0.1' });
  [without, sibling] = await Promise.all([farebox.startSibling({ ADMIN_TOKEN: '' }), farebox.startSibling()]);
  nobody = new Operator(farebox, {});
});
afterAll(async () => {
  await Promise.all([without, sibling].map((each) => each?.process.kill('SIGTERM')));
  await farebox?.stop();
});

const OURS = { 'sec-fetch-site': 'same-origin' };
const cookieOf = (headers: Headers): string => headers.get('set-cookie')?.split(';')[0] ?? '';

async function signIn(): Promise<string> {
  const { status, headers } = await nobody.post('session', { token: ADMIN_TOKEN });
  expect(status).toBe(200);
  return cookieOf(headers);
}

const ROUTES = [
  ['GET', 'accounts'],
  ['GET', 'accounts/cus_1'],
  ['GET', 'meters'],
  ['POST', 'meters/test-service-calls/test'],
  ['GET', 'meters/test-service-calls/test'],
  ['DELETE', 'meters/test-service-calls/test'],
  ['POST', 'usage/report'],
  ['POST', 'usage/reconcile'],
  ['POST', 'usage/adjust'],
  ['POST', 'usage/bill-late'],
  ['GET', 'usage/checks'],
  ['GET', 'webhooks'],
  ['POST', 'webhooks/replay'],
  ['GET', 'catalog/drift'],
  ['GET', 'catalog/revenue'],
  ['GET', 'catalogue/drift'],
  ['GET', 'catalogue/revenue'],
  ['GET', 'health'],
] as const;

describe('admin.404 without ADMIN_TOKEN', () => {
  it.each([
    ...ROUTES,
    ['POST', 'session'],
    ['GET', 'session'],
    ['DELETE', 'session'],
    ['GET', 'ui'],
  ] as const)('%s /admin/%s is a path like any that is not there', async (method, path) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const { status, json } = await request(`${without.url}/admin/${path}`, { method, headers });
    const other = await request(`${without.url}/nothing`, { method, headers });
    expect([status, json['code'], json['detail']]).toEqual([404, 'not_found', other.json['detail']]);
  });
});

describe('admin.401', () => {
  it.each(ROUTES)(
    '%s /admin/%s asks who is there, and takes nobody else for the operator',
    async (method, path) => {
      expect((await nobody.ask(method, path)).json['code']).toBe('token_missing');
      const { json } = await nobody.ask(method, path, undefined, {
        authorization: 'Bearer wrong',
        'x-forwarded-for': `10.1.${ROUTES.findIndex((route) => route[1] === path)}.1`,
      });
      expect(json['code']).toBe('token_invalid');
    },
  );

  it("a customer's token opens nothing", async () => {
    const { json } = await request(`${farebox.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', firstname: 'Ada', lastname: 'Lovelace' }),
    });
    const answer = await request(`${farebox.url}/admin/accounts`, bearer(String(json['jwt'])));
    expect([answer.status, answer.json['code']]).toEqual([401, 'token_invalid']);
  });

  it('a session that was changed opens nothing', async () => {
    const cookie = await signIn();
    expect((await nobody.get('accounts', { cookie })).status).toBe(200);
    const later = cookie.replace(/\.(\d{13})\./, (_, end: string) => `.${Number(end) + 1}.`);
    expect(later).not.toBe(cookie);
    expect((await nobody.get('accounts', { cookie: later })).json['code']).toBe('token_missing');
  });
});

describe('a session', () => {
  it('admin.200 is a cookie that scripts, other sites and other routes do not get, for an hour', async () => {
    const { json, headers } = await nobody.post('session', { token: ADMIN_TOKEN });
    const ends = Date.parse(String(json['expiresAt'])) - Date.now();
    expect(ends / 60_000).toBeCloseTo(60, 0);
    expect(headers.get('set-cookie')).toMatch(
      /^farebox_operator=[\w-]{24}\.\d{13}\.[\w-]{43}; Path=\/admin; HttpOnly; SameSite=Strict; Max-Age=3600$/,
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await nobody.get('session', { cookie: cookieOf(headers) })).json).toEqual(json);
  });

  it('is Secure by https', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const answer = await nobody.post('session', { token: ADMIN_TOKEN }, headers);
    expect(answer.headers.get('set-cookie')).toMatch(/^__Secure-farebox_operator=.+; Secure$/);
    expect((await nobody.get('meters', { cookie: cookieOf(answer.headers) })).status).toBe(200);
  });

  it('works in every process, and ends in every process', async () => {
    const cookie = await signIn();
    const there = () => request(`${sibling.url}/admin/accounts`, { headers: { cookie } });
    expect((await there()).status).toBe(200);
    const out = await nobody.ask('DELETE', 'session', undefined, { cookie, ...OURS });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await nobody.get('accounts', { cookie })).json['code']).toBe('token_expired');
    expect((await nobody.get('session', { cookie })).status).toBe(401);
    await until(async () => (await there()).json['code'] === 'token_expired');
  });

  it('ends with another ADMIN_TOKEN', async () => {
    const cookie = await signIn();
    const other = await farebox.startSibling({ ADMIN_TOKEN: 'another-token-of-the-tests' });
    expect((await request(`${other.url}/admin/accounts`, { headers: { cookie } })).status).toBe(401);
    await other.process.kill('SIGTERM');
  });
});

describe('admin.403 cross-site', () => {
  const replay = (headers: Record<string, string>) =>
    nobody.post('webhooks/replay', { parked: true }, headers);

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{}],
  ])('a change with the cookie is refused from %j', async (headers) => {
    const { status, json } = await replay({ cookie: await signIn(), ...headers });
    expect([status, json['code']]).toEqual([403, 'forbidden']);
  });

  it.each([[OURS], ['origin']])('a change with the cookie is done from %j', async (headers) => {
    const ours = headers === 'origin' ? { origin: farebox.url } : OURS;
    const { status, json } = await replay({ cookie: await signIn(), ...ours });
    expect([status, json]).toEqual([200, { replayed: 0 }]);
  });

  it('a program with the token is asked for no origin', async () => {
    expect((await replay({ authorization: `Bearer ${ADMIN_TOKEN}` })).status).toBe(200);
  });

  it('another site signs nobody in, and nobody out', async () => {
    const cookie = await signIn();
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await nobody.post('session', { token: ADMIN_TOKEN }, headers)).status).toBe(403);
    expect((await nobody.ask('DELETE', 'session', undefined, { cookie, ...headers })).status).toBe(403);
    expect((await nobody.get('accounts', { cookie })).status).toBe(200);
  });
});

describe('admin.429', () => {
  const from = { 'x-forwarded-for': '10.9.9.9' };

  it('after ten wrong tokens an address waits with wrong ones; the right one gets in', async () => {
    for (let n = 0; n < 5; n++) {
      expect((await nobody.post('session', { token: 'wrong' }, from)).json['code']).toBe('token_invalid');
      const guess = { authorization: 'Bearer wrong', ...from };
      expect((await nobody.get('accounts', guess)).json['code']).toBe('token_invalid');
    }
    for (const attempt of [
      nobody.post('session', { token: 'wrong' }, from),
      nobody.get('accounts', { authorization: 'Bearer wrong', ...from }),
    ]) {
      const { status, json, headers } = await attempt;
      expect([status, json['code']]).toEqual([429, 'rate_limited']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await nobody.post('session', { token: ADMIN_TOKEN }, from)).status).toBe(200);
    const right = { authorization: `Bearer ${ADMIN_TOKEN}`, ...from };
    expect((await nobody.get('accounts', right)).status).toBe(200);
  });

  it('counts the network of an IPv6 address, which has more addresses than anybody could try', async () => {
    const codes: unknown[] = [];
    for (let n = 1; n <= 11; n++) {
      const guess = { authorization: 'Bearer wrong', 'x-forwarded-for': `2001:db8:9:9::${n}` };
      codes.push((await nobody.get('accounts', guess)).json['code']);
    }
    expect(codes).toEqual([...Array<string>(10).fill('token_invalid'), 'rate_limited']);
  });
});

it('nothing of the token is in any answer or in the log', () => {
  expect(nobody.leaked()).toEqual([]);
  expect(farebox.app.output()).not.toContain(ADMIN_TOKEN);
});
