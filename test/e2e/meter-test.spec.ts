import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWebhookEndpoint, type Farebox, startFarebox, stripeList } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

let farebox: Farebox;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-meter-'));
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
  }));
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const command = (...args: string[]) => runProcess({ script: 'dist/cli.js', args, env: farebox.env });
const run = (...args: string[]) => command('meter', 'test', ...args);

describe('farebox meter test', () => {
  it('--synthetic makes a customer and a call, and follows it into Stripe', async () => {
    const { code, stdout, stderr } = await run('test-service-calls', '--synthetic', '--timeout', '60s');
    expect([code, stderr()]).toEqual([0, '']);
    const lines = stdout().trim().split('\n');
    expect(lines.filter((line) => line.includes(' ok '))).toHaveLength(5);
    expect(lines.at(-1)).toMatch(/^5\/5 Visible at Stripe +ok +Stripe shows 1 unit, as reported$/);
    // A customer's id may hold these letters by chance; a token has the point as well.
    expect(stdout()).not.toMatch(/eyJ[\w-]+\./);
    const customers = await stripeList(farebox, '/v1/customers?limit=100');
    expect(customers).toEqual([expect.objectContaining({ name: 'Meter Test' })]);
  });

  it('without anybody: says at which stage it stands and what to do, and exits 1', async () => {
    const { code, stdout } = await run('test-service-calls', '--timeout', '2s', '--json');
    const { passed, stages } = JSON.parse(stdout()) as { passed: boolean; stages: { stage: string }[] };
    expect([code, passed]).toEqual([1, false]);
    expect(stages.map(({ stage }) => stage)).toEqual(['meter', 'subscription', 'call']);
    expect(stages.at(-1)).toMatchObject({ state: 'failed', advice: expect.stringContaining('token') });
  });

  it('of a meter that Stripe does not have, or nobody knows, or for no time: exits 1', async () => {
    const unknown = await run('unknown');
    expect([unknown.code, unknown.stdout()]).toEqual([1, expect.stringContaining('no meter "unknown"')]);
    const never = await run('test-service-calls', '--timeout', 'soon');
    expect([never.code, never.stderr()]).toEqual([1, expect.stringContaining('--timeout')]);
  });
});

describe('farebox meter backtest', () => {
  const today = new Date().toISOString().slice(0, 10);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const backtest = (...args: string[]) => command('meter', 'backtest', 'test-service-calls', ...args);

  it('puts a changed catalog beside the present one', async () => {
    const file = join(dir, 'changed.yaml');
    const present = readFileSync(String(farebox.env['CATALOG']), 'utf8');
    writeFileSync(file, present.replace('status: 200', 'status: 4xx').replace('0.10', '0.20'));
    const { code, stdout } = await backtest('--from', today, '--to', tomorrow, '--catalog', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout())).toEqual({
      meter: 'test-service-calls',
      rows: [
        expect.objectContaining({
          plan: 'standard',
          present: { counted: '1', charged: '0.10' },
          changed: { counted: '0', charged: '0.00' },
        }),
      ],
      total: {
        present: { counted: '1', charged: '0.10', currency: 'usd' },
        changed: { counted: '0', charged: '0.00', currency: 'usd' },
      },
      remarks: [],
    });
    const table = await backtest('--from', today, '--to', tomorrow);
    expect(table.stdout()).toMatch(/^total +1 +1 +0\.10 +0\.10$/m);
  });

  it.each([
    ['--from', 'soon', '--to', '2026-11-02'],
    ['--from', '2026-11-02T00:00:00', '--to', '2026-11-03'],
    ['--from', '2026-11-02', '--to', '2026-11-01'],
  ])('%s %s %s %s: says what is wrong, and exits 1', async (...args) => {
    const { code, stderr } = await backtest(...args);
    expect([code, stderr()]).toEqual([1, expect.stringMatching(/^--(from|to) must be/)]);
  });
});

describe('farebox meter test, where no call is allowed without a payment method', () => {
  it('--synthetic says so at once, and what to do', async () => {
    const file = join(dir, 'none.yaml');
    const present = readFileSync(String(farebox.env['CATALOG']), 'utf8');
    writeFileSync(file, present.replace('withoutCard: unlimited', 'withoutCard: none'));
    const { url, process: sibling } = await farebox.startSibling({ CATALOG: file });
    const { code, stdout } = await runProcess({
      script: 'dist/cli.js',
      args: ['meter', 'test', 'test-service-calls', '--synthetic', '--timeout', '10m', '--json'],
      env: { ...farebox.env, PUBLIC_URL: url },
    });
    const { stages } = JSON.parse(stdout()) as { stages: object[] };
    expect(code).toBe(1);
    expect(stages.at(-1)).toMatchObject({
      stage: 'subscription',
      state: 'failed',
      message: expect.stringContaining('402'),
      advice: expect.stringMatching(/payment method.*withoutCard/),
    });
    await sibling.kill('SIGTERM');
  });
});
