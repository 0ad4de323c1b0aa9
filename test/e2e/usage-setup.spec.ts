import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, type Farebox, request, startFarebox, STRIPE_KEY, stripeList } from '../support/farebox.js';
import { logged, runProcess } from '../support/processes.js';

/** Beside the meter of the example, one of a route that nobody made. */
const STRAY = `  - name: stray
    displayName: Stray
    eventName: farebox_stray
    filter: { route: /nowhere }
plans:
`;

let farebox: Farebox;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-setup-'));
  farebox = await startFarebox(async ({ CATALOG = '' }) => {
    const file = join(dir, 'monetization.yaml');
    writeFileSync(file, readFileSync(CATALOG, 'utf8').replace('plans:\n', STRAY));
    return { CATALOG: file, USAGE_REPORTER: 'moesif' };
  }, 'own');
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const doctor = async (env = {}) => {
  const { stdout } = await runProcess({
    script: 'dist/cli.js',
    args: ['doctor', '--json'],
    env: { ...farebox.env, ...env },
  });
  return (JSON.parse(stdout()) as { check: string; level: string; message: string }[]).filter(
    ({ check }) => check.startsWith('Moesif can report') || check.startsWith('Moesif receives'),
  );
};

describe('the start', () => {
  it('names a meter that no paid route is like, and the routes that there are', async () => {
    await logged(
      farebox.app,
      String.raw`The meter \"stray\" counts nothing: no @Monetized() route is /nowhere; there are: GET /test-service.`,
    );
    expect(farebox.app.output()).not.toContain(String.raw`The meter \"test-service-calls\" counts nothing`);
  });

  it('with USAGE_REPORTER=moesif says what Moesif needs of each price', async () => {
    await logged(farebox.app, 'farebox:standard (plan standard), meter farebox_test_service_calls');
    expect(farebox.app.output()).not.toContain('usage is not reported');
    await logged(farebox.app, 'USAGE_REPORTER=moesif is not recommended');
  });
});

describe('doctor with USAGE_REPORTER=moesif', () => {
  it('looks at each meter, and at the prices that read it', async () => {
    expect(await doctor()).toEqual([
      expect.objectContaining({ check: 'Moesif can report to Stripe meters', level: 'warning' }),
      expect.objectContaining({ check: 'Moesif can report on the meter "test-service-calls"', level: 'ok' }),
      expect.objectContaining({ level: 'warning', message: 'no active price of a plan reads it' }),
    ]);
  });

  it('finds a meter that is switched off', async () => {
    const meters = await stripeList(farebox, '/v1/billing/meters');
    const { id } = meters.find(({ event_name }) => event_name === 'farebox_test_service_calls') ?? {};
    const change = (action: string) =>
      request(`${farebox.stripeUrl}/v1/billing/meters/${String(id)}/${action}`, {
        method: 'POST',
        ...bearer(STRIPE_KEY),
      });
    await change('deactivate');
    expect(await doctor()).toContainEqual(
      expect.objectContaining({ level: 'problem', message: 'it is switched off at Stripe' }),
    );
    await change('reactivate');
  });

  it('finds that usage is not reported at all', async () => {
    expect(await doctor({ MOESIF_APPLICATION_ID: '' })).toContainEqual(
      expect.objectContaining({ check: 'Moesif receives paid calls', level: 'problem' }),
    );
  });

  it('and says nothing of it when we report', async () => {
    expect(await doctor({ USAGE_REPORTER: 'stripe' })).toEqual([]);
  });
});
