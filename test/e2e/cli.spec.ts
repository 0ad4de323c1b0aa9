import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Farebox, startFarebox, stripeList } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

const script = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let farebox: Farebox;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-cli-'));
  farebox = await startFarebox();
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProcess({ script, args, env: { ...farebox.env, ...env }, cwd: dir });

describe('catalog apply', () => {
  it('again changes nothing', async () => {
    const before = await stripeList(farebox, '/v1/prices?limit=100');
    const { code, stdout } = await run(['catalog', 'apply', '--json']);
    expect(code).toBe(0);
    const { changes } = JSON.parse(stdout()) as { changes: { kind: string; action: string }[] };
    expect(changes.map(({ kind }) => kind).sort()).toEqual([
      'meter',
      ...Array(4).fill('price'),
      ...Array(4).fill('product'),
    ]);
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['none']));
    expect(await stripeList(farebox, '/v1/prices?limit=100')).toEqual(before);
  });

  it('with a file that cannot be used: names the line and exits 1', async () => {
    const file = join(dir, 'bad.yaml');
    writeFileSync(file, 'currency: dollars\n');
    const { code, stderr } = await run(['catalog', 'apply'], { CATALOG: file });
    expect([code, stderr()]).toEqual([1, expect.stringContaining(`${file}:1:11 currency must be`)]);
  });
});

describe('doctor', () => {
  it('finds nothing wrong here, but for missing webhook endpoints', async () => {
    const { code, stdout } = await run(['doctor', '--json']);
    const findings = JSON.parse(stdout()) as { check: string; level: string }[];
    expect(findings.filter(({ level }) => level !== 'ok').map(({ check }) => check)).toEqual([
      'Stripe webhooks to Farebox',
      'Customer events are sent to an endpoint',
    ]);
    expect(findings.length).toBeGreaterThan(10);
    expect(code).toBe(0);
  });

  it.each([
    ['a key that Stripe refuses', { STRIPE_KEY: 'sk_live_refused' }, 'Check STRIPE_KEY.'],
    ['Stripe away', { STRIPE_API_BASE: 'http://127.0.0.1:9' }, 'STRIPE_API_BASE'],
    ['Moesif away', { MOESIF_BASE_URI: 'http://127.0.0.1:9' }, 'MOESIF_BASE_URI'],
    ['PostgreSQL away', { DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/c' }, 'Check DATABASE_URL'],
    ['keys of two modes', { STRIPE_PUBLISHABLE_KEY: 'pk_live_1' }, 'from the same mode'],
    ['a price that is not there', { CATALOG: '', STRIPE_PRICE_KEY: 'price_none' }, 'Check STRIPE_PRICE_KEY.'],
  ])('%s: says what to do, shows no key, and exits 1', async (_what, env, advice) => {
    const { code, output } = await run(['doctor'], env);
    expect(output()).toContain(advice);
    expect(output()).not.toContain('sk_live_refused');
    expect(code).toBe(1);
  });
});
