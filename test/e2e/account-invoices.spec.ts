import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callTimes,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  startDailyFarebox,
} from '../support/daily-billing.js';
import { type Answer, bearer, type Farebox, post, query, request } from '../support/farebox.js';
import { until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startDailyFarebox();
});
afterAll(() => farebox?.stop());

type Customer = DailyCustomer;
const register = (plan: string) => registerAgo(farebox, plan);
const call = (customer: Customer, times: number) => callTimes(farebox, customer, times);
const look = ({ token }: Customer, path: string): Promise<Answer> =>
  request(`${farebox.url}/account/${path}`, bearer(token));
type Line = Record<string, string | undefined> & { tier?: number };
const linesOf = (json: unknown): Line[] => (json as { lines: Line[] }).lines;

describe('account-invoice-preview.200', () => {
  it('is ours until usage is told, and then Stripe says the same, for every model', async () => {
    const expected = { standard: '0.42', package: '30.00', graduated: '12.00', volume: '2.50' };
    const customers: [string, Customer][] = [];
    for (const plan of Object.keys(expected)) customers.push([plan, await register(plan)]);
    for (const [, customer] of customers) await call(customer, 5);
    // Something that is not billed by use: it is on the invoice, and in our reckoning.
    const [, graduated] = customers[2] as [string, Customer];
    const item = { customer: graduated.customerId, amount: '300', currency: 'usd' };
    await askStripe(farebox, 'POST', 'invoiceitems', item);
    for (const [plan, customer] of customers) {
      const own = await until(async () => {
        const { json } = await look(customer, 'invoice-preview');
        const units = linesOf(json['ours']).filter(({ meter, tier }) => meter && (!tier || tier > 0));
        return units.length > 0 && json['differs'] === true ? json : undefined;
      });
      expect([plan, own['stripe'], (own['ours'] as { total: string }).total !== own['total']]).toEqual([
        plan,
        'answered',
        true,
      ]);
    }
    const [, [, first]] = customers as [unknown, [string, Customer]];
    const unreported = await look(first, 'invoice-preview');
    expect(unreported.json['reportedAt']).toBeNull();
    expect(Date.parse(String(unreported.json['nextReportAt']))).toBeGreaterThan(Date.now());
    await reportUsage(farebox);
    for (const [plan, customer] of customers) {
      const { json } = await until(async () => {
        const answer = await look(customer, 'invoice-preview');
        return answer.json['differs'] === false ? answer : undefined;
      });
      expect(Date.parse(String(json['reportedAt']))).toBeLessThanOrEqual(Date.now());
      expect(Date.parse(String(json['nextReportAt']))).toBeGreaterThan(
        Date.parse(String(json['reportedAt'])),
      );
      const ours = json['ours'] as { total: string };
      const total = expected[plan as keyof typeof expected];
      expect([plan, json['total'], ours.total]).toEqual([plan, total, total]);
      const shape = ({ amount, meter, tier }: Line) => ({ amount, meter, tier });
      const usage = (lines: Line[]) => lines.filter(({ meter }) => meter === 'calls').map(shape);
      expect(usage(linesOf(json))).toEqual(usage(linesOf(ours)));
      if (plan === 'graduated')
        expect(usage(linesOf(json)).map(({ amount, tier }) => [tier, amount])).toEqual([
          [1, '2.00'],
          [1, '5.00'],
          [2, '0.50'],
          [2, '1.00'],
          [3, '0.50'],
        ]);
    }
  });

  it('is ours alone while Stripe is away, and says so', async () => {
    const customer = await register('volume');
    await call(customer, 4);
    await until(async () => {
      const { json } = await look(customer, 'usage');
      return (json['meters'] as { period: { value: string } }[])[0]?.period.value === '4';
    });
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: '/v1/invoices/create_preview',
      status: 500,
      times: 2,
    });
    const { status, json } = await look(customer, 'invoice-preview');
    expect([status, json['stripe'], json['total'], json['differs']]).toEqual([
      200,
      'unavailable',
      '2.00',
      false,
    ]);
  });
});

describe('account-invoices.200', () => {
  it('pages through the invoices of the present and of former customers, and of nobody else', async () => {
    const [customer, other] = [await register('volume'), await register('volume')];
    const former = await askStripe(farebox, 'POST', 'customers', { email: 'former@example.com' });
    await query(farebox, 'insert into former_customers select $1, id from accounts where customer_id = $2', [
      former['id'],
      customer.customerId,
    ]);
    const price = await askStripe(farebox, 'GET', 'prices?lookup_keys[]=farebox:standard');
    const [standard] = price['data'] as { id: string }[];
    for (const id of [String(former['id']), String(former['id'])]) {
      const made = await askStripe(farebox, 'POST', 'subscriptions', {
        customer: id,
        'items[0][price]': String(standard?.id),
      });
      await askStripe(farebox, 'DELETE', `subscriptions/${String(made['id'])}?invoice_now=true`);
    }
    await askStripe(farebox, 'DELETE', `subscriptions/${customer.subscriptionId}?invoice_now=true`);
    const seen: unknown[] = [];
    let cursor = '';
    for (let page = 0; page < 5; page++) {
      const { json } = await look(customer, `invoices?limit=1${cursor && `&cursor=${cursor}`}`);
      const invoices = json['invoices'] as { id: string; lines: Line[] }[];
      seen.push(...invoices.map(({ id }) => id));
      if (json['nextCursor'] === null) break;
      cursor = String(json['nextCursor']);
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
    expect((await look(other, 'invoices')).json).toEqual({ invoices: [], nextCursor: null });
    const { json: first } = await look(customer, 'invoices?limit=1');
    for (const foreign of [seen[0], first['nextCursor']])
      expect((await look(other, `invoices?cursor=${String(foreign)}`)).status).toBe(400);
    const { json } = await look(customer, 'invoices');
    const line = (json['invoices'] as { id: string; lines: { id: string }[] }[])[0];
    const path = `invoices/${line?.id}/lines/${line?.lines[0]?.id}/calls`;
    expect((await look(customer, path)).status).toBe(200);
    expect((await look(other, path)).status).toBe(404);
  });
});
