import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { type Farebox, query, stripeList } from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

const HOUR_MS = 3_600_000;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

const cli = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });

it('a subscription that was cancelled in the dashboard without an invoice is found, and billed once', async () => {
  const customer = await registerAgo(farebox, 'package', DAY_MS - 2 * HOUR_MS);
  await callTimes(farebox, customer, 5);
  // Longer ago than any invoice can still come: INVOICE_HOLD_LIMIT and two hours.
  await stripeClock(farebox, -15 * HOUR_MS);
  await askStripe(farebox, 'DELETE', `subscriptions/${customer.subscriptionId}`);
  await stripeClock(farebox, 0);
  const period = await until(async () => {
    const [row] = await query(
      farebox,
      'select starts_at from usage_periods where customer_id = $1 and closed',
      [customer.customerId],
    );
    return row && new Date(String(row['starts_at'])).toISOString();
  });
  await reportUsage(farebox);
  const reconcile = () => cli('usage', 'reconcile', '--customer', customer.customerId, '--json');
  const found = await until(async () => {
    const { code, stdout } = await reconcile();
    const { rows } = JSON.parse(stdout()) as { rows: Record<string, string>[] };
    return rows[0]?.['verdict'] === 'uninvoiced' ? { code, row: rows[0] } : undefined;
  }, 60_000);
  expect(found).toMatchObject({
    code: 1,
    row: { ledger: '5', reported: '5', stripe: '5', invoiced: '0', advice: 'bill it with: usage bill-late' },
  });
  expect(await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`)).toEqual([]);
  const billed = await cli('usage', 'bill-late', customer.customerId, 'calls', period, '--json');
  expect(JSON.parse(billed.stdout())).toMatchObject({
    n: 1,
    units: '5',
    amount: '30.00',
    invoiceComes: false,
  });
  const again = await cli('usage', 'bill-late', customer.customerId, 'calls', period, '--json');
  expect(again.code).toBe(1);
  const items = await stripeList(farebox, `/v1/invoiceitems?customer=${customer.customerId}`);
  expect(items.map(({ amount }) => amount)).toEqual([3000]);
  expect((await reconcile()).code).toBe(0);
}, 120_000);
