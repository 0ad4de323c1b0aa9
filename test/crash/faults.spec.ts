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
  stripeList,
} from '../support/farebox.js';
import { liveSecrets } from '../support/operator.js';
import { logged, until } from '../support/processes.js';
import { startTcpGate, type TcpGate } from '../support/tcp-gate.js';

let farebox: Farebox;
let gate: TcpGate;
let everything = '';

/** Ends the application and keeps what it wrote, to be searched for secrets in the end. */
async function endApp(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  await farebox.app.kill(signal);
  everything += farebox.app.output();
}

beforeAll(async () => {
  farebox = await startFarebox(async ({ DATABASE_URL = '' }) => {
    const url = new URL(DATABASE_URL);
    gate = await startTcpGate({ host: url.hostname, port: Number(url.port) });
    url.port = String(gate.port);
    return { DATABASE_URL: url.href };
  });
});
afterAll(async () => {
  await farebox?.stop();
  gate?.stop();
});

const register = (person: object) => post(`${farebox.url}/register`, person);
const testService = (token: unknown) => request(`${farebox.url}/test-service`, bearer(String(token)));
const ready = () => request(`${farebox.url}/health/ready`);

async function expectExactlyOne(email: string): Promise<void> {
  const customers = await stripeList(farebox, `/v1/customers?email=${email}`);
  expect(customers).toHaveLength(1);
  const subscriptions = await stripeList(
    farebox,
    `/v1/subscriptions?customer=${String(customers[0]?.['id'])}&status=all`,
  );
  expect(subscriptions).toHaveLength(1);
}

/** What Stripe does instead of making a resource, the next time or as many `times`. */
const stripeFails = (fault: object, path = '/v1/customers') =>
  post(`${farebox.stripeUrl}/_sandbox/faults`, { path, method: 'POST', ...fault });
const stripeRecovers = () => request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
/** A registration that Stripe does not hear of, and the person behind it. */
async function unheard(): Promise<ReturnType<typeof newPerson>> {
  const person = newPerson();
  await stripeFails({ times: 2, drop: 'before' });
  expect((await register(person)).status).toBe(503);
  await stripeRecovers();
  return person;
}

describe('register.503 while Stripe fails, and the same request later carries on', () => {
  // Each more often than the SDK tries by itself.
  const faults: [what: string, path: string, fault: object][] = [
    ['500 for the customer', '/v1/customers', { status: 500 }],
    ['500 for the subscription', '/v1/subscriptions', { status: 500 }],
    ['429', '/v1/customers', { status: 429 }],
    ['a connection cut before the customer is made', '/v1/customers', { drop: 'before' }],
    ['a connection cut after the customer is made', '/v1/customers', { drop: 'after' }],
    ['a connection cut after the subscription is made', '/v1/subscriptions', { drop: 'after' }],
    [
      'an answer that is JSON and no error of Stripe',
      '/v1/customers',
      { status: 502, body: { message: 'bad gateway' } },
    ],
  ];

  it.each(faults)('%s', async (_what, path, fault) => {
    const person = newPerson();
    await stripeFails({ times: 2, ...fault }, path);
    const { status, json, headers } = await register(person);
    await stripeRecovers();
    expect([status, json['code']]).toEqual([503, 'billing_unavailable']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const later = await register(person);
    expect(later.status).toBe(200);
    expect((await testService(later.json['jwt'])).status).toBe(200);
    await expectExactlyOne(person.email);
  });

  it('with other details meanwhile: 409, and the first request still carries on', async () => {
    const person = await unheard();
    expect((await register({ ...person, lastname: 'Other' })).json['code']).toBe('registration_conflict');
    expect((await register(person)).status).toBe(200);
  });

  it('finished by the sweep: the same request gets the token, once, and nobody else does', async () => {
    const person = await unheard();
    // As if its time had come; the sweep runs when the application starts.
    await query(farebox, 'update registrations set next_attempt_at = now() where email = $1', [person.email]);
    await endApp();
    await farebox.startApp();
    await until(
      async () =>
        (await query(farebox, 'select 1 from accounts where email = $1', [person.email])).length === 1,
    );
    expect((await register({ ...person, lastname: 'Other' })).json['code']).toBe('email_taken');
    const claimed = await register(person);
    expect(claimed.status).toBe(200);
    expect((await testService(claimed.json['jwt'])).status).toBe(200);
    expect((await register(person)).json['code']).toBe('email_taken');
    await expectExactlyOne(person.email);
  });

  it('an email that Stripe refuses: 400 that names it, and another try is free', async () => {
    const person = newPerson();
    const body = {
      error: {
        type: 'invalid_request_error',
        code: 'email_invalid',
        param: 'email',
        message: 'Invalid email',
      },
    };
    await stripeFails({ status: 400, body });
    const { status, json } = await register(person);
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field: 'email' })]]);
    expect((await register({ ...person, firstname: 'Augusta' })).status).toBe(200);
  });
});

it('Stripe away at the start: ready, registration 503, calls go on, and later all is well', async () => {
  const known = await register(newPerson());
  await endApp();
  await farebox.stripe.kill('SIGKILL');
  await farebox.startApp();
  const person = newPerson();
  expect((await register(person)).json['code']).toBe('billing_unavailable');
  expect((await testService(known.json['jwt'])).status).toBe(200);
  await logged(farebox.app, 'Stripe cannot be reached. Check the network');
  await farebox.startStripe();
  expect((await register(person)).status).toBe(200);
  await expectExactlyOne(person.email);
});

it('a key that Stripe refuses: 503, and the log says which setting to check and not its value', async () => {
  await endApp();
  const wrong = 'sk_live_a_key_that_is_not_ours_0123456789';
  await farebox.startApp({ ...liveSecrets(), STRIPE_KEY: wrong });
  expect((await register(newPerson())).json['code']).toBe('billing_unavailable');
  await logged(farebox.app, 'Check STRIPE_KEY');
  expect(farebox.app.output()).not.toContain(wrong);
  await endApp();
  await farebox.startApp();
});

it('Moesif away: registration and calls go on, and it learns of both when it is back', async () => {
  await farebox.moesif.kill('SIGKILL');
  const { status, json } = await register(newPerson());
  expect(status).toBe(200);
  const call = await testService(json['jwt']);
  expect(call.status).toBe(200);
  await farebox.startMoesif();
  await until(async () =>
    (await moesifList(farebox, 'users')).find((user) => user['user_id'] === json['customerId']),
  );
  const event = await until(async () =>
    (await moesifList(farebox, 'events')).find((candidate) =>
      JSON.stringify(candidate).includes(String(call.headers.get('x-request-id'))),
    ),
  );
  expect(event).toMatchObject({ user_id: json['customerId'], company_id: json['subscriptionId'] });
});

describe('PostgreSQL away', () => {
  it('while running: accounts in memory go on, the rest is 503, ready says why, and it recovers', async () => {
    const { json } = await register(newPerson());
    expect((await testService(json['jwt'])).status).toBe(200);
    gate.close();
    expect((await testService(json['jwt'])).status).toBe(200);
    const refused = await register(newPerson());
    expect([refused.status, refused.json['code']]).toEqual([503, 'database_unavailable']);
    expect(refused.headers.get('retry-after')).toBe('5');
    const { status, json: health } = await ready();
    expect([status, health['error']]).toEqual([
      503,
      {
        database: { status: 'down', message: expect.stringContaining('PostgreSQL') },
        ledger: { status: 'down', message: expect.stringContaining('spool') },
      },
    ]);
    expect((await request(`${farebox.url}/health/live`)).status).toBe(200);
    gate.open();
    await until(async () => (await ready()).status === 200);
    expect((await register(newPerson())).status).toBe(200);
    expect((await testService(json['jwt'])).status).toBe(200);
  });

  it('again and again, at bad moments: the process outlives it', async () => {
    const { json } = await register(newPerson());
    await testService(json['jwt']);
    for (let round = 0; round < 8; round++) {
      await register(newPerson());
      gate.close();
      expect((await testService(json['jwt'])).status).toBe(200);
      gate.open();
      await until(async () => (await ready()).status === 200);
    }
  });

  it('at the start: the application is there, answers 503, and becomes ready with it', async () => {
    await endApp();
    gate.close();
    await farebox.startApp({}, 'live');
    expect((await ready()).status).toBe(503);
    expect((await register(newPerson())).json['code']).toBe('database_unavailable');
    await logged(farebox.app, 'Check that PostgreSQL runs at the address in DATABASE_URL');
    gate.open();
    await until(async () => (await ready()).status === 200);
    expect((await register(newPerson())).status).toBe(200);
  });
});

it('SIGTERM under load: requests in flight are answered, every answered call reaches Moesif, exit code 0', async () => {
  const { json } = await register(newPerson());
  const answered: string[] = [];
  let running = true;
  const caller = async (): Promise<void> => {
    while (running) {
      const answer = await testService(json['jwt']).catch(() => undefined);
      if (answer?.status === 200) answered.push(String(answer.headers.get('x-request-id')));
      // A connection that was refused means that the server has closed; one that was cut would be a request lost.
      else running = false;
    }
  };
  const callers = Array.from({ length: 8 }, caller);
  await until(async () => answered.length > 200);
  const exit = await farebox.app.kill('SIGTERM');
  running = false;
  await Promise.all(callers);
  expect(exit.code).toBe(0);
  const { text } = await request(
    `${farebox.moesifUrl}/_sandbox/events?user_id=${String(json['customerId'])}&limit=100000`,
  );
  const arrived = new Set(
    (JSON.parse(text) as { metadata: { transaction_id: string } }[]).map(
      ({ metadata }) => metadata.transaction_id,
    ),
  );
  expect(answered.filter((id) => !arrived.has(id))).toEqual([]);
});

it('no log of all these failures holds a key, a secret, a token or an email', () => {
  everything += farebox.app.output();
  expect(everything.length).toBeGreaterThan(1_000);
  for (const secret of [
    String(farebox.env['STRIPE_KEY']),
    String(farebox.env['TOKEN_SECRET']),
    '@example.com',
    'Lovelace',
  ]) {
    expect(everything).not.toContain(secret);
  }
  expect(everything).not.toMatch(/eyJ[\w-]+\./);
});
