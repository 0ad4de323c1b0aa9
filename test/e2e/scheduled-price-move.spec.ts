import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callTimes, DAY_MS, type DailyCustomer, registerAgo } from '../support/daily-billing.js';
import { createWebhookEndpoint, type Farebox, post, startFarebox } from '../support/farebox.js';
import { runProcess } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

const catalog = (amount: string): string => `
currency: usd
withoutCard: unlimited
defaultPlan: basic
meters:
  - { name: calls, displayName: Calls, eventName: calls, filter: { status: 2xx }, metric: event_count, aggregation: sum }
plans:
  - id: basic
    product: { name: Basic }
    price: { model: standard, amount: ${amount}, meter: calls, billingPeriod: monthly }
  - id: starter
    product: { name: Starter }
    price: { model: standard, amount: 0.05, free: 20, meter: calls, billingPeriod: monthly }
`;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox(async ({ FAREBOX_HOME = '', STRIPE_API_BASE = '', PORT = '' }) => {
    const file = join(FAREBOX_HOME, 'moves.yaml');
    writeFileSync(file, catalog('0.10'));
    return { CATALOG: file, STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT) };
  }, 'own');
}, 60_000);
afterAll(() => farebox?.stop());

const cli = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
const send = async ({ token }: DailyCustomer, route: string, body: object = {}) => {
  const { status, text } = await post(`${farebox.url}/account/${route}`, body, {
    authorization: `Bearer ${token}`,
  });
  if (status !== 200) throw new Error(`${route} answered ${status}: ${text}`);
};

interface Schedule {
  metadata: Record<string, string>;
  phases: { start_date: number; items: { price: string }[] }[];
}
async function scheduleOf({ subscriptionId }: DailyCustomer): Promise<Schedule | null> {
  const { schedule } = await askStripe(farebox, 'GET', `subscriptions/${subscriptionId}`);
  if (schedule === null) return null;
  return (await askStripe(
    farebox,
    'GET',
    `subscription_schedules/${String(schedule)}`,
  )) as unknown as Schedule;
}

/** What is done to a subscription when its period ends: whose it is, and to which prices, when. */
async function scheduled(customer: DailyCustomer) {
  const schedule = await scheduleOf(customer);
  if (!schedule) return null;
  const { metadata, phases } = schedule;
  const last = phases.at(-1);
  return {
    by: metadata['farebox_change'] === undefined ? 'operator' : 'customer',
    mark: metadata['farebox_migration'],
    prices: last?.items.map(({ price }) => price),
    at: last?.start_date,
  };
}

let amount = 10;
/** The operator has changed the price of the plan, and scheduled the move. */
async function moved(): Promise<DailyCustomer> {
  const customer = await registerAgo(farebox, 'basic', 10 * DAY_MS);
  // Something was used: the customer's change waits for the period's end.
  await callTimes(farebox, customer, 1);
  writeFileSync(String(farebox.env['CATALOG']), catalog(`0.${++amount}`));
  const { code, output } = await cli('catalog', 'apply', '--migrate');
  if (code !== 0) throw new Error(output());
  return customer;
}

describe('a price move that the operator has scheduled', () => {
  it("stands aside for the customer's change of plan, and comes back when that is taken back", async () => {
    const customer = await moved();
    const before = await scheduled(customer);
    expect(before).toMatchObject({ by: 'operator', mark: expect.any(String) });
    await send(customer, 'plan', { plan: 'starter' });
    expect(await scheduled(customer)).toMatchObject({ by: 'customer' });
    await send(customer, 'plan/cancel-change');
    expect(await scheduled(customer)).toEqual(before);
    // Twice, and it is the same.
    await send(customer, 'plan', { plan: 'starter' });
    await send(customer, 'plan', { plan: 'basic' });
    expect(await scheduled(customer)).toEqual(before);
    const plan = await cli('catalog', 'plan', '--migrate', '--json');
    const { changes } = JSON.parse(plan.stdout()) as { changes: { id: string; action: string }[] };
    expect(changes.find(({ id }) => id === customer.subscriptionId)?.action).toBe('pending');
  });

  it('comes back when the customer takes a cancellation back', async () => {
    const customer = await moved();
    const before = await scheduled(customer);
    await send(customer, 'cancel', { at: 'period_end' });
    expect(await scheduled(customer)).toBeNull();
    await send(customer, 'resume');
    expect(await scheduled(customer)).toEqual(before);
  });

  it('stays away when the operator has taken it back meanwhile', async () => {
    const customer = await moved();
    await send(customer, 'plan', { plan: 'starter' });
    expect((await cli('catalog', 'apply', '--migrate-cancel')).code).toBe(0);
    expect(await scheduled(customer)).toMatchObject({ by: 'customer' });
    await send(customer, 'plan/cancel-change');
    expect(await scheduled(customer)).toBeNull();
  });

  it('stays away when its price is not on offer any more, and the customer is not refused', async () => {
    const customer = await moved();
    const target = (await scheduled(customer))?.prices?.[0];
    await send(customer, 'plan', { plan: 'starter' });
    // Another one takes its place, and it is archived.
    writeFileSync(String(farebox.env['CATALOG']), catalog(`0.${++amount}`));
    expect((await cli('catalog', 'apply')).code).toBe(0);
    expect(await askStripe(farebox, 'GET', `prices/${target}`)).toMatchObject({ active: false });
    await send(customer, 'plan/cancel-change');
    expect((await scheduled(customer))?.by ?? 'nobody').toBe('nobody');
  });
});
