import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freshId, modelEvent } from './support/samples.js';
import { Sdk } from './support/sdk.js';
import { startTarget, type Target } from './support/target.js';
import { until } from './support/until.js';
import type { Json } from './support/twin.js';

/**
 * Moesif's own packages against the twin, or, with `MOESIF_TEST_APPLICATION_ID`, against Moesif. The real collector
 * cannot be read, so what arrived is looked at in the twin only.
 */
let target: Target;
let sdk: Sdk;
let server: string;

beforeAll(async () => {
  target = await startTarget();
  sdk = Sdk.start();
  server = await sdk.startMiddleware({
    applicationId: target.applicationId,
    baseUri: target.baseUri,
    batchMaxTime: 501,
  });
});

afterAll(async () => {
  await sdk.stop();
  await target.stop();
});

async function arrived(path: string): Promise<Json[]> {
  return target.twin ? target.twin.get(path) : [];
}

describe('profiles through moesif-nodejs', () => {
  it('updateUser: a repeated post merges the metadata', async () => {
    const userId = freshId('cus');
    const first = {
      userId,
      companyId: 'sub_9',
      metadata: { email: 'ada@example.com', plan: { name: 'a', n: 1 } },
    };
    expect(await sdk.middleware('updateUser', first)).toEqual({ statusCode: 201 });
    const second = {
      userId,
      metadata: { plan: { n: 2 }, tags: ['x'] },
      sessionToken: 's',
      ipAddress: '203.0.113.7',
    };
    expect(await sdk.middleware('updateUser', second)).toEqual({ statusCode: 201 });
    if (!target.twin) return;
    expect(await arrived(`/_sandbox/users?user_id=${userId}`)).toMatchObject([
      {
        user_id: userId,
        company_id: 'sub_9',
        session_token: 's',
        modified_time: expect.any(String),
        ip_address: '203.0.113.7',
        metadata: { email: 'ada@example.com', plan: { name: 'a', n: 2 }, tags: ['x'] },
      },
    ]);
  });

  it('updateCompany and updateSubscription', async () => {
    const companyId = freshId('sub');
    const company = { companyId, companyDomain: 'example.com', metadata: { seats: 3 } };
    expect(await sdk.middleware('updateCompany', company)).toEqual({ statusCode: 201 });
    const subscription = {
      subscriptionId: companyId,
      companyId,
      status: 'active',
      currentPeriodStart: '2026-11-01T00:00:00.000Z',
      currentPeriodEnd: '2026-12-01T00:00:00.000Z',
      metadata: { plan: 'standard' },
    };
    expect(await sdk.middleware('updateSubscription', subscription)).toEqual({ statusCode: 201 });
    if (!target.twin) return;
    expect(await arrived(`/_sandbox/companies?company_id=${companyId}`)).toMatchObject([
      { company_id: companyId, company_domain: 'example.com', metadata: { seats: 3 } },
    ]);
    expect(await arrived(`/_sandbox/subscriptions?subscription_id=${companyId}`)).toMatchObject([
      {
        subscription_id: companyId,
        company_id: companyId,
        status: 'active',
        current_period_start: '2026-11-01T00:00:00.000Z',
        current_period_end: '2026-12-01T00:00:00.000Z',
        metadata: { plan: 'standard' },
      },
    ]);
  });

  it('the batches', async () => {
    const [a, b] = [freshId('many'), freshId('many')];
    const batches: [method: string, posts: Json[]][] = [
      [
        'updateUsersBatch',
        [
          { userId: a, companyId: b },
          { userId: b, companyId: b },
        ],
      ],
      ['updateCompaniesBatch', [{ companyId: a }, { companyId: b, metadata: { n: 1 } }]],
      ['updateSubscriptionsBatch', [{ subscriptionId: a, companyId: b, status: 'active' }]],
    ];
    for (const [method, posts] of batches) {
      expect(await sdk.middleware(method, posts)).toEqual({ statusCode: 201 });
    }
    if (!target.twin) return;
    expect((await arrived(`/_sandbox/users?company_id=${b}`)).map((user) => user['user_id'])).toEqual([a, b]);
    expect(await arrived(`/_sandbox/companies?company_id=${b}`)).toMatchObject([{ metadata: { n: 1 } }]);
    expect(await arrived(`/_sandbox/subscriptions?company_id=${b}`)).toMatchObject([{ subscription_id: a }]);
  });

  it('sendAction and sendActionsBatch', async () => {
    const userId = freshId('cus');
    const action = {
      actionName: 'Clicked',
      userId,
      request: { uri: 'https://example.com/', ipAddress: '203.0.113.7' },
      metadata: { button: 'register' },
    };
    expect(await sdk.middleware('sendAction', action)).toEqual({ statusCode: 201 });
    expect(await sdk.middleware('sendActionsBatch', [action, action])).toEqual({ statusCode: 201 });
    if (!target.twin) return;
    const actions = await arrived(`/_sandbox/actions?user_id=${userId}`);
    expect(actions).toHaveLength(3);
    expect(actions[0]).toMatchObject({
      action_name: 'Clicked',
      user_id: userId,
      request: { uri: 'https://example.com/', ip_address: '203.0.113.7' },
      metadata: { button: 'register' },
    });
  });
});

describe('API calls', () => {
  it('the middleware’s capture, with the caller it identified', async () => {
    const [user, company, transaction] = [freshId('cus'), freshId('sub'), freshId('txn')];
    const answer = await fetch(`${server}/test-service?x=1`, {
      method: 'POST',
      headers: {
        'x-user': user,
        'x-company': company,
        'x-moesif-transaction-id': transaction,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ hello: 'Wörld' }),
    });
    expect(await answer.json()).toEqual({ handled: true });
    if (!target.twin) return;
    const [event] = await until('the event', async () => {
      const events = await arrived(`/_sandbox/events?user_id=${user}`);
      return events.length > 0 && events;
    });
    expect(event).toMatchObject({
      request: {
        verb: 'POST',
        uri: `${server}/test-service?x=1`,
        route: '/test-service',
        body: { hello: 'Wörld' },
      },
      response: { status: 200, body: { handled: true } },
      user_id: user,
      company_id: company,
      session_token: 'session-1',
      metadata: { region: 'eu' },
      direction: 'Incoming',
      weight: 1,
      transaction_id: transaction,
      event_type: 'api_call',
    });
    expect(await arrived(`/_sandbox/events?transaction_id=${transaction}`)).toEqual([event]);
  });

  it('moesifapi’s createEventsBatch and createEvent, as models and as plain objects of the wire', async () => {
    const userId = freshId('cus');
    const batch = [modelEvent({ userId }), modelEvent({ userId, weight: 5 })];
    const result = await sdk.controller('createEventsBatch', batch, 'EventModel');
    expect(result).toMatchObject({ error: null, statusCode: 201 });
    const single = await sdk.controller('createEvent', modelEvent({ userId }), 'EventModel');
    expect(single).toMatchObject({ error: null, statusCode: 201 });
    const { request, response } = modelEvent();
    const wire = [{ request, response, user_id: userId, weight: 2 }];
    expect(await sdk.controller('createEventsBatch', wire)).toMatchObject({ error: null, statusCode: 201 });
    if (!target.twin) return;
    const events = await arrived(`/_sandbox/events?user_id=${userId}`);
    expect(events.map((event) => event['weight'])).toEqual([1, 5, 1, 2]);
    expect(events[0]).toMatchObject({
      request: { api_version: '1.2.0', ip_address: '203.0.113.9', headers: { accept: '*/*' } },
      response: { time: '2026-11-21T10:00:00.025Z', status: 200, headers: { 'x-kind': 'test' } },
      session_token: 'session-1',
      metadata: { plan: 'standard' },
      duration_ms: 25,
    });
  });
});

describe('the SDK’s configuration', () => {
  it('GET /v1/config and /v1/rules, with the tag that answers to events carry too', async () => {
    const config = await sdk.controller('getAppConfig');
    expect(config).toMatchObject({ statusCode: 200, body: { sample_rate: expect.any(Number) } });
    const rules = await sdk.controller('getRules');
    expect(rules.statusCode).toBe(200);
    expect(Array.isArray(rules.body)).toBe(true);
    const posted = await sdk.controller('createEventsBatch', [modelEvent()], 'EventModel');
    expect(posted.headers['x-moesif-config-etag']).toBe(config.headers['x-moesif-config-etag']);
    expect(posted.headers['x-moesif-config-etag']).toMatch(/./);
  });
});
