import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { type Farebox, post, query, request, stripeList } from '../support/farebox.js';
import { Random } from '../support/random.js';
import { until } from '../support/processes.js';

const ROUNDS = Math.min(20, Number(process.env['CRASH_ROUNDS'] ?? 3));
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
/** Minutes of the machine may be short. */
const PATIENCE_MS = 60_000;
const MINUTE_MS = 60_000;

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

interface Invoice {
  status: string;
  total: number;
}

/** In cents: 2 at 1.00 and 5.00 flat, the third at 0.50 and 1.00 flat, 0.25 each from there on. */
const priceOf = (calls: number): number => 850 + (calls - 3) * 25;

const invoicesOf = async ({ customerId }: DailyCustomer): Promise<Invoice[]> =>
  (await stripeList(farebox, `/v1/invoices?customer=${customerId}`)) as unknown as Invoice[];

const holdOf = async ({ customerId }: DailyCustomer) =>
  (await query(farebox, 'select state from invoice_holds where customer_id = $1', [customerId]))[0]?.[
    'state'
  ];

async function killAndRestart(): Promise<void> {
  await farebox.app.kill('SIGKILL');
  await farebox.startApp();
}

/** What comes by itself two minutes after the period. */
async function lookNow({ customerId }: DailyCustomer): Promise<void> {
  await query(
    farebox,
    'update invoice_holds set release_after = now(), next_attempt_at = now() where customer_id = $1',
    [customerId],
  );
  await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
}

it(`bills a period once and whole in ${ROUNDS} rounds of kill -9 at any moment of its end (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const customer = await registerAgo(farebox, 'graduated', DAY_MS - 8_000);
    const calls = random.between(4, 12);
    await callTimes(farebox, customer, calls);
    // Before the draft, while it is told of, held, proven, or released.
    const moment = random.between(0, 14_000);
    await delay(moment);
    await killAndRestart();
    const drafted = await until(async () => (await invoicesOf(customer)).at(-1), PATIENCE_MS);
    expect(drafted.status).toBe('draft');
    if (random.chance(0.5)) {
      await lookNow(customer);
      await delay(random.between(0, 700));
      await killAndRestart();
    }
    await until(async () => {
      await lookNow(customer);
      await delay(300);
      return (await holdOf(customer)) === 'released';
    }, PATIENCE_MS);
    await stripeClock(farebox, 61 * 60_000);
    await until(async () => (await invoicesOf(customer)).every(({ status }) => status !== 'draft'));
    await stripeClock(farebox, 0);
    expect((await invoicesOf(customer)).map(({ total }) => total)).toEqual([priceOf(calls)]);
    process.stdout.write(`round ${round + 1}: killed after ${moment} ms; ${calls} calls on one invoice\n`);
  }
});

it('holds a draft while the usage of another is being proven, however long that takes', async () => {
  const [first, second] = [
    await registerAgo(farebox, 'graduated', DAY_MS / 2),
    await registerAgo(farebox, 'graduated', DAY_MS / 2 - 10 * MINUTE_MS),
  ];
  await callTimes(farebox, first, 1);
  await stripeClock(farebox, DAY_MS / 2 + 5_000);
  await until(async () => (await holdOf(first)) === 'guarded');
  const faults = `${farebox.stripeUrl}/_sandbox/faults`;
  await post(faults, { path: '/v1/billing/meter_events', delayMs: 9_000 });
  await lookNow(first);
  await until(async () => (await request(faults)).text === '[]');
  await stripeClock(farebox, DAY_MS / 2 + 10 * MINUTE_MS + 5_000);
  await until(async () => (await holdOf(second)) === 'guarded', 8_000);
  expect(await holdOf(first)).toBe('guarded');
  await until(async () => {
    await lookNow(first);
    return (await holdOf(first)) === 'released';
  }, 30_000);
  await stripeClock(farebox, 0);
}, 120_000);

it(`cancels once, with an invoice of every call, in ${ROUNDS} rounds of kill -9 (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  let cut = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const customer = await registerAgo(farebox, 'graduated');
    const calls = random.between(4, 12);
    await callTimes(farebox, customer, calls);
    const authorization = `Bearer ${customer.token}`;
    const cancel = () => post(`${farebox.url}/account/cancel`, {}, { authorization }).catch(() => undefined);
    const first = cancel();
    // Calls are paused for a second before usage is told and Stripe is asked.
    await delay(random.between(0, 1_700));
    await killAndRestart();
    if (!(await first)) cut++;
    // The same request again; or the sweep alone, as soon as it begins, when it was written down what is wanted.
    const [intent] = await query(farebox, 'select 1 from subscription_changes where ended_at is null');
    if (intent && random.chance(0.5)) {
      await query(farebox, 'update subscription_changes set next_attempt_at = now() where ended_at is null');
      await killAndRestart();
    } else expect((await cancel())?.status).toBe(200);
    await until(async () => {
      const [account] = await query(farebox, 'select status from accounts where customer_id = $1', [
        customer.customerId,
      ]);
      return account?.['status'] === 'canceled';
    }, PATIENCE_MS);
    const invoices = await until(async () => {
      const found = await invoicesOf(customer);
      return found.length > 0 && found;
    });
    expect(invoices.map(({ total }) => total)).toEqual([priceOf(calls)]);
  }
  process.stdout.write(`${ROUNDS} cancellations, each with one invoice; ${cut} cut off by the kill\n`);
});
