import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, request, startFarebox } from '../support/farebox.js';
import { ADMIN_TOKEN } from '../support/operator.js';

/** What anybody can send before it is known who they are: it costs and answers little. */
let farebox: Farebox;
let token: string;

beforeAll(async () => {
  farebox = await startFarebox({ ADMIN_TOKEN });
  token = String((await post(`${farebox.url}/register`, newPerson())).json['jwt']);
});
afterAll(async () => {
  await farebox?.stop();
});

const send = (path: string, body: string, headers: Record<string, string> = {}) =>
  request(`${farebox.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
const fields = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n])));
const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

describe.each(['/admin/session', '/register', '/checkout'])('POST %s', (path) => {
  it('takes no more than a form', async () => {
    const { status, json } = await send(path, fields(5_000));
    expect([status, json['code']]).toEqual([413, 'payload_too_large']);
  });

  it('names twenty unknown fields at most', async () => {
    const { status, json, text } = await send(path, fields(300));
    expect([status, json['code']]).toEqual([400, 'validation_failed']);
    expect(json['errors']).toHaveLength(20);
    expect(text.length).toBeLessThan(4_000);
  });

  it('cuts the name of a field', async () => {
    const { status, text } = await send(path, JSON.stringify({ ['n'.repeat(3_900)]: 1 }));
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(2_000);
  });

  it.each([65, 2_000])('refuses %i levels as malformed', async (levels) => {
    const { status, json } = await send(path, nested(levels));
    expect([status, json['code']]).toEqual([400, 'malformed_request']);
  });
});

it('JSON is bounded in its depth wherever it is taken, before the token is looked at', async () => {
  const { status, json } = await send('/account/tokens', nested(20_000));
  expect([status, json['code']]).toEqual([400, 'malformed_request']);
});

it('brackets in texts are no levels, and 64 levels are read', async () => {
  const text = JSON.stringify({ name: `"${'['.repeat(100)}\\`, x: 1 });
  for (const body of [text, nested(63)]) {
    const { status, json } = await send('/account/tokens', body, { authorization: `Bearer ${token}` });
    expect([status, json['code']]).toEqual([400, 'validation_failed']);
    expect(json['errors']).toContainEqual(
      expect.objectContaining({ message: 'is not a known field; remove it' }),
    );
  }
});

it('a query of thousands of unknown fields is answered shortly', async () => {
  const query = Array.from({ length: 2_000 }, (_, n) => `f${n}=1`).join('&');
  const { status, text } = await request(`${farebox.url}/account/calls?${query}`, bearer(token));
  expect(status).toBe(400);
  expect(text.length).toBeLessThan(4_000);
});

it('a path of 15 KB that looks like an email address costs about what any of them costs', async () => {
  const cost = async (path: string): Promise<number> => {
    const before = await cpu();
    for (let n = 0; n < 10; n++) await request(`${farebox.url}${path}`, bearer(token));
    return (await cpu()) - before;
  };
  await cost(`/test-service/${'b'.repeat(15_000)}`);
  const plain = await cost(`/test-service/${'b'.repeat(15_000)}`);
  expect(await cost(`/@${'a'.repeat(15_000)}`)).toBeLessThan(10 * Math.max(plain, 0.02));
});

/** Processor time of the process, in seconds, by its own account. */
async function cpu(): Promise<number> {
  const { text } = await request(`${farebox.url}/metrics`);
  return Number(/^farebox_process_cpu_seconds_total ([\d.e+-]+)/m.exec(text)?.[1]);
}
