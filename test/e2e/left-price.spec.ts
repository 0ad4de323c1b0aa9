import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { type Farebox, post, query, stripeList } from '../support/farebox.js';
import { until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

it('what a plan change leaves off the invoice is added to its draft, so that the lines have every call', async () => {
  // Stripe works out the item at the change from what its totals show: nothing of it, for a minute.
  await post(`${farebox.stripeUrl}/_sandbox/settings`, { countOnlyVisible: true, summaryLagMs: 60_000 });
  const customer = await registerAgo(farebox, 'package', DAY_MS - 30_000);
  await callTimes(farebox, customer, 5);
  await reportUsage(farebox);
  // As from the dashboard: nothing waits for the totals.
  const [item] = (
    (await askStripe(farebox, 'GET', `subscription_items?subscription=${customer.subscriptionId}`)) as {
      data: { id: string }[];
    }
  ).data;
  const prices = (await askStripe(farebox, 'GET', 'prices?lookup_keys[]=farebox:volume')) as {
    data: { id: string }[];
  };
  await askStripe(farebox, 'POST', `subscriptions/${customer.subscriptionId}`, {
    'items[0][id]': String(item?.id),
    'items[0][price]': String(prices.data[0]?.id),
  });
  const [pending] = await stripeList(
    farebox,
    `/v1/invoiceitems?customer=${customer.customerId}&pending=true`,
  );
  expect(pending).toMatchObject({ amount: 0, quantity: 0 });
  await post(`${farebox.stripeUrl}/_sandbox/settings`, { summaryLagMs: 0 });
  const draft = await until(async () => {
    const [made] = await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`);
    return made;
  }, 60_000);
  expect(draft['status']).toBe('draft');
  await until(async () => {
    await query(
      farebox,
      'update invoice_holds set release_after = now(), next_attempt_at = now() where customer_id = $1',
      [customer.customerId],
    );
    await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
    await delay(500);
    const [hold] = await query(farebox, 'select state from invoice_holds where customer_id = $1', [
      customer.customerId,
    ]);
    return hold?.['state'] === 'released';
  }, 60_000);
  expect(
    await query(farebox, 'select units::int, minor_units::int, invoice_id, state from late_bills'),
  ).toEqual([{ units: 5, minor_units: 3000, invoice_id: draft['id'], state: 'billed' }]);
  await stripeClock(farebox, 61 * 60_000);
  const final = await until(async () => {
    const [made] = await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`);
    return made?.['status'] === 'draft' ? undefined : made;
  }, 30_000);
  // Five packages of two, begun: 30.00, as one invoice would have charged.
  expect(final['total']).toBe(3000);
}, 180_000);
