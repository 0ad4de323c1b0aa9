import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Farebox, newPerson, post, request, startFarebox, type Answer } from '../support/farebox.js';
import { logged, runProcess } from '../support/processes.js';

/** Stripe's clock is so far behind ours in these tests. */
const AHEAD_S = 90;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox();
});
afterAll(() => farebox?.stop());

/** Moves the clock of the Stripe emulator against ours. */
async function moveStripe(seconds: number): Promise<void> {
  const url = `${farebox.env['STRIPE_API_BASE']}/_sandbox/settings`;
  await post(url, { clockOffsetMs: seconds * 1_000 });
}

const register = (): Promise<Answer> => post(`${farebox.url}/register`, newPerson());

async function skew(): Promise<number> {
  const { text } = await request(`${farebox.url}/metrics`);
  return Number(/^farebox_stripe_clock_skew_seconds (.*)$/m.exec(text)?.[1]);
}

async function doctor(): Promise<unknown> {
  const args = ['doctor', '--json'];
  const { stdout } = await runProcess({ script: 'dist/cli.js', args, env: farebox.env });
  const findings = JSON.parse(stdout()) as { check: string }[];
  return findings.find(({ check }) => check === "The clock agrees with Stripe's");
}

describe("our clock against Stripe's", () => {
  it('is compared by the answers that come anyway', async () => {
    await register();
    expect(Math.abs(await skew())).toBeLessThan(30);
    expect(await doctor()).toMatchObject({ level: 'ok' });
    expect(farebox.app.output()).not.toContain("clock differs from Stripe's");
  });

  it('is an error from a minute, in the log, as a metric and for doctor', async () => {
    await moveStripe(-AHEAD_S);
    await register();
    await logged(farebox.app, "clock differs from Stripe's by more than 60 s");
    expect(Math.abs((await skew()) - AHEAD_S)).toBeLessThan(30);
    expect(await doctor()).toMatchObject({ level: 'problem', advice: expect.stringContaining('NTP') });
    await register();
    expect(farebox.app.output().match(/clock differs/g)).toHaveLength(1);
  });
});
