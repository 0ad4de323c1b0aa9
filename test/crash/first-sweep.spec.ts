import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/ids/ids.js';
import { callTimes, DAY_MS, registerAgo, reportUsage, startDailyFarebox } from '../support/daily-billing.js';
import { type Farebox, query } from '../support/farebox.js';
import { until } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

/** Longer than until the sweep after the first one. */
const PATIENCE_MS = 180_000;

it('a change of plan that a kill left is made by the first sweep after the start', async () => {
  const customer = await registerAgo(farebox, 'plain');
  await callTimes(farebox, customer, 2);
  await farebox.app.kill('SIGKILL');
  const id = newId();
  await query(
    farebox,
    `insert into subscription_changes
       (id, account_id, customer_id, subscription_id, kind, plan, requested_at, next_attempt_at)
     select $1, id, customer_id, subscription_id, 'plan', 'plus', now(), now() from accounts
     where customer_id = $2`,
    [id, customer.customerId],
  );
  await farebox.startApp();
  const made = await until(async () => {
    const [row] = await query(
      farebox,
      'select outcome, attempts from subscription_changes where id = $1 and ended_at is not null',
      [id],
    );
    return row;
  }, PATIENCE_MS);
  // Tried once: there was a ledger to settle its usage with.
  expect(made).toEqual({ outcome: 'done', attempts: 0 });
}, 240_000);

it('and so is the release of an invoice', async () => {
  const customer = await registerAgo(farebox, 'volume', DAY_MS - 6_000);
  await callTimes(farebox, customer, 4);
  await reportUsage(farebox);
  const state = async (): Promise<string> => {
    const [hold] = await query(farebox, 'select state from invoice_holds where customer_id = $1', [
      customer.customerId,
    ]);
    return String(hold?.['state']);
  };
  await until(async () => (await state()) === 'guarded', 60_000);
  await farebox.app.kill('SIGKILL');
  await query(farebox, 'update invoice_holds set release_after = now(), next_attempt_at = now()');
  await farebox.startApp();
  await until(async () => (await state()) === 'released', PATIENCE_MS);
  expect(
    await query(farebox, 'select attempts from invoice_holds where customer_id = $1', [customer.customerId]),
  ).toEqual([{ attempts: 0 }]);
}, 300_000);
