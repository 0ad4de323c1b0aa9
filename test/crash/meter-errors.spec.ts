import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bearer, type Farebox, newPerson, post, query, request, startFarebox } from '../support/farebox.js';
import { logged, type RunningProcess, runProcess, until } from '../support/processes.js';

const DAY_MS = 86_400_000;
const CALLS = 3;

let farebox: Farebox;
let reporter: { url: string; process: RunningProcess } | undefined;
beforeAll(async () => {
  farebox = await startFarebox(
    async ({ PORT = '' }) => ({
      PUBLIC_URL: `http://127.0.0.1:${PORT}`,
      USAGE_SETTLING: '3s',
      USAGE_PROOF_INTERVAL: '1s',
      // Usage is told when a test says so.
      REPORT_INTERVAL: '24h',
    }),
    'own',
  );
}, 60_000);
afterAll(async () => {
  await reporter?.process.kill('SIGTERM');
  await farebox?.stop();
});

interface Attempt {
  endpoint: string;
  type: string;
  status: number | null;
}

/** What the twin sent to the event destination, and how that was answered. */
async function thinAttempts(): Promise<[type: string, status: number | null][]> {
  const { json } = await request(`${farebox.stripeUrl}/_sandbox/webhook-deliveries`);
  return (json['attempts'] as Attempt[])
    .filter(({ endpoint }) => endpoint.startsWith('ed_'))
    .map(({ type, status }) => [type, status]);
}

const stripe = (path: string, body: object = {}) => post(`${farebox.stripeUrl}/_sandbox/${path}`, body);
const usage = (...args: string[]) =>
  runProcess({ script: 'dist/cli.js', args: ['usage', ...args], env: farebox.env });

async function verdicts(): Promise<{ code: number | null; verdicts: (string | undefined)[] }> {
  const { code, stdout } = await usage('reconcile', '--json', '--all');
  const json = stdout()
    .split('\n')
    .find((line) => line.startsWith('{"compared"'));
  const { rows } = JSON.parse(json ?? '{"rows":[]}') as { rows: Record<string, string>[] };
  return { code, verdicts: rows.map(({ verdict }) => verdict) };
}

/** The secrets that `catalog apply` wrote, of the endpoint and of the destination. */
function writtenSecrets(): { endpoint: string; destination: string } {
  const text = readFileSync(join(String(farebox.env['FAREBOX_HOME']), 'stripe-webhook-secrets'), 'utf8');
  const after = (what: string) => text.match(new RegExp(`^# ${what}: .*\\n(whsec_\\w+)$`, 'm'))?.[1] ?? '';
  return { endpoint: after('farebox'), destination: after('farebox, thin events') };
}

async function ping(): Promise<void> {
  const headers = {
    authorization: 'Bearer sk_test_x',
    'stripe-version': '2026-10-28.endive',
    'content-type': 'application/json',
  };
  const destinations = `${farebox.stripeUrl}/v2/core/event_destinations`;
  const { json } = await request(destinations, { headers });
  const [{ id } = { id: '' }] = json['data'] as { id: string }[];
  expect((await request(`${destinations}/${id}/ping`, { method: 'POST', headers, body: '{}' })).status).toBe(
    200,
  );
}

// One story: each step goes on where the one before stopped.
it('a thin event is believed with the secret of the destination that apply made, and with no other', async () => {
  const { endpoint, destination } = writtenSecrets();
  await stripe('settings', { webhookRetryMs: [] });
  await farebox.app.stop();
  await farebox.startApp({ STRIPE_WEBHOOK_SECRET: endpoint });
  await ping();
  await until(async () => (await thinAttempts()).length === 1);
  await farebox.app.stop();
  await farebox.startApp({ STRIPE_WEBHOOK_SECRET: `${endpoint},${destination}` });
  await ping();
  await until(async () => (await thinAttempts()).length === 2);
  const type = 'v2.core.event_destination.ping';
  expect(await thinAttempts()).toEqual([
    [type, 400],
    [type, 200],
  ]);
}, 60_000);

it('usage that Stripe took and then rejects is told of, found missing, and told again', async () => {
  // In a billing period that began a while ago there are minutes for what is told.
  await stripe('settings', { clockOffsetMs: -DAY_MS });
  const { json } = await post(`${farebox.url}/register`, newPerson());
  await stripe('settings', { clockOffsetMs: 0 });
  for (let n = 0; n < CALLS; n++)
    expect((await request(`${farebox.url}/test-service`, bearer(String(json['jwt'])))).status).toBe(200);
  const told = async (): Promise<{ identifier: string; value: string; state: string }[]> =>
    JSON.parse((await request(`${farebox.stripeUrl}/_sandbox/meter-events`)).text);
  await until(async () => {
    await usage('report');
    return (await told()).length === 1;
  }, 30_000);

  const [event] = await told();
  expect(event).toMatchObject({ value: String(CALLS), state: 'accepted' });
  expect((await stripe('meter-events/reject', { identifier: event?.identifier })).status).toBe(200);

  const type = 'v1.billing.meter.error_report_triggered';
  await until(async () => (await thinAttempts()).some((attempt) => attempt[0] === type));
  expect((await thinAttempts()).at(-1)).toEqual([type, 200]);
  await logged(farebox.app, 'Stripe rejected usage that it had accepted');
  const [stored] = await query(farebox, 'select object_id, state from webhook_events where type = $1', [
    type,
  ]);
  expect(stored).toEqual({ object_id: expect.stringMatching(/^mtr_/), state: 'done' });

  // Its report is kept: it is the evidence that the event is lost, and not late.
  const [rejection] = await query(farebox, 'select error_count, identifiers from usage_rejections', []);
  expect(rejection).toEqual({ error_count: 1, identifiers: [event?.identifier] });

  await until(async () => (await verdicts()).verdicts.includes('missing'), 30_000);
  expect(await verdicts()).toEqual({ code: 1, verdicts: ['missing'] });
  reporter = await farebox.startSibling({ REPORT_INTERVAL: '1s' });
  await until(async () => (await verdicts()).verdicts.includes('equal'), 30_000);
  expect((await told()).map(({ value, state }) => [value, state])).toEqual([
    [String(CALLS), 'rejected'],
    [String(CALLS), 'accepted'],
  ]);
  const { text } = await request(`${reporter.url}/metrics`);
  expect(text).toMatch(/^farebox_usage_events_lost_total 1$/m);
}, 120_000);
