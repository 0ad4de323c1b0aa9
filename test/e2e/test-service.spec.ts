import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  moesifList,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
let token: string;
let customerId: string;
let subscriptionId: string;

beforeAll(async () => {
  farebox = await startFarebox();
  const { json } = await post(`${farebox.url}/register`, newPerson());
  [token, customerId, subscriptionId] = [json['jwt'], json['customerId'], json['subscriptionId']].map(
    String,
  ) as [string, string, string];
});
afterAll(() => farebox?.stop());

const call = (init?: RequestInit) => request(`${farebox.url}/test-service`, init);

describe('test-service.200', () => {
  it('answers the text of the tutorial', async () => {
    const { status, text } = await call(bearer(token));
    expect([status, text]).toEqual([200, 'this is a response']);
  });

  it('stands in Moesif with user, company and session, without the token or a query value', async () => {
    const { headers } = await request(
      `${farebox.url}/test-service?email=ada@example.com&access_token=${token}`,
      {
        headers: { authorization: `Bearer ${token}`, cookie: `session=${token}` },
      },
    );
    const id = headers.get('x-request-id');
    const event = await until(async () =>
      (await moesifList(farebox, 'events')).find(
        (candidate) => (candidate['metadata'] as Record<string, unknown>)['transaction_id'] === id,
      ),
    );
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(event).toMatchObject({
      user_id: customerId,
      company_id: subscriptionId,
      session_token: claims['jti'],
      request: { verb: 'GET', uri: `${farebox.url}/test-service?email=[masked]&access_token=[masked]` },
      response: { status: 200 },
    });
    expect(JSON.stringify(event)).not.toContain(token);
    expect(JSON.stringify(event)).not.toContain('ada@example.com');
    expect(event?.['request']).not.toHaveProperty('headers.authorization');
    expect(event?.['request']).not.toHaveProperty('headers.cookie');
  });
});

interface Parts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  secret?: string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The good token with some of it changed, and signed again. */
function forge({ header = {}, claims = {}, secret = TOKEN_SECRET }: Parts, algorithm = 'sha256'): string {
  const [goodHeader = '', goodClaims = ''] = token.split('.');
  const decode = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
  return sign(
    { ...decode(goodHeader), ...header },
    { ...decode(goodClaims), ...claims },
    { secret, algorithm },
  );
}

/** Any two JSON values as a token, rightly signed. */
function sign(
  header: unknown,
  claims: unknown,
  { secret = TOKEN_SECRET, algorithm = 'sha256' } = {},
): string {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac(algorithm, secret).update(body).digest('base64url')}`;
}

const hour = 3_600;
const now = (): number => Math.floor(Date.now() / 1_000);

describe('test-service.401', () => {
  it('the forger can make a good token, so that what follows is refused for its own fault', async () => {
    expect((await call(bearer(forge({})))).status).toBe(200);
  });

  it('token_missing: no token', async () => {
    const { status, json, headers } = await call();
    expect([status, json['code']]).toEqual([401, 'token_missing']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="farebox"');
  });

  it('token_missing: another scheme', async () => {
    const { status, json } = await call({ headers: { authorization: `Basic ${token}` } });
    expect([status, json['code']]).toEqual([401, 'token_missing']);
  });

  it('token_expired', async () => {
    const { status, json, headers } = await call(
      bearer(forge({ claims: { iat: now() - 2 * hour, exp: now() - hour } })),
    );
    expect([status, json['code']]).toEqual([401, 'token_expired']);
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  const bad: [string, () => string][] = [
    ['garbage', () => 'garbage'],
    ['three dots of garbage', () => 'a.b.c'],
    ['a token cut short', () => token.slice(0, -4)],
    ['another secret', () => forge({ secret: 'another-secret-0123456789-0123456789-0123' })],
    ['alg none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`],
    ['HS512, rightly signed', () => forge({ header: { alg: 'HS512' } }, 'sha512')],
    ['RS256', () => rs256()],
    ['another issuer', () => forge({ claims: { iss: 'somebody' } })],
    ['another audience', () => forge({ claims: { aud: 'elsewhere' } })],
    ['a kid with a path', () => forge({ header: { kid: '../../../../dev/null' } })],
    ['a kid that is an object', () => forge({ header: { kid: { a: 1 } } })],
    ['claims that are null', () => sign({ alg: 'HS256', typ: 'JWT' }, null)],
    ['claims that are a text', () => sign({ alg: 'HS256', typ: 'JWT' }, 'text')],
    ['claims that are a list', () => sign({ alg: 'HS256', typ: 'JWT' }, [])],
    ['a header that is null', () => sign(null, { iss: 'farebox' })],
    ['a customer with NUL', () => forge({ claims: { id: 'cus_\u0000', sub: 'cus_\u0000' } })],
    ['an end user with NUL', () => forge({ claims: { user: 'ada\u0000' } })],
    ['no expiry', () => forge({ claims: { exp: undefined } })],
    ['an id that is not the subject', () => forge({ claims: { id: 'cus_other' } })],
    ['a customer without an account', () => forge({ claims: { id: 'cus_nobody', sub: 'cus_nobody' } })],
  ];

  it.each(bad)('token_invalid: %s', async (_what, make) => {
    const { status, json } = await call(bearer(make()));
    expect([status, json['code']]).toEqual([401, 'token_invalid']);
  });

  function rs256(): string {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const body = `${encode({ alg: 'RS256', typ: 'JWT' })}.${token.split('.')[1]}`;
    return `${body}.${signWith('sha256', Buffer.from(body), privateKey).toString('base64url')}`;
  }
});

describe('test-service.402', () => {
  it('subscription_inactive: as soon as the account says so, and no longer', async () => {
    const set = (status: string) =>
      query(
        farebox,
        `with changed as (update accounts set status = $1 where customer_id = $2 returning customer_id)
         select pg_notify('account_changed', customer_id) from changed`,
        [status, customerId],
      );
    for (const status of ['canceled', 'unpaid', 'paused']) {
      await set(status);
      const { json } = await until(async () => {
        const answer = await call(bearer(token));
        return answer.status === 402 ? answer : undefined;
      });
      expect(json['code']).toBe('subscription_inactive');
      await set('active');
      await until(async () => (await call(bearer(token))).status === 200);
    }
  });
});

it('a token outlives the rotation of its secret while the earlier one is named, and no longer', async () => {
  const next = 'the-next-secret-of-the-tests-0123456789-abcdef';
  await farebox.app.kill('SIGTERM');
  await farebox.startApp({ TOKEN_SECRET: next, TOKEN_SECRET_PREVIOUS: TOKEN_SECRET });
  expect((await call(bearer(token))).status).toBe(200);
  await farebox.app.kill('SIGTERM');
  await farebox.startApp({ TOKEN_SECRET: next });
  expect((await call(bearer(token))).json['code']).toBe('token_invalid');
});
