import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  bearer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { runProcess } from '../support/processes.js';
import { claimsOf, signToken } from '../support/tokens.js';

/** Every route under /account, and the scope that it asks for. A route that is not here, or not there, fails below. */
const SCOPE_OF: Readonly<Record<string, 'read' | 'manage'>> = {
  'GET /account': 'read',
  'GET /account/calls': 'read',
  'GET /account/calls/live': 'read',
  'GET /account/invoice-preview': 'read',
  'GET /account/invoices': 'read',
  'GET /account/invoices/{id}/lines/{line}/calls': 'read',
  'GET /account/invoices/{id}/lines': 'read',
  'GET /account/tokens': 'read',
  'GET /account/usage': 'read',
  'POST /account/billing-portal': 'manage',
  'POST /account/cancel': 'manage',
  'POST /account/plan': 'manage',
  'POST /account/plan/cancel-change': 'manage',
  'POST /account/resume': 'manage',
  'POST /account/tokens': 'manage',
  'DELETE /account/tokens/{jti}': 'manage',
};
const SCOPES = ['call', 'read', 'manage'] as const;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox({ REGISTRATION_RATE_LIMIT: '1000' });
});
afterAll(() => farebox?.stop());

interface Customer {
  email: string;
  token: string;
  customerId: string;
}

async function register(): Promise<Customer> {
  const person = newPerson();
  const { json } = await post(`${farebox.url}/register`, person);
  return { email: person.email, token: String(json['jwt']), customerId: String(json['customerId']) };
}

const issue = (token: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  post(`${farebox.url}/account/tokens`, body, { authorization: `Bearer ${token}`, ...headers });
const jwtOf = ({ json }: Answer): string => String(json['jwt']);
const account = (token: string) => request(`${farebox.url}/account`, bearer(token));
const call = (token: string) => request(`${farebox.url}/test-service`, bearer(token));
const refusedWith = ({ status, json }: Answer) => [status, json['code']];
const REFUSED = [403, 'forbidden'];

/** Only as far as the answer's head: a live log has no end. */
async function statusOf(route: string, token: string): Promise<{ status: number; code: unknown }> {
  const [method = '', path = ''] = route.split(' ');
  const leave = new AbortController();
  const answer = await fetch(farebox.url + path.replaceAll(/\{\w+\}/g, 'none'), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    // Nothing that any of them would take: no route is to change anything here.
    ...(method === 'POST' ? { body: '{"none":true}' } : {}),
    signal: leave.signal,
  });
  const problem = answer.headers.get('content-type')?.includes('problem+json') ?? false;
  const code = problem ? ((await answer.json()) as { code: unknown }).code : undefined;
  leave.abort();
  return { status: answer.status, code };
}

describe('scopes', () => {
  it('every route under /account asks for one, and the document shows which', async () => {
    const { json } = await request(`${farebox.url}/openapi.json`);
    const paths = json['paths'] as Record<string, Record<string, Record<string, unknown>>>;
    const found = Object.entries(paths)
      .filter(([path]) => path === '/account' || path.startsWith('/account/'))
      .flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => [
          `${method.toUpperCase()} ${path}`,
          operation['x-required-scope'],
        ]),
      );
    expect(Object.fromEntries(found)).toEqual(SCOPE_OF);
    expect(JSON.stringify(paths['/account/tokens']?.['post']?.['responses'])).toContain('`manage`');
  });

  it.each(SCOPES)('a token with %s alone passes where that is asked for, and nowhere else', async (scope) => {
    const { token } = await register();
    const only = jwtOf(await issue(token, { name: scope, scopes: [scope] }));
    for (const [route, asked] of Object.entries(SCOPE_OF)) {
      const { status, code } = await statusOf(route, only);
      if (asked === scope) expect([route, status]).not.toEqual([route, 403]);
      else expect([route, status, code]).toEqual([route, ...REFUSED]);
    }
    expect((await call(only)).status).toBe(scope === 'call' ? 200 : 403);
  });

  it('the token of a registration has all, and says so', async () => {
    const { token } = await register();
    expect(claimsOf(token)).toMatchObject({ role: 'owner', scope: 'call read manage' });
    const { json } = await request(`${farebox.url}/account/tokens`, bearer(token));
    expect(json['tokens']).toMatchObject([{ role: 'owner', scopes: ['call', 'read', 'manage'] }]);
    expect((await call(token)).status).toBe(200);
  });

  it('a token issues none with more than it has itself', async () => {
    const { token } = await register();
    const manager = jwtOf(await issue(token, { name: 'manager', scopes: ['manage'] }));
    const more = await issue(manager, { name: 'more', scopes: ['manage', 'read'] });
    expect([more.status, more.json['errors']]).toEqual([400, [expect.objectContaining({ field: 'scopes' })]]);
    const forUser = await issue(manager, { name: 'user', user: 'user-1' });
    expect(forUser.status).toBe(400);
    expect((await issue(manager, { name: 'same' })).json).toMatchObject({ scopes: ['manage'] });
  });

  it('and is not given one with more under the Idempotency-Key of another', async () => {
    const { token } = await register();
    const manager = jwtOf(await issue(token, { name: 'manager', scopes: ['manage'] }));
    const key = { 'idempotency-key': `scopes-${process.pid}` };
    expect((await issue(token, { name: 'x' }, key)).status).toBe(201);
    expect(refusedWith(await issue(manager, { name: 'x' }, key))).toEqual([422, 'idempotency_key_reused']);
  });

  it.each([[['admin']], [['call', 'call']], [[]], ['call'], [[7]]])(
    '%j is refused by its field',
    async (scopes) => {
      const { token } = await register();
      const { status, json } = await issue(token, { name: 'x', scopes });
      expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field: 'scopes' })]]);
    },
  );

  it('the command line issues with scopes, too', async () => {
    const { email } = await register();
    const run = (...args: string[]) =>
      runProcess({
        script: 'dist/cli.js',
        args: ['token', 'issue', '--account', email, '--json', ...args],
        env: farebox.env,
      });
    const { jwt } = JSON.parse((await run('--scopes', 'call,read')).stdout()) as { jwt: string };
    expect(claimsOf(jwt)['scope']).toBe('call read');
    expect((await account(jwt)).status).toBe(200);
    expect(refusedWith(await issue(jwt, { name: 'x' }))).toEqual(REFUSED);
    const wrong = await run('--scopes', 'call,root');
    expect([wrong.code, wrong.output()]).toEqual([1, expect.stringContaining('scopes')]);
  });
});

describe('a token for an end user', () => {
  it('whose id is the customer’s own id calls, and manages nothing', async () => {
    const { token, customerId } = await register();
    const issued = await issue(token, { name: 'trick', user: customerId });
    expect(issued.status).toBe(201);
    const jwt = jwtOf(issued);
    expect((await call(jwt)).status).toBe(200);
    for (const route of Object.keys(SCOPE_OF)) {
      const { status, code } = await statusOf(route, jwt);
      expect([route, status, code]).toEqual([route, ...REFUSED]);
    }
    const stored = await query(farebox, 'select role, scopes from tokens where id = $1', [
      issued.json['jti'],
    ]);
    expect(stored).toEqual([{ role: 'end_user', scopes: ['call'] }]);
  });

  it('is not issued under the id of another customer, present or former, as Moesif would count it for them', async () => {
    const [mine, theirs] = [await register(), await register()];
    const refusal = [400, [expect.objectContaining({ field: 'user' })]];
    const other = await issue(mine.token, { name: 'x', user: theirs.customerId });
    expect([other.status, other.json['errors']]).toEqual(refusal);
    await query(
      farebox,
      `insert into former_customers (customer_id, account_id) select 'cus_former', id from accounts where customer_id = $1`,
      [theirs.customerId],
    );
    const former = await issue(mine.token, { name: 'x', user: 'cus_former' });
    expect([former.status, former.json['errors']]).toEqual(refusal);
    const cli = await runProcess({
      script: 'dist/cli.js',
      args: ['token', 'issue', '--account', mine.email, '--user', theirs.customerId],
      env: farebox.env,
    });
    expect([cli.code, cli.output()]).toEqual([1, expect.stringContaining('user')]);
  });

  it('takes no scope but call', async () => {
    const { token } = await register();
    for (const scopes of [['read'], ['call', 'manage']]) {
      const { status, json } = await issue(token, { name: 'x', user: 'user-1', scopes });
      expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field: 'scopes' })]]);
    }
    expect((await issue(token, { name: 'x', user: 'user-1', scopes: ['call'] })).status).toBe(201);
  });
});

describe('a token from before there were roles and scopes', () => {
  const old = (token: string, change: object = {}): string => {
    const { role: _role, scope: _scope, ...claims } = claimsOf(token);
    return signToken({ ...claims, ...change }, TOKEN_SECRET);
  };

  it('keeps what it had: all for the customer, calls for an end user', async () => {
    const { token } = await register();
    expect((await account(old(token))).status).toBe(200);
    expect((await issue(old(token), { name: 'x' })).status).toBe(201);
    expect((await call(old(token))).status).toBe(200);
    const endUser = old(token, { user: 'user-1' });
    expect((await call(endUser)).status).toBe(200);
    expect(refusedWith(await account(endUser))).toEqual(REFUSED);
  });

  it('is listed with it, also when a process of the release before wrote it', async () => {
    const { token, customerId } = await register();
    await query(
      farebox,
      `insert into tokens (id, account_id, customer_id, "user", name, issued_at, expires_at)
       select gen_random_uuid(), id, customer_id, u, u, now(), now() + interval '1 day'
       from accounts, unnest(array[$1, 'user-1']) as u where customer_id = $1`,
      [customerId],
    );
    const { json } = await request(`${farebox.url}/account/tokens`, bearer(token));
    const listed = json['tokens'] as { name: string; role: string; scopes: string[] }[];
    const found = Object.fromEntries(listed.map(({ name, role, scopes }) => [name, [role, scopes]]));
    expect(found).toMatchObject({
      [customerId]: ['owner', ['call', 'read', 'manage']],
      'user-1': ['end_user', ['call']],
    });
  });

  it.each([
    ['a role that there is not', { role: 'root' }],
    ['a scope that is no text', { scope: ['manage'] }],
  ])('%s is no token of ours', async (_what, change) => {
    const { token } = await register();
    expect((await account(signToken({ ...claimsOf(token), ...change }, TOKEN_SECRET))).json['code']).toBe(
      'token_invalid',
    );
  });
});
