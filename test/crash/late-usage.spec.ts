import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/platform/ids/ids.js';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { bearer, type Farebox, post, query, request, STRIPE_KEY, stripeList } from '../support/farebox.js';
import { ADMIN_TOKEN, Operator } from '../support/operator.js';
import { runProcess, startProcess, until } from '../support/processes.js';

let farebox: Farebox;
let operator: Operator;
/** One call was told, and the invoice of its day is final. */
let customer: DailyCustomer;
let periodStart: string;

beforeAll(async () => {
  farebox = await startDailyFarebox({ ADMIN_TOKEN });
  operator = new Operator(farebox);
  customer = await registerAgo(farebox, 'graduated', DAY_MS - 10_000);
  const [callId] = await callTimes(farebox, customer, 1);
  const [period] = await query(farebox, 'select starts_at from usage_periods where customer_id = $1', [
    customer.customerId,
  ]);
  periodStart = new Date(String(period?.['starts_at'])).toISOString();
  await reportUsage(farebox);
  await until(async () => (await invoices()).length > 0, 30_000);
  await until(async () => {
    await lookNow();
    await delay(300);
    return (await hold())?.['state'] === 'released';
  }, 40_000);
  await stripeClock(farebox, 61 * 60_000);
  await until(async () => (await hold())?.['final_at'] != null, 30_000);
  await stripeClock(farebox, 0);
  await callLate(String(callId), 3);
}, 120_000);
afterAll(() => farebox?.stop());

interface StripeInvoice {
  status: string;
  total: number;
  lines: { data: { amount: number; description: string; period: object }[] };
}

const invoices = async () =>
  (await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`)) as unknown as StripeInvoice[];
const items = () => stripeList(farebox, `/v1/invoiceitems?customer=${customer.customerId}`);
const hold = async () =>
  (
    await query(farebox, 'select state, final_at from invoice_holds where customer_id = $1', [
      customer.customerId,
    ])
  )[0];
const order = () => ({ customerId: customer.customerId, meter: 'calls', periodStart });
const billLate = (changed: object = {}) => operator.post('usage/bill-late', { ...order(), ...changed });
const command = (...args: string[]) => ({
  script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
  args,
  env: farebox.env,
  cwd: String(farebox.env['FAREBOX_HOME']),
});
const cli = (...args: string[]) => runProcess(command(...args));

/** What comes by itself two minutes after the period, at the latest with the sweep. */
async function lookNow(): Promise<void> {
  await query(
    farebox,
    'update invoice_holds set release_after = now(), next_attempt_at = now() where customer_id = $1',
    [customer.customerId],
  );
  await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
}

/** Calls of the moment of that one come into the ledger only now, as from a spool. */
async function callLate(callId: string, times: number): Promise<void> {
  const counted = async () =>
    BigInt(
      String(
        (
          await query(
            farebox,
            'select value::text from meter_usage where customer_id = $1 and starts_at = $2',
            [customer.customerId, periodStart],
          )
        )[0]?.['value'] ?? 0,
      ),
    );
  const before = await counted();
  await query(
    farebox,
    `with added as (
       insert into calls select (jsonb_populate_record(c, jsonb_build_object('id', n.id))).*
       from calls c cross join unnest($2::uuid[]) as n (id) where c.id = $1 returning day, id
     )
     insert into ledger_lines (reader, id, day, calls) select 'meters', $3::uuid, day, array_agg(id) from added group by day`,
    [callId, Array.from({ length: times }, newId), newId()],
  );
  await until(async () => (await counted()) === before + BigInt(times));
}

describe('late usage', () => {
  it('bill-late.404 and .400 name what is not known', async () => {
    const unknown = await billLate({ customerId: 'cus_nobody' });
    expect([unknown.status, unknown.json['code'], unknown.json['detail']]).toEqual([
      404,
      'not_found',
      expect.stringContaining('cus_nobody'),
    ]);
    const wrong = await cli('usage', 'bill-late', customer.customerId, 'bytes', periodStart);
    expect([wrong.code, wrong.stderr().trim()]).toEqual([1, 'The catalog has no meter "bytes".']);
    const { status, json } = await billLate({ periodStart: 'yesterday' });
    expect([status, json['errors']]).toEqual([400, [expect.objectContaining({ field: 'periodStart' })]]);
    expect(await items()).toEqual([]);
  });

  it('bill-late.200 finishes once what a killed process left, with the exact amount', async () => {
    const late = await cli('usage', 'reconcile', '--customer', customer.customerId);
    expect([late.code, late.stdout()]).toEqual([
      1,
      expect.stringMatching(/ 4 +4 +1 +0 +0 +1 +1 +late +bill it with/),
    ]);
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: '/v1/invoiceitems',
      method: 'POST',
      drop: 'after',
      times: 100,
    });
    const cut = await startProcess(command('usage', 'bill-late', customer.customerId, 'calls', periodStart));
    await until(async () => (await items()).length > 0);
    await cut.kill('SIGKILL');
    await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
    const [left] = await query(farebox, 'select state from late_bills where customer_id = $1', [
      customer.customerId,
    ]);
    expect(left).toEqual({ state: 'pending' });

    const done = await billLate();
    expect([done.status, done.json]).toEqual([
      200,
      {
        number: 1,
        units: '3',
        amount: '2.75',
        currency: 'usd',
        itemId: expect.stringMatching(/^ii_/),
        invoiceComes: true,
      },
    ]);
    expect(await items()).toEqual([
      expect.objectContaining({
        id: done.json['itemId'],
        amount: 275,
        currency: 'usd',
        invoice: null,
        description: expect.stringMatching(/^Calls: 3 units of /),
        period: { start: Date.parse(periodStart) / 1_000, end: Date.parse(periodStart) / 1_000 + 86_400 },
        metadata: expect.objectContaining({ customer: customer.customerId, meter: 'calls', units: '3' }),
      }),
    ]);
  });

  it('bill-late.409 when it is billed, and the reconciliation shows it as settled', async () => {
    const again = await billLate();
    expect([again.status, again.json['code'], again.json['detail']]).toEqual([
      409,
      'change_refused',
      expect.stringContaining('3 units of the period were billed late before'),
    ]);
    const { json } = await operator.post('usage/reconcile', { customerId: customer.customerId });
    expect(json['differences']).toEqual([
      expect.objectContaining({
        periodStart,
        verdict: 'billed',
        counted: '4',
        reported: '1',
        billed: '3',
        stripe: '1',
      }),
    ]);
    expect((await cli('usage', 'reconcile', '--customer', customer.customerId)).code).toBe(0);
    expect(await items()).toHaveLength(1);
  });

  it('stands once on the next invoice, and in its preview before', async () => {
    const { json } = await request(`${farebox.url}/account/invoice-preview`, bearer(customer.token));
    expect([json['total'], json['differs']]).toEqual(['7.75', false]);
    await stripeClock(farebox, DAY_MS + 60_000);
    const next = await until(async () => {
      const all = await invoices();
      return all.length === 2 ? all[0] : undefined;
    }, 30_000);
    expect(next?.lines.data.filter(({ description }) => description.startsWith('Calls: '))).toEqual([
      expect.objectContaining({ amount: 275 }),
    ]);
    // With the flat fee of a day without calls.
    expect(next?.total).toBe(775);
  });

  it('of a subscription that has ended is billed, and needs an invoice that somebody makes', async () => {
    const { subscriptionId, customerId } = customer;
    const ended = await request(`${farebox.stripeUrl}/v1/subscriptions/${subscriptionId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${STRIPE_KEY}` },
    });
    expect(ended.status).toBe(200);
    const [call] = await query(farebox, 'select id from calls where customer_id = $1 limit 1', [customerId]);
    await callLate(String(call?.['id']), 1);
    const billed = await cli('usage', 'bill-late', customerId, 'calls', periodStart, '--json');
    expect(billed.stderr()).toContain('Create one in Stripe');
    expect(JSON.parse(billed.stdout())).toMatchObject({
      n: 2,
      units: '1',
      amount: '0.25',
      invoiceComes: false,
    });
    expect((await items()).map(({ amount }) => amount)).toEqual([25, 275]);
  });
});
