import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { wireEvent } from './support/samples.js';
import { Twin, type Json } from './support/twin.js';

let twin: Twin;

beforeAll(async () => {
  twin = await Twin.start();
});

beforeEach(async () => {
  await twin.post('/_sandbox/reset', {});
});

afterAll(() => twin.stop());

const collectorPaths = ['events', 'users', 'companies', 'subscriptions', 'actions'].flatMap((path) => [
  `/v1/${path}`,
  `/v1/${path}/batch`,
]);

async function expectNothingStored(): Promise<void> {
  const { stripeObjects, ...counts } = await twin.get<Record<string, number>>('/_sandbox/counts');
  expect(stripeObjects).toBe(0);
  expect(new Set(Object.values(counts))).toEqual(new Set([0]));
}

describe('401', () => {
  it.each([...collectorPaths, '/v1/config', '/v1/rules'])(
    '%s without an application id or with a bad one',
    async (path) => {
      const method = path === '/v1/config' || path === '/v1/rules' ? 'GET' : 'POST';
      const body = method === 'POST' ? { body: '[]' } : {};
      for (const id of [undefined, '', 'SET_ME', `with spaces ${'x'.repeat(60)}`]) {
        const headers: Record<string, string> = id === undefined ? {} : { 'x-moesif-application-id': id };
        const response = await fetch(`${twin.baseUri}${path}`, { method, headers, ...body });
        expect([response.status, await response.json()]).toEqual([
          401,
          { moesif_error: { code: 'unauthorized_error', msg: expect.any(String) } },
        ]);
      }
      await expectNothingStored();
    },
  );
});

describe('a body', () => {
  it.each(collectorPaths)('%s: 400 for what is not JSON, and for broken gzip', async (path) => {
    const packed = gzipSync(JSON.stringify([wireEvent()]));
    const gzip = { 'content-encoding': 'gzip' };
    const broken = [
      await twin.post(path, '{"request":'),
      await twin.post(path, ''),
      await twin.post(path, packed),
      await twin.post(path, '{}', gzip),
      await twin.post(path, packed.subarray(0, packed.length - 9), gzip),
      await twin.post(path, gzipSync('[{'), gzip),
      await twin.post(path, path.endsWith('/batch') ? {} : []),
      await twin.post(path, path.endsWith('/batch') ? [null] : '"text"'),
    ];
    expect(broken.map((response) => response.status)).toEqual([400, 400, 400, 400, 400, 400, 400, 400]);
    await expectNothingStored();
  });

  it('gzip and plain JSON are the same, whatever the content type', async () => {
    const event = wireEvent({ metadata: { text: 'naïve\tcafé\n漢字' } });
    const packed = gzipSync(JSON.stringify([event]));
    expect((await twin.post('/v1/events/batch', packed, { 'content-encoding': 'gzip' })).status).toBe(201);
    expect((await twin.post('/v1/events/batch', [event])).status).toBe(201);
    expect((await twin.post('/v1/events', event, { 'content-type': 'text/plain' })).status).toBe(201);
    expect((await twin.post('/v1/events', JSON.stringify(event, null, '\t'))).status).toBe(201);
    const events = await twin.get('/_sandbox/events');
    expect(events).toHaveLength(4);
    for (const stored of events) expect(stored).toMatchObject(event);
    await twin.killAndRestart();
    expect(await twin.get('/_sandbox/events')).toEqual(events);
  });

  it('415 for an unknown encoding, 413 for one that unpacks to more than 50 MiB', async () => {
    expect((await twin.post('/v1/events', '{}', { 'content-encoding': 'compress' })).status).toBe(415);
    const bomb = gzipSync(Buffer.alloc(51 * 1024 * 1024, ' '), { level: 1 });
    expect((await twin.post('/v1/events', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    await expectNothingStored();
  });

  it('a batch of several megabytes is taken', async () => {
    const event = wireEvent({ metadata: { text: 'x'.repeat(100_000) } });
    const events = Array.from({ length: 100 }, () => event);
    expect((await twin.post('/v1/events/batch', events)).status).toBe(201);
    expect((await twin.get<Record<string, number>>('/_sandbox/counts'))['events']).toBe(100);
  });
});

describe('required fields', () => {
  const { request, response } = wireEvent() as { request: Json; response: Json };
  const wrongEvents: [field: string, event: unknown][] = [
    ['request', { response }],
    ['response', { request }],
    ['request.time', { request: { ...request, time: undefined }, response }],
    ['request.time', { request: { ...request, time: '2026-11-21 10:00:00' }, response }],
    ['request.time', { request: { ...request, time: '2026-11-21T10:00:00+02:00' }, response }],
    ['request.time', { request: { ...request, time: '2026-13-45T10:00:00Z' }, response }],
    ['request.time', { request: { ...request, time: 1_800_000_000 }, response }],
    ['request.verb', { request: { ...request, verb: '' }, response }],
    ['request.uri', { request: { ...request, uri: undefined }, response }],
    ['response.time', { request, response: { status: 200 } }],
    ['response.status', { request, response: { ...response, status: '200' } }],
    ['response.status', { request, response: { ...response, status: 42 } }],
    ['weight', { request, response, weight: 0.5 }],
    ['user_id', { request, response, user_id: 7 }],
  ];

  it.each(wrongEvents)('an event with a bad %s is refused, and its whole batch', async (field, event) => {
    const single = await twin.post('/v1/events', event);
    expect([single.status, await single.json()]).toEqual([
      400,
      { moesif_error: { code: 'illegal_argument_error', msg: expect.stringContaining(`${field}: `) } },
    ]);
    const batch = await twin.post('/v1/events/batch', [wireEvent(), event]);
    expect([batch.status, await batch.json()]).toEqual([
      400,
      { moesif_error: { code: 'illegal_argument_error', msg: expect.stringContaining(`[1].${field}: `) } },
    ]);
    await expectNothingStored();
  });

  /** As https://www.moesif.com/docs/api#update-a-subscription has it. */
  const subscription = { subscription_id: 's', company_id: 'c', status: 'active', items: [{ plan_id: 'p' }] };
  const wrongProfiles: [path: string, good: Json, wrong: unknown, field: string][] = [
    ['/v1/users', { user_id: 'u' }, {}, 'user_id'],
    ['/v1/users', { user_id: 'u' }, { user_id: '' }, 'user_id'],
    ['/v1/users', { user_id: 'u' }, { user_id: 'v', metadata: 'text' }, 'metadata'],
    ['/v1/users', { user_id: 'u' }, { user_id: 'v', modified_time: 'yesterday' }, 'modified_time'],
    ['/v1/companies', { company_id: 'c' }, { metadata: {} }, 'company_id'],
    ['/v1/subscriptions', subscription, { company_id: 'c', status: 'active' }, 'subscription_id'],
    ['/v1/subscriptions', subscription, { ...subscription, company_id: undefined }, 'company_id'],
    [
      '/v1/subscriptions',
      subscription,
      { ...subscription, current_period_end: '2026-11-21' },
      'current_period_end',
    ],
    ['/v1/subscriptions', subscription, { ...subscription, status: 'canceled' }, 'status'],
    [
      '/v1/subscriptions',
      subscription,
      { ...subscription, items: [{ price_id: 'price_1' }] },
      'items.0.plan_id',
    ],
    ['/v1/actions', { action_name: 'a', request: { uri: '/' } }, { request: { uri: '/' } }, 'action_name'],
    ['/v1/actions', { action_name: 'a', request: { uri: '/' } }, { action_name: 'b' }, 'request.uri'],
  ];

  it.each(wrongProfiles)('%s: %j is fine, %j is refused for its %s', async (path, good, wrong, field) => {
    const refused = await twin.post(path, wrong);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(`${field}: `)]);
    expect((await twin.post(`${path}/batch`, [good, wrong])).status).toBe(400);
    await expectNothingStored();
    expect((await twin.post(`${path}/batch`, [good])).status).toBe(201);
  });

  it('times in UTC are taken in every form that Moesif documents', async () => {
    for (const time of [
      '2026-11-21T10:00:00Z',
      '2026-11-21T10:00:00.123456Z',
      '2026-11-21T10:00:00.000+00:00',
      '2026-11-21T10:00:00.000',
    ]) {
      expect((await twin.post('/v1/events', wireEvent({ request: { ...request, time } }))).status).toBe(201);
    }
  });
});

it('404 for a path that the collector does not have', async () => {
  expect((await twin.post('/v1/nothing', {})).status).toBe(404);
});
