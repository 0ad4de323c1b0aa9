import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sdk } from './support/sdk.js';
import { sandboxApplicationId, Twin, type Json } from './support/twin.js';
import { until } from './support/until.js';

let twin: Twin;
let sdk: Sdk;

beforeEach(async () => {
  twin = await Twin.start();
  sdk = Sdk.start();
});

afterEach(async () => {
  await sdk.stop();
  await twin.stop();
});

async function startMiddleware(): Promise<string> {
  return sdk.startMiddleware({
    applicationId: sandboxApplicationId,
    baseUri: twin.baseUri,
    batchMaxTime: 501,
    batchSize: 1000,
  });
}

async function call(
  server: string,
  headers: Record<string, string>,
  path = '/test-service',
): Promise<Response> {
  const answer = await fetch(`${server}${path}`, { headers });
  await answer.arrayBuffer();
  return answer;
}

async function eventsOf(user: string): Promise<Json[]> {
  return twin.get(`/_sandbox/events?user_id=${user}`);
}

describe('sampling', () => {
  it('moesif-nodejs takes the rates per user and company, and sends weights', async () => {
    const config = {
      sample_rate: 100,
      user_sample_rate: { silent: 0 },
      company_sample_rate: { half: 50 },
    };
    expect((await twin.post('/_sandbox/settings', { config })).status).toBe(200);
    const server = await startMiddleware();
    // Calls made before the configuration has come are sent with the default rate.
    await until('the configuration is in force', async () => {
      await call(server, { 'x-user': 'probe', 'x-company': 'half' });
      return (await eventsOf('probe')).some((event) => event['weight'] === 2);
    });
    for (let i = 0; i < 60; i += 1) {
      await call(server, { 'x-user': 'sampled', 'x-company': 'half' });
      await call(server, { 'x-user': 'silent', 'x-company': 'other' });
    }
    await call(server, { 'x-user': 'last', 'x-company': 'other' });
    await until('the last batch', async () => (await eventsOf('last')).length === 1);
    expect(await eventsOf('silent')).toEqual([]);
    const sampled = await eventsOf('sampled');
    expect(sampled.length).toBeGreaterThan(0);
    expect(sampled.length).toBeLessThan(60);
    expect(new Set(sampled.map((event) => event['weight']))).toEqual(new Set([2]));
  });

  it('a change is noticed by the tag on the next answer to events', async () => {
    const server = await startMiddleware();
    await call(server, { 'x-user': 'before' });
    await until('the first batch', async () => (await eventsOf('before')).length === 1);
    await twin.post('/_sandbox/settings', { config: { sample_rate: 100, user_sample_rate: { later: 0 } } });
    await until('the SDK has the new rates', async () => {
      const seen = (await eventsOf('later')).length;
      await call(server, { 'x-user': 'later' });
      await call(server, { 'x-user': 'mark' });
      const marks = (await eventsOf('mark')).length;
      await until('a batch after that', async () => (await eventsOf('mark')).length > marks);
      return (await eventsOf('later')).length === seen;
    });
  });
});

describe('governance rules', () => {
  it('moesif-nodejs blocks what a rule matches, and names the rule', async () => {
    const rule = {
      _id: 'rule-1',
      name: 'No admin',
      type: 'regex',
      block: true,
      regex_config: [{ conditions: [{ path: 'request.route', value: '^/forbidden' }] }],
      response: { status: 451, headers: { 'x-rule': 'yes' }, body: { because: 'the rule' } },
    };
    expect((await twin.post('/_sandbox/settings', { rules: [rule] })).status).toBe(200);
    const server = await startMiddleware();
    await until('the rule is in force', async () => (await call(server, {}, '/forbidden')).status === 451);
    const answer = await fetch(`${server}/forbidden`, { headers: { 'x-user': 'blocked' } });
    expect([answer.status, answer.headers.get('x-rule'), await answer.json()]).toEqual([
      451,
      'yes',
      { because: 'the rule' },
    ]);
    expect((await call(server, {}, '/allowed')).status).toBe(200);
    const [event] = await until('the blocked call', async () => {
      const events = await eventsOf('blocked');
      return events.length > 0 && events;
    });
    expect(event).toMatchObject({
      blocked_by: 'rule-1',
      response: { status: 451, body: { because: 'the rule' } },
    });
  });
});
