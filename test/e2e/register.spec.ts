import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  moesifList,
  newPerson,
  post,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox();
});
afterAll(() => farebox?.stop());

const register = (body: unknown, headers?: Record<string, string>) =>
  post(`${farebox.url}/register`, body, headers);

describe('register.200', () => {
  it('makes a customer and an active subscription to the plan in Stripe', async () => {
    const person = newPerson();
    const { status, json, headers } = await register(person);
    expect(status).toBe(200);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(json).toEqual({
      jwt: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      customerId: expect.stringMatching(/^cus_/),
      subscriptionId: expect.stringMatching(/^sub_/),
      plan: 'standard',
    });
    const customers = await stripeList(farebox, `/v1/customers?email=${person.email}`);
    expect(customers).toHaveLength(1);
    expect(customers[0]).toMatchObject({
      id: json['customerId'],
      name: 'Ada Lovelace',
      description: 'Customer of My API',
      metadata: { farebox_account_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    const subscriptions = await stripeList(
      farebox,
      `/v1/subscriptions?customer=${String(json['customerId'])}&status=all`,
    );
    expect(subscriptions).toHaveLength(1);
    expect(subscriptions[0]).toMatchObject({
      id: json['subscriptionId'],
      status: 'active',
      items: { data: [{ price: { lookup_key: 'farebox:standard', recurring: { usage_type: 'metered' } } }] },
    });
  });

  it('subscribes to the plan that was asked for', async () => {
    const { json } = await register({ ...newPerson(), plan: 'volume' });
    expect(json['plan']).toBe('volume');
    const [subscription] = await stripeList(
      farebox,
      `/v1/subscriptions?customer=${String(json['customerId'])}`,
    );
    expect(subscription).toMatchObject({ items: { data: [{ price: { lookup_key: 'farebox:volume' } }] } });
  });

  it('tells Moesif of company, user and subscription, and never the token', async () => {
    const person = newPerson();
    const { json } = await register(person);
    const { customerId, subscriptionId, jwt } = json;
    const user = await until(async () =>
      (await moesifList(farebox, 'users')).find((profile) => profile['user_id'] === customerId),
    );
    expect(user).toMatchObject({
      company_id: subscriptionId,
      metadata: { email: person.email, firstName: 'Ada', lastName: 'Lovelace' },
    });
    const subscription = await until(async () =>
      (await moesifList(farebox, 'subscriptions')).find(
        (profile) => profile['subscription_id'] === subscriptionId,
      ),
    );
    expect(subscription).toMatchObject({
      company_id: subscriptionId,
      status: 'active',
      current_period_end: expect.any(String),
      items: [{ plan_id: 'standard' }],
    });
    const companies = await moesifList(farebox, 'companies');
    expect(companies.map((company) => company['company_id'])).toContain(subscriptionId);
    for (const kind of ['users', 'companies', 'subscriptions']) {
      expect(JSON.stringify(await moesifList(farebox, kind))).not.toContain(jwt);
    }
  });

  it('replays the answer to the byte under the same Idempotency-Key', async () => {
    const person = newPerson();
    const key = { 'idempotency-key': `key-${person.email}` };
    const first = await register(person, key);
    const again = await register(person, key);
    expect(first.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(await stripeList(farebox, `/v1/customers?email=${person.email}`)).toHaveLength(1);
  });

  it('gives ten simultaneous requests under one key one customer and one answer', async () => {
    const person = newPerson();
    const key = { 'idempotency-key': `key-${person.email}` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(person, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await stripeList(farebox, `/v1/customers?email=${person.email}`)).toHaveLength(1);
  });
});

describe('register.409', () => {
  it('for an email that has an account, whatever its case and blanks, and never a token', async () => {
    const person = newPerson();
    await register(person);
    const { status, json, text, headers } = await register({
      ...person,
      email: `  ${person.email.toUpperCase()} `,
    });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(json).toMatchObject({ status: 409, code: 'email_taken', requestId: headers.get('x-request-id') });
    expect(text).not.toMatch(/eyJ[\w-]+\./);
  });

  it('for all but one of ten simultaneous requests without a key', async () => {
    const person = newPerson();
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(person)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await stripeList(farebox, `/v1/customers?email=${person.email}`)).toHaveLength(1);
  });
});

describe('register.422', () => {
  it('for a key that was used for another request', async () => {
    const [one, other] = [newPerson(), newPerson()];
    const key = { 'idempotency-key': `key-${one.email}` };
    await register(one, key);
    const { status, json } = await register(other, key);
    expect([status, json['code']]).toEqual([422, 'idempotency_key_reused']);
    expect(await stripeList(farebox, `/v1/customers?email=${other.email}`)).toHaveLength(0);
  });
});

describe('register.400', () => {
  it('names every bad field', async () => {
    const { status, json } = await register({ email: 'nobody', firstname: ' ', admin: true });
    expect([status, json['code']]).toEqual([400, 'validation_failed']);
    expect(json['errors']).toEqual(
      expect.arrayContaining([
        { field: 'email', message: 'must be an email address' },
        { field: 'firstname', message: 'must not be empty' },
        { field: 'lastname', message: 'is required' },
        { field: 'admin', message: 'is not a known field; remove it' },
      ]),
    );
  });

  it.each([
    ['a plan that is not on offer', { plan: 'platinum' }, 'plan'],
    ['a plan that is not a text', { plan: 7 }, 'plan'],
    ['a name of 101 characters', { lastname: 'x'.repeat(101) }, 'lastname'],
    ['a NUL in a name', { firstname: 'A\u0000da' }, 'firstname'],
    ['an array for an email', { email: ['a@example.com'] }, 'email'],
    ['an email of 300 characters', { email: `${'x'.repeat(290)}@example.com` }, 'email'],
  ])('for %s', async (_what, change, field) => {
    const person = { ...newPerson(), ...change };
    const { status, json } = await register(person);
    expect([status, json['code']]).toEqual([400, 'validation_failed']);
    expect((json['errors'] as { field: string }[]).map((error) => error.field)).toEqual([field]);
  });

  it.each([
    ['broken JSON', '{"email":'],
    ['an empty body', ''],
    ['a list', '[]'],
  ])('for %s', async (_what, body) => {
    const answer = await request(`${farebox.url}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe(answer.json['requestId']);
  });

  it('for an Idempotency-Key that is too long', async () => {
    const { status, json } = await register(newPerson(), { 'idempotency-key': 'k'.repeat(256) });
    expect([status, (json['errors'] as { field: string }[])[0]?.field]).toEqual([400, 'Idempotency-Key']);
  });
});

it('register.413 for a body that is too large', async () => {
  const { status, json } = await register({ ...newPerson(), firstname: 'x'.repeat(100_000) });
  expect([status, json['code']]).toEqual([413, 'payload_too_large']);
});

it('register.415 for a form', async () => {
  const answer = await request(`${farebox.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'email=a%40example.com',
  });
  expect([answer.status, answer.json['code']]).toEqual([415, 'unsupported_media_type']);
});

it('register.429 beyond the rate limit, with Retry-After', async () => {
  const limited = await farebox.startSibling({ REGISTRATION_RATE_LIMIT: '2' });
  const send = () => post(`${limited.url}/register`, {});
  expect([(await send()).status, (await send()).status]).toEqual([400, 400]);
  const { status, json, headers } = await send();
  expect([status, json['code']]).toEqual([429, 'rate_limited']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  await limited.process.stop();
});

it('register.429 counts an address once, with whatever port a proxy writes behind it', async () => {
  const limited = await farebox.startSibling({ REGISTRATION_RATE_LIMIT: '2', TRUSTED_PROXIES: '127.0.0.1' });
  const send = async (from: string) =>
    (await post(`${limited.url}/register`, {}, { 'x-forwarded-for': from })).status;
  const sent = async (addresses: string[]) => {
    const all: number[] = [];
    for (const address of addresses) all.push(await send(address));
    return all;
  };
  expect(await sent(['192.0.2.10:51', '192.0.2.10:52', '192.0.2.10'])).toEqual([400, 400, 429]);
  expect(await sent(['[2001:db8::1]:51', '2001:DB8:0::1', '[2001:db8::2]:9'])).toEqual([400, 400, 429]);
  expect(await sent(['unknown', '203.0.113.9, _hidden', '-'])).toEqual([400, 400, 429]);
  await limited.process.stop();
});

it('register.200 keeps letters that lower-casing would change, and another script as DNS knows it', async () => {
  const registered = async (email: string) => (await register({ ...newPerson(), email })).status;
  expect(await registered('kelvin-sign@example.com')).toBe(200);
  expect(await registered('\u212Aelvin-sign@example.com')).toBe(200);
  expect(await registered('ada@b\u00FCcher.example')).toBe(200);
  expect(await registered('ADA@xn--bcher-kva.example')).toBe(409);
  expect(await registered('ada@b\u00FCcher\u3002example')).toBe(409);
});

it('refuses an email with characters that nobody sees, or a domain that cannot be, wherever one is given', async () => {
  for (const path of ['/register', '/sign-in', '/checkout'])
    for (const [email, reason] of [
      ['ada\u200B@example.com', 'invisible'],
      ['a\u00ADda@example.com', 'invisible'],
      ['ada\u3164@example.com', 'invisible'],
      ['ada@xn--a.example', 'valid domain'],
    ] as const) {
      const { status, json } = await post(`${farebox.url}${path}`, {
        ...(path === '/register' ? newPerson() : {}),
        email,
      });
      expect([path, status, json['errors']]).toEqual([
        path,
        400,
        [{ field: 'email', message: expect.stringContaining(reason) }],
      ]);
    }
});

it('keeps personal data, tokens and secrets out of its log', async () => {
  const person = { ...newPerson(), firstname: 'Zacharias', lastname: 'Unmistakable' };
  const { json } = await register(person);
  await request(`${farebox.url}/test-service?email=${person.email}`, bearer(String(json['jwt'])));
  for (const secret of [
    person.email,
    'Zacharias',
    'Unmistakable',
    String(json['jwt']),
    ...Object.values(farebox.env).filter((value) => /^sk_|secret/.test(value)),
  ]) {
    expect(farebox.app.output()).not.toContain(secret);
  }
});
