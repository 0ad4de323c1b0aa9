import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCallers } from './support/callers.js';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  startDailyFarebox,
  stripeClock,
} from '../support/daily-billing.js';
import { bearer, type Farebox, post, query, request, stripeList } from '../support/farebox.js';
import { type RunningProcess, until } from '../support/processes.js';

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };

beforeAll(async () => {
  farebox = await startDailyFarebox();
  sibling = await farebox.startSibling();
}, 60_000);
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

interface StripeInvoice {
  id: string;
  status: string;
  auto_advance: boolean;
  automatically_finalizes_at: number | null;
  created: number;
  metadata: Record<string, string>;
  total: number;
  lines: { data: { id: string; quantity: number; amount: number }[] };
}

const invoicesOf = async ({ customerId }: DailyCustomer) =>
  (await stripeList(farebox, `/v1/invoices?customer=${customerId}`)) as unknown as StripeInvoice[];
const holdOf = async ({ customerId }: DailyCustomer) =>
  (
    await query(farebox, 'select state, invoice_id from invoice_holds where customer_id = $1', [customerId])
  )[0];

describe('a draft invoice', () => {
  it('is held until usage that nobody had told is on it, and its lines lead to their calls', async () => {
    const customer = await registerAgo(farebox, 'graduated', DAY_MS - 10_000);
    const ids = await callTimes(farebox, customer, 5);
    // Stripe takes no usage for a while: the invoice waits for it.
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: '/v1/billing/meter_events',
      status: 500,
      times: 2,
    });
    const held = await until(async () => {
      const [invoice] = await invoicesOf(customer);
      return invoice?.metadata['farebox_hold'] === 'held' ? invoice : undefined;
    }, 30_000);
    expect([held.status, held.auto_advance]).toEqual(['draft', true]);
    // Should we be gone by then, Stripe makes it final: INVOICE_HOLD_LIMIT and an hour from now.
    const deadlineMs = Number(held.automatically_finalizes_at) * 1_000;
    expect(Math.abs(deadlineMs - Date.now() - 13 * 3_600_000)).toBeLessThan(60_000);
    await until(async () => (await holdOf(customer))?.['state'] === 'guarded');
    const released = await until(async () => {
      await lookNow(customer);
      await delay(500);
      const [invoice] = await invoicesOf(customer);
      return invoice?.metadata['farebox_hold'] === 'released' ? invoice : undefined;
    }, 60_000);
    expect([released.status, released.total]).toEqual(['draft', 900]);
    expect(released.automatically_finalizes_at).toBe(released.created + 3_600);
    await until(async () => (await holdOf(customer))?.['state'] === 'released');
    await stripeClock(farebox, 61 * 60_000);
    const final = await until(async () => {
      const [invoice] = await invoicesOf(customer);
      return invoice?.status !== 'draft' ? invoice : undefined;
    });
    await stripeClock(farebox, 0);
    expect(final.total).toBe(900);
    const { json } = await request(`${farebox.url}/account/invoices`, bearer(customer.token));
    const [shown] = json['invoices'] as {
      id: string;
      total: string;
      lines: { id: string; meter: string }[];
    }[];
    expect([shown?.id, shown?.total]).toEqual([final.id, '9.00']);
    for (const { id, meter } of shown?.lines ?? []) {
      expect(meter).toBe('calls');
      const calls = `${farebox.url}/account/invoices/${shown?.id}/lines/${id}/calls`;
      const page = await request(calls, bearer(customer.token));
      expect((page.json['calls'] as { id: string }[]).map((call) => call.id)).toEqual(ids.toReversed());
    }
    // A page at a time, and as CSV.
    const path = `${farebox.url}/account/invoices/${shown?.id}/lines/${shown?.lines[0]?.id}/calls`;
    const first = await request(`${path}?limit=2`, bearer(customer.token));
    const second = await request(
      `${path}?limit=200&cursor=${String(first.json['nextCursor'])}`,
      bearer(customer.token),
    );
    expect((second.json['calls'] as unknown[]).length).toBe(3);
    const csv = await request(`${path}?format=csv`, bearer(customer.token));
    expect(csv.text.trim().split('\r\n')).toHaveLength(6);
  }, 120_000);

  /** What comes by itself two minutes after the period. */
  async function lookNow({ customerId }: DailyCustomer): Promise<void> {
    await query(
      farebox,
      'update invoice_holds set release_after = now(), next_attempt_at = now() where customer_id = $1',
      [customerId],
    );
    await query(farebox, `select pg_notify('farebox_work', 'billing.invoice-holds')`);
  }
});

describe('a change of plan under load', () => {
  it('loses no call, and each is billed at the price at which it was made', async () => {
    const customer = await registerAgo(farebox, 'plain');
    const callers = startCallers([farebox.url, sibling.url], customer.token, 6, 10);
    const answered = () => callers.seen.answered.size;
    await until(async () => answered() > 20);
    const changed = await post(
      `${farebox.url}/account/plan`,
      { plan: 'plus' },
      { authorization: `Bearer ${customer.token}` },
    );
    const before = answered();
    await until(async () => answered() > before + 20);
    const { answered: served, others } = await callers.stop();
    expect(changed.status).toBe(200);
    // Some met the change, and were told to come back.
    expect([...others.keys()]).toEqual(['503 subscription_changing']);
    const made = await until(async () => {
      const rows = await query(
        farebox,
        'select plan, count(*)::int as calls from calls where customer_id = $1 group by plan order by plan',
        [customer.customerId],
      );
      return rows.reduce((sum, { calls }) => sum + Number(calls), 0) === served.size ? rows : undefined;
    });
    const [plain, plus] = made.map(({ calls }) => Number(calls));
    await reportUsage(farebox);
    const lines = await until(async () => {
      const { json } = await request(`${farebox.url}/account/invoice-preview`, bearer(customer.token));
      const seen = json['lines'] as { quantity: string; amount: string }[];
      const units = seen.reduce((sum, { quantity }) => sum + Number(quantity), 0);
      return units === served.size && json['differs'] === false ? seen : undefined;
    });
    expect(lines.map(({ quantity, amount }) => [Number(quantity), amount])).toEqual([
      [plain, (Number(plain) * 0.1).toFixed(2)],
      [plus, (Number(plus) * 0.2).toFixed(2)],
    ]);
  }, 120_000);

  it('has calls wait for three seconds at most, however long Stripe’s totals lag, and counts every one of them', async () => {
    const lag = (lagMs: number | null) =>
      post(`${farebox.stripeUrl}/_sandbox/meter-lag`, { event_name: 'calls', lagMs });
    const customer = await registerAgo(farebox, 'plain');
    await lag(60_000);
    const callers = startCallers([farebox.url, sibling.url], customer.token, 6, 10);
    await until(async () => callers.seen.answered.size > 20);
    const refused: number[] = [];
    const watching = new AbortController();
    const watch = (async () => {
      while (!watching.signal.aborted) {
        const { status } = await request(`${farebox.url}/test-service`, bearer(customer.token));
        if (status === 503) refused.push(Date.now());
        await delay(50);
      }
    })();
    const changed = await post(
      `${farebox.url}/account/plan`,
      { plan: 'plus' },
      { authorization: `Bearer ${customer.token}` },
    );
    expect([changed.status, changed.json['plan']]).toEqual([200, 'plus']);
    watching.abort();
    await watch;
    const { others } = await callers.stop();
    expect([...others.keys()]).toEqual(['503 subscription_changing']);
    expect((refused.at(-1) ?? 0) - (refused[0] ?? 0)).toBeLessThan(3_000);
    await reportUsage(farebox);
    const [sums] = await until(async () => {
      const rows = await query(
        farebox,
        `select (select count(*)::int from calls where customer_id = $1 and status = 200) as calls,
           (select sum(value)::int from meter_usage where customer_id = $1) as counted,
           (select sum(told)::int from meter_usage where customer_id = $1) as told`,
        [customer.customerId],
      );
      return rows[0]?.['calls'] === rows[0]?.['told'] ? rows : undefined;
    });
    expect(sums?.['counted']).toBe(sums?.['calls']);
    await lag(null);
  }, 120_000);

  it('that cannot settle lets calls go on, and is made by the sweep', async () => {
    const customer = await registerAgo(farebox, 'plain');
    await callTimes(farebox, customer, 1);
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: '/v1/billing/meter_events',
      status: 500,
      times: 100,
    });
    const changing = post(
      `${farebox.url}/account/plan`,
      { plan: 'plus' },
      { authorization: `Bearer ${customer.token}` },
    );
    const refusal = await until(async () => {
      const answer = await request(`${sibling.url}/test-service`, bearer(customer.token));
      return answer.status === 503 ? answer : undefined;
    });
    expect([refusal.json['code'], refusal.headers.get('retry-after')]).toEqual([
      'subscription_changing',
      '1',
    ]);
    expect((await changing).status).toBe(503);
    await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
    // The sibling hears of the end by a notification, which may come after this answer.
    await until(
      async () => (await request(`${sibling.url}/test-service`, bearer(customer.token))).status === 200,
    );
    expect(
      (await query(farebox, 'select plan from accounts where customer_id = $1', [customer.customerId]))[0],
    ).toEqual({ plan: 'plain' });
    const again = await post(
      `${farebox.url}/account/plan`,
      { plan: 'plus' },
      { authorization: `Bearer ${customer.token}` },
    );
    expect([again.status, again.json['plan']]).toEqual([200, 'plus']);
  }, 120_000);
});
