import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { bearer, type Farebox, post, query, request, STRIPE_KEY, stripeList } from '../support/farebox.js';
import { ADMIN_TOKEN } from '../support/operator.js';
import { runProcess, until } from '../support/processes.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox({ ADMIN_TOKEN, USAGE_REPORTER: 'invoice' });
}, 60_000);
afterAll(() => farebox?.stop());

interface StripeInvoice {
  id: string;
  status: string;
  total: number;
  lines: { data: { amount: number; description: string; metadata: Record<string, string> }[] };
}

const invoiceOf = async ({ customerId }: DailyCustomer) =>
  ((await stripeList(farebox, `/v1/invoices?customer=${customerId}`)) as unknown as StripeInvoice[]).at(-1);
const items = ({ customerId }: DailyCustomer) =>
  stripeList(farebox, `/v1/invoiceitems?customer=${customerId}`);
const decisions = ({ customerId }: DailyCustomer) =>
  query(farebox, 'select state, item_id is not null as made from late_bills where customer_id = $1', [
    customerId,
  ]);
const faults = (drop: 'before' | 'after') =>
  post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path: '/v1/invoiceitems',
    method: 'POST',
    drop,
    times: 100,
  });
const cli = (...args: string[]) =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args,
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });

/** What comes by itself two minutes after the period. */
async function lookNow({ customerId }: DailyCustomer): Promise<void> {
  await query(
    farebox,
    `update invoice_holds set release_after = now(), next_attempt_at = now()
     where customer_id = $1 and ended_at is null and state <> 'seen'`,
    [customerId],
  );
  await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
}

/** Looks until the draft of the day was released. */
const released = (customer: DailyCustomer) =>
  until(async () => {
    await lookNow(customer);
    await delay(300);
    const [hold] = await query(farebox, 'select state from invoice_holds where customer_id = $1', [
      customer.customerId,
    ]);
    return hold?.['state'] === 'released';
  }, 60_000);

describe('own rating', () => {
  it('shows the upcoming cost from the ledger, and has nothing to report', async () => {
    const customer = await registerAgo(farebox, 'graduated', DAY_MS / 2);
    await callTimes(farebox, customer, 5);
    const preview = await until(async () => {
      const { json } = await request(`${farebox.url}/account/invoice-preview`, bearer(customer.token));
      return json['total'] === '9.00' ? json : undefined;
    }, 30_000);
    expect([preview['differs'], preview['reportedAt'], preview['nextReportAt']]).toEqual([false, null, null]);
    const report = await cli('usage', 'report');
    expect([report.code, report.stderr()]).toEqual([1, expect.stringContaining('USAGE_REPORTER=invoice')]);
    expect(await query(farebox, 'select 1 from usage_intents')).toEqual([]);
  }, 60_000);

  it.each(['before', 'after'] as const)(
    'killed between the decision and its answer (connection lost %s Stripe made the item) bills once',
    async (drop) => {
      const customer = await registerAgo(farebox, 'graduated', DAY_MS - 10_000);
      await callTimes(farebox, customer, 5);
      await faults(drop);
      await until(async () => (await invoiceOf(customer)) !== undefined, 40_000);
      await until(async () => {
        await lookNow(customer);
        await delay(300);
        return (await decisions(customer)).length > 0;
      }, 60_000);
      if (drop === 'after') await until(async () => (await items(customer)).length > 0, 30_000);
      await farebox.app.kill('SIGKILL');
      expect(await decisions(customer)).toEqual([{ state: 'pending', made: false }]);
      expect(await items(customer)).toHaveLength(drop === 'after' ? 1 : 0);
      await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
      await farebox.startApp();
      await released(customer);
      await stripeClock(farebox, 61 * 60_000);
      const final = await until(async () => {
        const invoice = await invoiceOf(customer);
        return invoice?.status !== 'draft' ? invoice : undefined;
      }, 30_000);
      await stripeClock(farebox, 0);
      expect(final.total).toBe(900);
      expect(final.lines.data.filter(({ metadata }) => metadata['units'] !== undefined)).toEqual([
        expect.objectContaining({
          description: expect.stringMatching(/^Calls: 5 units of /),
          metadata: expect.objectContaining({ units: '5', meter: 'calls' }),
        }),
      ]);
      expect(await decisions(customer)).toEqual([{ state: 'billed', made: true }]);
    },
    180_000,
  );

  it('a cancellation at once leaves a last invoice that carries the usage', async () => {
    const customer = await registerAgo(farebox, 'plain', DAY_MS / 2);
    await callTimes(farebox, customer, 3);
    const ended = await post(
      `${farebox.url}/account/cancel`,
      { at: 'now' },
      { authorization: `Bearer ${customer.token}` },
    );
    expect(ended.status).toBe(200);
    await until(async () => (await invoiceOf(customer)) !== undefined, 30_000);
    await released(customer);
    expect((await invoiceOf(customer))?.total).toBe(30);
  }, 90_000);

  it('keeps a draft for which collection is paused from lacking its usage', async () => {
    const customer = await registerAgo(farebox, 'plain', DAY_MS - 10_000);
    await callTimes(farebox, customer, 2);
    await request(`${farebox.stripeUrl}/v1/subscriptions/${customer.subscriptionId}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${STRIPE_KEY}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'pause_collection[behavior]=keep_as_draft',
    });
    const draft = await until(() => invoiceOf(customer), 40_000);
    expect(draft.status).toBe('draft');
    await until(async () => {
      await lookNow(customer);
      await delay(300);
      return (await invoiceOf(customer))?.total === 20;
    }, 60_000);
    expect((await invoiceOf(customer))?.status).toBe('draft');
  }, 120_000);

  it('is told apart by doctor and by the reconciliation', async () => {
    const reconciled = await cli('usage', 'reconcile', '--json', '--all');
    expect(reconciled.code).toBe(0);
    const findings = JSON.parse((await cli('doctor', '--json')).stdout()) as Record<string, string>[];
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'Draft invoices are held before they become final', level: 'ok' }),
    );
  }, 60_000);
});
