import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { callTimes, DAY_MS, registerAgo, startDailyFarebox, stripeClock } from '../support/daily-billing.js';
import { type Farebox, query, stripeList } from '../support/farebox.js';
import { until } from '../support/processes.js';
import { Random } from '../support/random.js';

const ROUNDS = Math.min(20, Number(process.env['CRASH_ROUNDS'] ?? 3));
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

interface StripeInvoice {
  status: string;
  auto_advance: boolean;
  total: number;
}

it(`bills everything in ${ROUNDS} rounds of kill -9 around the draft (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const customer = await registerAgo(farebox, 'volume', DAY_MS - 6_000);
    await callTimes(farebox, customer, 4);
    const invoice = async (): Promise<StripeInvoice | undefined> => {
      const path = `/v1/invoices?customer=${customer.customerId}`;
      return (await stripeList(farebox, path))[0] as unknown as StripeInvoice | undefined;
    };
    await until(invoice, 30_000);
    const kills = random.between(1, 3);
    for (let kill = 0; kill < kills; kill++) {
      await delay(random.between(0, 600));
      await farebox.app.kill('SIGKILL');
      await farebox.startApp();
    }
    await until(async () => {
      await query(farebox, 'update invoice_holds set release_after = now(), next_attempt_at = now()');
      await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
      await delay(500);
      const [hold] = await query(farebox, 'select state from invoice_holds where customer_id = $1', [
        customer.customerId,
      ]);
      return hold?.['state'] === 'released';
    }, 60_000);
    expect(await invoice()).toMatchObject({ status: 'draft', auto_advance: true, total: 200 });
    await stripeClock(farebox, 61 * 60_000);
    await until(async () => (await invoice())?.status !== 'draft');
    await stripeClock(farebox, 0);
    expect((await invoice())?.total).toBe(200);
  }
}, 600_000);
