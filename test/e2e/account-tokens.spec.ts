import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { type RunningProcess, runProcess, until } from '../support/processes.js';

let farebox: Farebox;
let siblings: { url: string; process: RunningProcess }[];

beforeAll(async () => {
  farebox = await startFarebox();
  siblings = await Promise.all([farebox.startSibling(), farebox.startSibling()]);
});
afterAll(async () => {
  await Promise.all((siblings ?? []).map(({ process }) => process.kill('SIGTERM')));
  await farebox?.stop();
});

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

const path = (): string => `${farebox.url}/account/tokens`;
const issue = (token: string, body: object, headers: Record<string, string> = {}) =>
  post(path(), body, { authorization: `Bearer ${token}`, ...headers });
const list = async (token: string) =>
  (await request(path(), bearer(token))).json['tokens'] as Record<string, unknown>[];
const revoke = (token: string, jti: unknown) =>
  request(`${path()}/${String(jti)}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
const call = (url: string, token: string) => request(`${url}/test-service`, bearer(token));
const everywhere = (): string[] => [farebox.url, ...siblings.map(({ url }) => url)];
const untilEverywhere = (token: string, code: number | string) =>
  Promise.all(
    everywhere().map((url) =>
      until(async () => {
        const { status, json } = await call(url, token);
        return status === code || json['code'] === code;
      }),
    ),
  );
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('account-tokens.200 and 201', () => {
  it('a new token works beside the first, and the list shows both without their value', async () => {
    const { token, customerId } = await register();
    const { status, json } = await issue(token, { name: 'production' });
    expect(status).toBe(201);
    const jwt = String(json['jwt']);
    expect((await call(farebox.url, jwt)).status).toBe(200);
    const tokens = await list(token);
    expect(tokens.map(({ name, user, current }) => [name, user, current])).toEqual([
      ['production', customerId, false],
      ['Registration', customerId, true],
    ]);
    expect(JSON.stringify(tokens)).not.toContain('eyJ');
  });

  it('for an end user: calls count for that user, and the token manages nothing', async () => {
    const { token } = await register();
    const { json } = await issue(token, { name: 'of a user', user: 'user-42' });
    const jwt = String(json['jwt']);
    expect(claimsOf(jwt)).toMatchObject({ user: 'user-42', jti: json['jti'] });
    const { headers } = await call(farebox.url, jwt);
    const rows = await query(farebox, 'select user_id, session_id from calls where id = $1', [
      headers.get('x-request-id'),
    ]);
    expect(rows).toEqual([{ user_id: 'user-42', session_id: json['jti'] }]);
    for (const answer of [
      await issue(jwt, { name: 'x' }),
      await revoke(jwt, json['jti']),
      await request(path(), bearer(jwt)),
    ])
      expect([answer.status, answer.json['code']]).toEqual([403, 'forbidden']);
  });

  it('the same request under an Idempotency-Key: the same token, and no value is stored', async () => {
    const { token } = await register();
    const key = { 'idempotency-key': `tokens-${process.pid}` };
    const [first, second] = [await issue(token, { name: 'x' }, key), await issue(token, { name: 'x' }, key)];
    expect(second.text).toBe(first.text);
    expect(await list(token)).toHaveLength(2);
    expect((await issue(token, { name: 'y' }, key)).json['code']).toBe('idempotency_key_reused');
    const stored = await query(farebox, 'select * from idempotency_keys');
    expect(JSON.stringify(stored)).not.toContain('eyJ');
  });

  it('last use is noted, when the process ends at the latest', async () => {
    const { token } = await register();
    const sibling = await farebox.startSibling();
    await call(sibling.url, token);
    await sibling.process.kill('SIGTERM');
    expect((await list(token))[0]?.['lastUsedAt']).toMatch(/^\d{4}-/);
  });
});

describe('account-tokens.400, 404 and 409', () => {
  it('names what is wrong with the fields', async () => {
    const { token } = await register();
    for (const [body, field] of [
      [{}, 'name'],
      [{ name: '' }, 'name'],
      [{ name: 'a\u0000b' }, 'name'],
      [{ name: 'x', user: 'x'.repeat(201) }, 'user'],
      [{ name: 'x', admin: true }, 'admin'],
    ] as const) {
      const { status, json } = await issue(token, body);
      expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field })]]);
    }
  });

  it('what is none of theirs cannot be revoked, and is not said to be there', async () => {
    const [one, other] = [await register(), await register()];
    for (const jti of [claimsOf(other.token)['jti'], 'no-id', '019a9f3e-2c7b-7d15-9a40-3f7d2b1c8e55'])
      expect((await revoke(one.token, jti)).json['code']).toBe('not_found');
    expect((await call(farebox.url, other.token)).status).toBe(200);
  });

  it('a hundred tokens are enough', async () => {
    const { token, customerId } = await register();
    await query(
      farebox,
      `insert into tokens (id, account_id, customer_id, "user", name, issued_at, expires_at)
       select gen_random_uuid(), a.id, a.customer_id, a.customer_id, 'x', now(), now() + interval '1 day'
       from accounts a, generate_series(1, 99) where a.customer_id = $1`,
      [customerId],
    );
    expect((await issue(token, { name: 'one more' })).json['code']).toBe('too_many_tokens');
  });
});

describe('account-tokens.204: a revoked token stops in every process', () => {
  it('at once, and the others go on', async () => {
    const { token } = await register();
    const { json } = await issue(token, { name: 'leaked' });
    const leaked = String(json['jwt']);
    await untilEverywhere(leaked, 200);
    expect((await revoke(token, json['jti'])).status).toBe(204);
    await untilEverywhere(leaked, 'token_revoked');
    expect((await call(farebox.url, token)).status).toBe(200);
    expect((await revoke(token, json['jti'])).status).toBe(204);
  });

  it('with the notification connections of all processes killed', async () => {
    const { token } = await register();
    const jwt = String((await issue(token, { name: 'leaked' })).json['jwt']);
    await untilEverywhere(jwt, 200);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'farebox notifications' and datname = current_database()`;
    await query(farebox, kill);
    await revoke(token, claimsOf(jwt)['jti']);
    await query(farebox, kill);
    await untilEverywhere(jwt, 'token_revoked');
  });

  it('and in a process that starts later', async () => {
    const { token } = await register();
    await revoke(token, claimsOf(token)['jti']);
    const sibling = await farebox.startSibling();
    expect((await call(sibling.url, token)).json['code']).toBe('token_revoked');
    await sibling.process.kill('SIGTERM');
  });
});

describe('farebox token and accounts', () => {
  const operator = (...args: string[]) =>
    runProcess({ script: 'dist/cli.js', args: [...args, '--json'], env: farebox.env });

  it('issue, list and revoke do what the routes do', async () => {
    const { email, customerId } = await register();
    const issued = JSON.parse(
      (await operator('token', 'issue', '--account', email, '--name', 'by hand')).stdout(),
    ) as {
      jwt: string;
      jti: string;
    };
    await untilEverywhere(issued.jwt, 200);
    const listed = JSON.parse(
      (await operator('token', 'list', '--account', customerId)).stdout(),
    ) as unknown[];
    expect(listed).toHaveLength(2);
    expect((await operator('token', 'revoke', issued.jti)).code).toBe(0);
    await untilEverywhere(issued.jwt, 'token_revoked');
    const nobody = await operator('token', 'issue', '--account', 'nobody@example.com');
    expect([nobody.code, nobody.output()]).toEqual([1, expect.stringContaining('not_found')]);
  });

  it('accounts list shows who is there', async () => {
    const { email, customerId } = await register();
    const accounts = JSON.parse((await operator('accounts', 'list')).stdout()) as unknown[];
    expect(accounts).toContainEqual(
      expect.objectContaining({ email, customerId, status: 'active', plan: 'standard' }),
    );
  });
});

it('no token is in the log of any process', () => {
  for (const { process } of siblings) expect(process.output()).not.toContain('eyJ');
  expect(farebox.app.output()).not.toContain('eyJ');
});
