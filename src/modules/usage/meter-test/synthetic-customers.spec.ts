import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { Catalog, DEFAULT_SWITCHES, type MeterDefinition } from '../../../catalog/index.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { SyntheticCustomers } from './synthetic-customers.js';

interface Seen {
  request: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** An application that registers everybody. */
const seen: Seen[] = [];
let answer: { status: number; body: object };
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      seen.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
      const given = request.url === '/register' ? answer : { status: 200, body: {} };
      if (given.status === 0) {
        request.socket.destroy();
        return;
      }
      response.writeHead(given.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(given.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server?.close();
});
beforeEach(() => {
  seen.length = 0;
  answer = { status: 200, body: { jwt: 'the-token', customerId: 'cus_1' } };
});

const meter = (filter: MeterDefinition['filter']): MeterDefinition => ({
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter,
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
});

function make(filter: MeterDefinition['filter'], plans = ['small', 'large'], switches = DEFAULT_SWITCHES) {
  const customers = new SyntheticCustomers(
    new Catalog('test', [], [], 'large', switches),
    parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET, PUBLIC_URL: url }),
  );
  return customers.make(meter(filter), plans);
}

describe('a synthetic customer', () => {
  it('registers on the default plan, and calls the route with its token and the header that counts', async () => {
    const made = await make({ route: '/paid', header: { name: 'x-feature', value: 'on' } });
    expect(made).toEqual({
      found: { customerId: 'cus_1', byHand: undefined },
      message: 'registered cus_1 on plan large; GET /paid answered 200',
    });
    expect(seen.map(({ request }) => request)).toEqual(['GET /health/live', 'POST /register', 'GET /paid']);
    expect(seen[1]?.body).toEqual({
      email: expect.stringMatching(/^meter-test-[\w-]+@example\.com$/),
      firstname: 'Meter',
      lastname: 'Test',
      plan: 'large',
    });
    expect(seen[2]?.headers).toMatchObject({ authorization: 'Bearer the-token', 'x-feature': 'on' });
  });

  it.each([
    ['the plan that the meter counts', { plan: 'small' }, ['small', 'large'], 'small'],
    ['one whose price reads the meter', {}, ['small', 'middle'], 'small'],
  ])('registers on %s', async (_what, filter, plans, plan) => {
    await make({ route: '/paid', ...filter }, plans);
    expect(seen[1]?.body['plan']).toBe(plan);
  });

  it.each<[string, MeterDefinition['filter']]>([
    ['has parameters', { route: '/items/:id' }],
    ['is changed with', { route: '/paid', verb: 'POST' }],
    ['is not named', {}],
  ])('leaves the call to others when the route %s', async (_what, filter) => {
    expect(await make(filter)).toMatchObject({ found: { byHand: expect.stringContaining('automatically') } });
    expect(seen.map(({ request }) => request)).toEqual(['GET /health/live', 'POST /register']);
  });

  it('says so when the application stops answering in between', async () => {
    answer = { status: 0, body: {} };
    expect(await make({ route: '/paid' })).toMatchObject({ failed: expect.stringContaining('closed early') });
  });

  it('says what registration answered, and never the token', async () => {
    answer = { status: 503, body: { code: 'billing_unavailable' } };
    expect(await make({ route: '/paid' })).toMatchObject({
      failed: 'POST /register answered 503 billing_unavailable',
      advice: expect.stringContaining('doctor'),
    });
    answer = { status: 200, body: { checkout: 'https://…' } };
    const paying = { ...DEFAULT_SWITCHES, registration: 'payment_method' as const };
    expect(await make({ route: '/paid' }, ['large'], paying)).toMatchObject({
      advice: expect.stringContaining('without a synthetic customer'),
    });
  });
});
