import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

const script = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const example = readFileSync(new URL('../../monetization.yaml', import.meta.url), 'utf8');

/** The example, with a plan that is tried for a week and one that is paid ahead. */
const CATALOG = `${example}
  - id: trial
    product: { name: Trial }
    price: { model: standard, amount: 0.10, meter: test-service-calls }
    baseFee: { amount: 20 }
    trialDays: 7
  - id: ahead
    product: { name: Ahead }
    price: { model: standard, amount: 0.10, meter: test-service-calls }
    baseFee: { amount: 20 }
`;

let farebox: Farebox;
let dir: string;
let file: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-catalog-'));
  file = join(dir, 'plans.yaml');
  writeFileSync(file, CATALOG);
  farebox = await startFarebox({ CATALOG: file }, 'own');
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProcess({ script, args: ['catalog', ...args], env: { ...farebox.env, ...env }, cwd: dir });

function write(name: string, text: string): Readonly<Record<string, string>> {
  writeFileSync(join(dir, name), text);
  return { CATALOG: join(dir, name) };
}

async function register(plan: string): Promise<{ subscription: unknown; jwt: string; status: number }> {
  const { json, status } = await post(`${farebox.url}/register`, { ...newPerson(), plan });
  const [subscription] = await stripeList(
    farebox,
    `/v1/subscriptions?customer=${String(json['customerId'])}&status=all`,
  );
  return { subscription, jwt: String(json['jwt']), status };
}

describe('a registration', () => {
  it('to a plan with a trial and a base fee: both prices, and nothing due yet', async () => {
    const { subscription, jwt } = await register('trial');
    expect(subscription).toMatchObject({
      status: 'trialing',
      items: {
        data: [
          { price: { lookup_key: 'farebox:trial' } },
          { price: { lookup_key: 'farebox:trial:base' }, quantity: 1 },
        ],
      },
    });
    const { trial_start, trial_end } = subscription as { trial_start: number; trial_end: number };
    expect(trial_end - trial_start).toBe(7 * 86_400);
    expect((await request(`${farebox.url}/test-service`, bearer(jwt))).status).toBe(200);
  });

  it('to a plan that is paid ahead: waits to be paid before anything can be called', async () => {
    const { subscription, jwt, status } = await register('ahead');
    expect(status).toBe(200);
    expect(subscription).toMatchObject({ status: 'incomplete' });
    expect((await request(`${farebox.url}/test-service`, bearer(jwt))).status).toBe(402);
  });
});

describe('catalog plan, drift, apply', () => {
  it('show what differs, make it so, and registrations go on with the present price', async () => {
    await register('volume');
    const changed = write('changed.yaml', CATALOG.replace('amount: 7.00', 'amount: 6.00'));
    const plan = await run(['plan'], changed);
    expect(plan.code).toBe(0);
    expect(plan.stdout()).toMatch(/\+ +create +price +volume\n +tiers: .*7.00.* → .*6.00/);
    expect(plan.stdout()).toMatch(/- +archive +price +volume +price_\w+\n/);
    const drift = await run(['drift'], changed);
    expect(drift.code).toBe(1);
    expect(drift.stdout()).toMatch(/tiers: .*7.00.* at Stripe, .*6.00.* in the file/);
    expect((await run(['apply'], changed)).stdout()).toContain('Done: 1 created, 1 archived');
    expect(await run(['drift'], changed)).toMatchObject({ code: 0 });
    const { subscription, status } = await register('volume');
    expect(status).toBe(200);
    const { items } = subscription as { items: { data: { price: { id: string; active: boolean } }[] } };
    const [present] = await stripeList(farebox, '/v1/prices?lookup_keys[]=farebox:volume');
    expect(items.data.map(({ price }) => [price.id, price.active])).toEqual([[present?.['id'], true]]);
  });

  it('refuse what cannot be made, with 2, change nothing, and warn of meters that bill nothing', async () => {
    const body = new URLSearchParams({
      display_name: 'x',
      event_name: 'last_one',
      'default_aggregation[formula]': 'last',
    });
    const headers = { authorization: 'Bearer sk_test_x' };
    await request(`${farebox.stripeUrl}/v1/billing/meters`, { method: 'POST', body, headers });
    const prices = await stripeList(farebox, '/v1/prices?limit=100');
    const idle =
      '  - { name: idle, displayName: Idle, eventName: idle, filter: { route: /nowhere } }\nplans:\n';
    const changed = write(
      'refused.yaml',
      CATALOG.replace('eventName: farebox_test_service_calls', 'eventName: last_one').replace(
        'plans:\n',
        idle,
      ),
    );
    const { code, stdout } = await run(['apply'], changed);
    expect([code, stdout()]).toEqual([2, expect.stringContaining('give the meter another eventName')]);
    expect(await stripeList(farebox, '/v1/prices?limit=100')).toEqual(prices);
    expect(stdout()).toContain('warning: meter "idle": no plan is charged by it');
    expect(stdout()).toContain('warning: meter "idle": openapi.json has no paid route /nowhere');
    expect(stdout()).not.toContain('warning: meter "test-service-calls"');
  });

  it('keep the secret of a new webhook endpoint in a file of its own, off the terminal', async () => {
    const env = { PUBLIC_URL: 'https://api.example', FAREBOX_HOME: join(dir, 'home') };
    const { stdout } = await run(['apply'], env);
    const secrets = join(dir, 'home', 'stripe-webhook-secrets');
    expect(stdout()).toContain(secrets);
    expect(stdout()).not.toContain('whsec_');
    expect(readFileSync(secrets, 'utf8')).toMatch(
      /^# farebox: we_\w+, https:\/\/api.example\/webhooks\/stripe\nwhsec_\w+\n# farebox, thin events: ed_\w+, https:\/\/api.example\/webhooks\/stripe\nwhsec_\w+\n$/,
    );
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
  });
});

describe('catalog import', () => {
  it('writes a file, and never over another', async () => {
    const out = join(dir, 'imported.yaml');
    expect((await run(['import', '--out', out])).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('- id: graduated');
    const again = await run(['import', '--out', out]);
    expect([again.code, again.stderr()]).toEqual([1, expect.stringContaining('already exists')]);
  });
});

describe('catalog price', () => {
  it('prints what a quantity costs, line by line', async () => {
    const { stdout, code } = await run(['price', 'graduated', '120']);
    expect([code, stdout()]).toEqual([
      0,
      [
        'tier 1 (1 to 100)    100  ×  10.00  =  1000.00',
        'tier 2 (101 to 150)   20  ×   5.00  =   100.00',
        'total                                  1100.00 USD\n',
      ].join('\n'),
    ]);
  });

  it('of a plan that is not there names those that are, and exits 1', async () => {
    const { code, stderr } = await run(['price', 'none', '1']);
    expect([code, stderr()]).toEqual([
      1,
      expect.stringContaining('No plan "none". Available plans: standard,'),
    ]);
  });
});

describe('catalog apply for subscribers', () => {
  it('--migrate-now says what begins anew, and does nothing without --yes; --migrate waits for the period end', async () => {
    await register('graduated');
    const changed = write('migrated.yaml', CATALOG.replace('amount: 2.50', 'amount: 2.00'));
    const { code, stderr } = await run(['apply', '--migrate-now'], changed);
    expect(code).toBe(1);
    expect(stderr()).toContain(
      '1 subscriber of graduated would restart for the rest of their periods, as the plan has tiers\n',
    );
    expect(stderr()).toContain('Nothing was changed. Pass --yes to confirm.');
    // Not even the price.
    expect((await run(['drift'], changed)).stdout()).toContain('create');
    expect((await run(['apply', '--migrate'], changed)).stdout()).toMatch(
      /> +migrate +subscription +sub_\w+ .*\n(.*\n)? +takes effect at \d{4}-/,
    );
    expect((await run(['plan', '--migrate'], changed)).stdout()).toMatch(/\. +pending +subscription +sub_/);
    expect((await run(['apply', '--migrate-cancel'], changed)).stdout()).toMatch(/scheduled price: .* → -/);
    const atOnce = await run(['apply', '--migrate-now', '--yes'], changed);
    expect([atOnce.code, atOnce.stdout()]).toEqual([0, expect.stringContaining('takes effect at once')]);
  });
});
