import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, request, startFarebox, STRIPE_KEY } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

const COMPOSE_SECRET = 'a-secret-for-the-sandbox-only-0123456789-abcdef';
const STRONG = 'q7Zt2vHn0xWc5KdYb8RmE3uLsA9fJgP1oT4iXwVhNzDkBe6Q';
const METRICS_TOKEN = 'Jm4WcT0bRz7LxQv2NdYe8KsH';

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox({ METRICS_TOKEN });
});
afterAll(async () => {
  await farebox?.stop();
});

describe('start with a live key', () => {
  const script = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

  it('is refused with a secret that is published, which is named and not shown', async () => {
    const env = {
      ...farebox.env,
      STRIPE_KEY: 'sk_live_1',
      TOKEN_SECRET: COMPOSE_SECRET,
      ADMIN_TOKEN: 'a'.repeat(20),
    };
    const { code, output } = await runProcess({ script, env, cwd: farebox.env['FAREBOX_HOME'] ?? '' });
    expect(code).toBe(1);
    expect(output()).toContain('TOKEN_SECRET is published with Farebox');
    expect(output()).toContain('ADMIN_TOKEN is easy to guess');
    expect(output()).not.toContain(COMPOSE_SECRET);
  });
});

it('with a test key it is a warning', () => {
  expect(farebox.app.output()).toMatch(/"level":40.*TOKEN_SECRET is published with Farebox/);
});

describe('GET /metrics', () => {
  const metrics = (url: string, token?: string) =>
    request(`${url}/metrics`, token === undefined ? {} : bearer(token));

  it('metrics.401 without METRICS_TOKEN where one is set, and with another', async () => {
    const answers = [await metrics(farebox.url), await metrics(farebox.url, `${METRICS_TOKEN}x`)];
    expect(answers.map(({ status, json }) => [status, json['code']])).toEqual([
      [401, 'token_missing'],
      [401, 'token_invalid'],
    ]);
    expect(answers.map((answer) => answer.text).join()).not.toContain('farebox_process');
  });

  it('metrics.200 with it', async () => {
    const answer = await metrics(farebox.url, METRICS_TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('farebox_process_cpu_seconds_total');
  });

  it('metrics.403 with a live key and no METRICS_TOKEN, and the log says so; metrics.200 with a test key', async () => {
    const live = await farebox.startSibling({
      METRICS_TOKEN: '',
      STRIPE_KEY: 'sk_live_1',
      TOKEN_SECRET: STRONG,
    });
    const { status, json } = await metrics(live.url);
    expect([status, json['code']]).toEqual([403, 'forbidden']);
    expect(live.process.output()).toContain('METRICS_TOKEN is not set, nor METRICS_PORT');
    await live.process.stop();
    const test = await farebox.startSibling({ METRICS_TOKEN: '' });
    expect((await metrics(test.url)).status).toBe(200);
    await test.process.stop();
  });
});

it('without PUBLIC_URL, a checkout comes back to this machine, whatever the request names as its host', async () => {
  const { sessionId } = await openCheckout('evil.example');
  const session = await request(`${farebox.stripeUrl}/v1/checkout/sessions/${sessionId}`, bearer(STRIPE_KEY));
  expect(session.json['success_url']).toMatch(new RegExp(`^${farebox.url}/`));
});

/** fetch would not send a host of ours. */
async function openCheckout(host: string): Promise<{ sessionId: string }> {
  const headers = { host, 'content-type': 'application/json' };
  const sent = httpRequest(`${farebox.url}/checkout`, { method: 'POST', headers }).end('{}');
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return JSON.parse(await text(answer)) as { sessionId: string };
}
