import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWebhookEndpoint, type Farebox, startFarebox, stripeList } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
  }));
}, 60_000);
afterAll(() => farebox?.stop());

const run = (...args: string[]) =>
  runProcess({ script: 'dist/cli.js', args: ['meter', 'test', ...args], env: farebox.env });

describe('farebox meter test', () => {
  it('--synthetic makes a customer and a call, and follows it into Stripe', async () => {
    const { code, stdout, stderr } = await run('test-service-calls', '--synthetic', '--timeout', '60s');
    expect([code, stderr()]).toEqual([0, '']);
    const lines = stdout().trim().split('\n');
    expect(lines.filter((line) => line.includes(' ok '))).toHaveLength(5);
    expect(lines.at(-1)).toMatch(/^5\/5 Stripe shows it +ok +Stripe shows 1 units, as it was told$/);
    expect(stdout()).not.toContain('eyJ');
    const customers = await stripeList(farebox, '/v1/customers?limit=100');
    expect(customers).toEqual([expect.objectContaining({ name: 'Meter Test' })]);
  }, 90_000);

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
