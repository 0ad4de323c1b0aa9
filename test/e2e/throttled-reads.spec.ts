import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { callTimes, registerAgo, reportUsage, startDailyFarebox } from '../support/daily-billing.js';
import { type Farebox, post, request } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';

const CUSTOMERS = 6;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

/** How often totals were asked for, by the log of the emulator. */
async function reads(): Promise<number> {
  const { json } = await request(`${farebox.stripeUrl}/_sandbox/requests`);
  return Object.entries(json['counts'] as Record<string, number>)
    .filter(([route]) => route.includes('event_summaries'))
    .reduce((sum, [, count]) => sum + count, 0);
}

async function reconcile() {
  const before = await reads();
  const { code, stdout } = await runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args: ['usage', 'reconcile', '--all', '--json'],
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
  const { rows } = JSON.parse(stdout()) as { rows: { customerId: string; verdict: string }[] };
  return {
    code,
    verdicts: rows.map(({ customerId, verdict }) => `${customerId} ${verdict}`).sort(),
    asked: (await reads()) - before,
  };
}

it('a reconciliation that Stripe throttles asks for those again, and is neither given up nor begun anew', async () => {
  for (let n = 0; n < CUSTOMERS; n++) await callTimes(farebox, await registerAgo(farebox, 'plain'), 2);
  await reportUsage(farebox);
  const undisturbed = await reconcile();
  expect(undisturbed).toMatchObject({ code: 0, asked: CUSTOMERS });
  expect(undisturbed.verdicts.filter((verdict) => verdict.endsWith(' equal'))).toHaveLength(CUSTOMERS);
  await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: '/v1/billing/meters/*',
    method: 'GET',
    status: 429,
    times: 3,
  });
  const throttled = await reconcile();
  expect([throttled.code, throttled.verdicts]).toEqual([0, undisturbed.verdicts]);
  // Whether or not the emulator counts what a fault refuses: at most those three are asked for again.
  expect(throttled.asked).toBeGreaterThanOrEqual(CUSTOMERS);
  expect(throttled.asked).toBeLessThanOrEqual(CUSTOMERS + 3);
}, 120_000);
