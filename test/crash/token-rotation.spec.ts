import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  TOKEN_SECRET,
} from '../support/farebox.js';
import { until } from '../support/processes.js';

const NEXT_SECRET = 'the-secret-after-the-rotation-0123456789-abcdefghij';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

const register = async (): Promise<string> =>
  String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
const renew = async (token: string): Promise<string> =>
  String(
    (await post(`${farebox.url}/account/tokens`, { name: 'next' }, { authorization: `Bearer ${token}` }))
      .json['jwt'],
  );
const call = (token: string) => request(`${farebox.url}/test-service`, bearer(token));
const part = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString()) as Record<string, unknown>;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function restart(settings: Record<string, string>): Promise<void> {
  await farebox.app.kill('SIGTERM');
  await farebox.startApp(settings);
}

it('a new secret: tokens of the old one work while it is TOKEN_SECRET_PREVIOUS, and not without', async () => {
  const old = await register();
  await restart({ TOKEN_SECRET: NEXT_SECRET, TOKEN_SECRET_PREVIOUS: TOKEN_SECRET });
  expect((await call(old)).status).toBe(200);
  const fresh = await renew(old);
  expect((await call(fresh)).status).toBe(200);
  expect(part(fresh, 0)['kid']).not.toBe(part(old, 0)['kid']);
  expect(part(await register(), 0)['kid']).toBe(part(fresh, 0)['kid']);

  await restart({ TOKEN_SECRET: NEXT_SECRET });
  const refused = await call(old);
  expect([refused.status, refused.json['code']]).toEqual([401, 'token_invalid']);
  expect((await call(fresh)).status).toBe(200);

  await restart({});
  expect((await call(old)).status).toBe(200);
  expect((await call(fresh)).json['code']).toBe('token_invalid');
});

it('a name of another key in the header opens nothing', async () => {
  const token = await register();
  const [, claims = ''] = token.split('.');
  const signed = (header: object): string => {
    const text = `${encode(header)}.${claims}`;
    return `${text}.${createHmac('sha256', 'a-secret-of-somebody-else-0123456789').update(text).digest('base64url')}`;
  };
  for (const header of [
    part(token, 0),
    { alg: 'HS256', typ: 'JWT' },
    { alg: 'HS256', typ: 'JWT', kid: 'mine' },
  ])
    expect((await call(signed(header))).json['code']).toBe('token_invalid');
});

it('renewed before it expires: both work, and the new one goes on alone', async () => {
  const token = await register();
  const text = `${encode(part(token, 0))}.${encode({ ...part(token, 1), exp: Math.floor(Date.now() / 1_000) + 3 })}`;
  const ending = `${text}.${createHmac('sha256', TOKEN_SECRET).update(text).digest('base64url')}`;
  const next = await renew(ending);
  expect((await call(next)).status).toBe(200);
  await until(async () => (await call(ending)).json['code'] === 'token_expired');
  const late = await post(
    `${farebox.url}/account/tokens`,
    { name: 'x' },
    { authorization: `Bearer ${ending}` },
  );
  expect(late.json['code']).toBe('token_expired');
  expect((await call(next)).status).toBe(200);
});
