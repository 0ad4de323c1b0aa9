import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventStream, openEvents } from '../support/event-stream.js';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { ADMIN_TOKEN, liveSecrets, Operator } from '../support/operator.js';
import { logged, type RunningProcess, until } from '../support/processes.js';

const TEST = 'meters/test-service-calls/test';
const TOKEN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const STAGES = ['meter', 'subscription', 'call', 'report', 'stripe'];

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
let operator: Operator;
const streams: EventStream[] = [];

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    ADMIN_TOKEN,
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
  }));
  sibling = await farebox.startSibling();
  operator = new Operator(farebox);
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await operator.ask('DELETE', TEST);
  await until(async () => (await running()) === '0');
});
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

async function open(
  method: 'POST' | 'GET',
  body?: object,
  { url = farebox.url, headers = TOKEN }: { url?: string; headers?: Record<string, string> } = {},
): Promise<EventStream> {
  const type = body ? { 'content-type': 'application/json' } : {};
  const stream = await openEvents(
    `${url}/admin/${TEST}`,
    { ...headers, ...type },
    { method, ...(body ? { body: JSON.stringify(body) } : {}) },
  );
  streams.push(stream);
  return stream;
}
const start = (body?: object, where = {}) => open('POST', body, where);
const follow = (where = {}) => open('GET', undefined, where);

/** The last that was seen of each stage, as `stage state`. */
const stagesOf = ({ events }: EventStream): string[] => [
  ...new Map(
    events
      .filter(({ event }) => event === 'progress')
      .map(({ data }) => [data['stage'], `${String(data['stage'])} ${String(data['state'])}`]),
  ).values(),
];
const at = (stream: EventStream, stage: string) => until(() => stagesOf(stream).includes(stage), 20_000);
const outcome = async (stream: EventStream): Promise<unknown> => {
  await stream.ended;
  const last = stream.events.at(-1);
  return last?.event === 'end' ? last.data['outcome'] : 'cut';
};
async function running(url = farebox.url, token = ''): Promise<string | undefined> {
  const { text } = await request(`${url}/metrics`, token === '' ? {} : bearer(token));
  return /^farebox_meter_tests (\d+)$/m.exec(text)?.[1];
}
async function registerAndCall(): Promise<void> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])));
}

describe('admin-meter-test.200', () => {
  it('with a synthetic customer: every stage passes, as it happens, and no token is shown', async () => {
    const stream = await start({ synthetic: true });
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect(await outcome(stream)).toBe('passed');
    expect(stagesOf(stream)).toEqual(STAGES.map((stage) => `${stage} passed`));
    expect(stream.events[0]).toEqual({
      event: 'test',
      id: '',
      data: {
        meter: 'test-service-calls',
        synthetic: true,
        startedAt: expect.any(String),
        timeoutSeconds: 600,
        stages: STAGES,
      },
    });
    expect(stream.events.at(-2)?.data).toEqual({
      stage: 'stripe',
      state: 'passed',
      message: 'Stripe shows 1 unit, as reported',
      elapsedMs: expect.any(Number),
    });
    expect(stream.text()).not.toMatch(/eyJ[\w-]+\./);
    const customers = await stripeList(farebox, '/v1/customers?limit=100');
    expect(customers.filter(({ name }) => name === 'Meter Test')).toHaveLength(1);
  });

  it('without: waits for a call, and whoever comes later sees all of it', async () => {
    const first = await start();
    await at(first, 'call working');
    const [second, third] = [await start({ synthetic: false }), await follow()];
    await at(third, 'call working');
    expect(stagesOf(second)).toEqual(stagesOf(first));
    const { json } = await operator.get('meters');
    expect(json).toMatchObject({ live: false, meters: [{ testing: true }] });
    await registerAndCall();
    for (const stream of [first, second, third]) {
      expect(await outcome(stream)).toBe('passed');
      expect(stagesOf(stream)).toEqual(STAGES.map((stage) => `${stage} passed`));
    }
    expect((await operator.get('meters')).json).toMatchObject({ meters: [{ testing: false }] });
  });

  it('fails when its time is over, and says at which stage and what to do', async () => {
    const stream = await start({ timeoutSeconds: 2 });
    expect(await outcome(stream)).toBe('failed');
    // It looked every second; the same again is no news.
    expect(
      stream.events.filter(({ data }) => data['stage'] === 'call').map(({ data }) => data['state']),
    ).toEqual(['working', 'failed']);
    expect(stream.events.at(-2)?.data).toMatchObject({
      stage: 'call',
      state: 'failed',
      message: 'no paid call since the test began',
      advice: expect.stringContaining('token'),
    });
  });
});

describe('admin-meter-test: how it ends', () => {
  it('admin-meter-test.204 stops it, for all who follow, and also when none runs', async () => {
    const [one, other] = [await start(), await follow()];
    expect((await operator.ask('DELETE', TEST)).status).toBe(204);
    expect([await outcome(one), await outcome(other)]).toEqual(['stopped', 'stopped']);
    expect((await operator.ask('DELETE', TEST)).status).toBe(204);
    expect((await follow()).response.status).toBe(404);
  });

  it('is stopped from another process', async () => {
    const stream = await start({}, { url: sibling.url });
    expect(await running(sibling.url)).toBe('1');
    await operator.ask('DELETE', TEST);
    expect(await outcome(stream)).toBe('stopped');
  });

  it('can be followed again soon after the connection was lost, and ends when nobody does', async () => {
    const lost = await start();
    lost.close();
    const back = await follow();
    expect(back.events[0]?.event ?? (await until(() => back.events[0]?.event))).toBe('test');
    back.close();
    await until(async () => (await running()) === '0', 20_000);
    expect((await follow()).response.status).toBe(404);
    await logged(farebox.app, 'unfollowed');
  });

  it('is shown no more once the session has ended', async () => {
    const { headers } = await operator.post('session', { token: ADMIN_TOKEN });
    const session = {
      cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
      'sec-fetch-site': 'same-origin',
    };
    const stream = await start({}, { headers: session });
    expect(stream.response.status).toBe(200);
    await request(`${farebox.url}/admin/session`, { method: 'DELETE', headers: session });
    expect(await outcome(stream)).toBe('cut');
    expect((await follow({ headers: session })).response.status).toBe(401);
  });

  it('with the process, which does not wait for its time to be over', async () => {
    const extra = await farebox.startSibling();
    const stream = await start({}, { url: extra.url });
    await at(stream, 'call working');
    // A shutdown that waits is cut short after 25 s, with another code.
    expect((await extra.process.kill('SIGTERM')).code).toBe(0);
    expect(await outcome(stream)).toBe('shutting_down');
  });
});

describe('admin-meter-test: refused', () => {
  it.each([
    [{ synthetic: 'yes' }, 'synthetic'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 1801 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 1.5 }, 'timeoutSeconds'],
    [{ customer: 'cus_1' }, 'customer'],
  ])('admin-meter-test.400 %j', async (body, field) => {
    const { status, json } = await operator.post(TEST, body);
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field })]]);
    expect(await running()).toBe('0');
  });

  it.each(['POST', 'GET', 'DELETE'])('admin-meter-test.401 %s', async (method) => {
    const { status, json } = await request(`${farebox.url}/admin/${TEST}`, { method });
    expect([status, json['code']]).toEqual([401, 'token_missing']);
  });

  it.each(['POST', 'DELETE'])('admin-meter-test.403 %s from another site', async (method) => {
    const { headers } = await operator.post('session', { token: ADMIN_TOKEN });
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await request(`${farebox.url}/admin/${TEST}`, {
      method,
      headers: { cookie, 'sec-fetch-site': 'cross-site' },
    });
    expect([answer.status, answer.json['code']]).toEqual([403, 'forbidden']);
    expect(await running()).toBe('0');
  });

  it.each([
    ['POST', 'unknown'],
    ['GET', 'unknown'],
    ['DELETE', 'unknown'],
    ['POST', '%3Cb%3E'],
    ['GET', 'test-service-calls'],
  ])('admin-meter-test.404 %s %s', async (method, name) => {
    const { status, json } = await operator.ask(method, `meters/${name}/test`);
    expect([status, json['code']]).toEqual([404, 'not_found']);
  });

  it('admin-meter-test.409 of another kind than the one that runs', async () => {
    await start();
    const { status, json } = await operator.post(TEST, { synthetic: true });
    expect([status, json['code'], json['detail']]).toEqual([
      409,
      'change_refused',
      expect.stringContaining('without a synthetic customer'),
    ]);
  });

  it('admin-meter-test.409 synthetic with a live key', async () => {
    const secrets = liveSecrets();
    const live = await farebox.startSibling(secrets);
    const theirs = new Operator(
      { ...farebox, url: live.url },
      { authorization: `Bearer ${secrets.ADMIN_TOKEN}` },
    );
    const { status, json } = await theirs.post(TEST, { synthetic: true });
    expect([status, json['code'], json['detail']]).toEqual([
      409,
      'change_refused',
      expect.stringContaining('billed for real'),
    ]);
    expect(await running(live.url, secrets.METRICS_TOKEN)).toBe('0');
    await live.process.kill('SIGTERM');
  });

  it('admin-meter-test.429 when twenty follow it', async () => {
    await start();
    for (let n = 1; n < 20; n++) expect((await follow()).response.status).toBe(200);
    const refused = await follow();
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '10']);
  });
});
