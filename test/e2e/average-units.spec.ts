import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { type Farebox, query, stripeList } from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';

const CATALOG = `
currency: usd
withoutCard: unlimited
meters:
  - { name: sizes, displayName: Average size of a call, eventName: sizes, metric: average_units }
plans:
  - id: sized
    product: { name: Sized }
    price: { model: standard, amount: 0.10, meter: sizes, billingPeriod: { interval: day, count: 1 } }
`;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox({}, CATALOG);
}, 60_000);
afterAll(() => farebox?.stop());

async function cli(...args: string[]): Promise<{ code: number | null; json: Record<string, unknown> }> {
  const { code, stdout } = await runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args: [...args, '--json'],
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
  return { code, json: JSON.parse(stdout()) as Record<string, unknown> };
}

/** What comes late, at the time of a call: a correction of it, as of a stream, or another call, as from the spool. */
const late = (call: string | undefined, what: 'correction' | 'call', units: number) =>
  query(
    farebox,
    `with added as (
       insert into calls (day, id, account_id, customer_id, subscription_id, plan, company_id, user_id, session_id, route,
         verb, path, status, started_at, duration_us, units, corrects, headers)
       select day, gen_random_uuid(), account_id, customer_id, subscription_id, plan, company_id, user_id, session_id, route,
         verb, path, status, started_at, duration_us, $2::bigint, ${what === 'call' ? 'null' : 'id'}, headers
       from calls where id = $1 returning day, id)
     insert into ledger_lines (reader, id, day, calls)
     select 'meters', gen_random_uuid(), day, array[id] from added returning 1`,
    [call, units],
  );

/** Waits until ledger and Stripe both show so many units. */
const books = ({ customerId }: DailyCustomer, units: string, verdicts: readonly string[]) =>
  until(async () => {
    const { json } = await cli('usage', 'reconcile', '--customer', customerId, '--all');
    const [row] = json['rows'] as Record<string, string>[];
    expect(row).toMatchObject({ ledger: units, reported: units, stripe: units });
    expect(verdicts).toContain(row?.['verdict']);
    return row;
  }, 20_000);
/** Before and after the end of the period, which no test can put off. */
const OPEN = ['equal', 'pending'];

it('an average of units is counted, reported, taken back, corrected, invoiced and reconciled', async () => {
  const customer = await registerAgo(farebox, 'sized', DAY_MS - 45_000);
  const [first, second] = await callTimes(farebox, customer, 2);
  expect(await late(first, 'correction', 7)).toHaveLength(1);
  await late(second, 'correction', 4);
  await reportUsage(farebox);
  // 11 / 2, rounded down; then 11 / 3.
  await books(customer, '5', OPEN);
  await late(first, 'call', 0);
  await reportUsage(farebox);
  await books(customer, '3', OPEN);
  const draft = await until(async () => {
    const [made] = await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`);
    return made;
  }, 150_000);
  expect(draft['status']).toBe('draft');
  // Late, and before the draft is final: 20 / 3.
  await late(second, 'correction', 9);
  await reportUsage(farebox);
  expect(await query(farebox, 'select value::int from usage_intents order by n')).toEqual([
    { value: 5 },
    { value: -2 },
    { value: 3 },
  ]);
  const [from, to] = [-2, 2].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));
  const { json: past } = await cli('meter', 'backtest', 'sizes', '--from', String(from), '--to', String(to));
  expect((past['rows'] as object[])[0]).toMatchObject({
    present: { counted: '6', charged: '0.60' },
    changed: { counted: '6', charged: '0.60' },
  });
  const released = async () =>
    (await query(farebox, 'select state from invoice_holds'))[0]?.['state'] === 'released';
  await until(async () => {
    await query(farebox, 'update invoice_holds set release_after = now(), next_attempt_at = now()');
    await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
    return until(released, 1_000);
  }, 60_000);
  await stripeClock(farebox, 61 * 60_000);
  const final = await until(async () => {
    const [made] = await stripeList(farebox, `/v1/invoices?customer=${customer.customerId}`);
    return made?.['status'] === 'draft' ? undefined : made;
  }, 60_000);
  expect(final['total']).toBe(60);
  expect(await books(customer, '6', ['equal'])).toMatchObject({ invoiced: '6' });
}, 420_000);
