import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Answer,
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
} from '../support/farebox.js';
import { runProcess, until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';
import { fileURLToPath } from 'node:url';

const DAY_MS = 86_400_000;
const CATALOG = `
currency: usd
defaultPlan: standard
meters:
  - { name: calls, displayName: Calls, eventName: calls, filter: { status: 2xx }, metric: event_count, aggregation: sum }
plans:
  - id: standard
    product: { name: Standard }
    price: { model: standard, amount: 0.105, free: 1, meter: calls, billingPeriod: { interval: day, count: 1 } }
  - id: package
    product: { name: Package }
    price: { model: package, amount: 10.00, packageSize: 2, meter: calls, billingPeriod: { interval: day, count: 1 } }
  - id: graduated
    product: { name: Graduated }
    price:
      model: graduated
      tiers: [{ upTo: 2, amount: 1.00, flatFee: 5.00 }, { upTo: 3, amount: 0.50, flatFee: 1.00 }, { upTo: inf, amount: 0.25 }]
      meter: calls
      billingPeriod: { interval: day, count: 1 }
  - id: volume
    product: { name: Volume }
    price:
      model: volume
      tiers: [{ upTo: 3, amount: 1.00 }, { upTo: inf, amount: 0.50 }]
      meter: calls
      billingPeriod: { interval: day, count: 1 }
`;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox(async ({ FAREBOX_HOME = '', STRIPE_API_BASE = '', PORT = '' }) => {
    const file = join(FAREBOX_HOME, 'daily.yaml');
    writeFileSync(file, CATALOG);
    return { CATALOG: file, STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT) };
  });
}, 60_000);
afterAll(() => farebox?.stop());

interface Customer {
  token: string;
  customerId: string;
  subscriptionId: string;
}

/** Registers somebody whose day began so long ago, by Stripe's clock. */
async function register(plan: string, agoMs = DAY_MS / 2): Promise<Customer> {
  await stripeClock(-agoMs);
  const { json } = await post(`${farebox.url}/register`, { ...newPerson(), plan });
  const [token, customerId] = [String(json['jwt']), String(json['customerId'])];
  await until(async () =>
    (await query(farebox, 'select 1 from usage_periods where customer_id = $1', [customerId])).at(0),
  );
  await stripeClock(0);
  return { token, customerId, subscriptionId: String(json['subscriptionId']) };
}

const stripeClock = (clockOffsetMs: number) =>
  post(`${farebox.stripeUrl}/_sandbox/settings`, { clockOffsetMs });
const look = ({ token }: Customer, path: string): Promise<Answer> =>
  request(`${farebox.url}/account/${path}`, bearer(token));
async function call({ token }: Customer, times: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < times; n++) {
    const answer = await request(`${farebox.url}/test-service`, bearer(token));
    expect(answer.status).toBe(200);
    ids.push(String(answer.headers.get('x-request-id')));
  }
  return ids;
}
const report = () =>
  runProcess({
    script: fileURLToPath(new URL('../../dist/cli.js', import.meta.url)),
    args: ['usage', 'report'],
    env: farebox.env,
    cwd: String(farebox.env['FAREBOX_HOME']),
  });
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
    await until(async () => (await report()).code === 0);
    for (const [plan, customer] of customers) {
      const { json } = await until(async () => {
        const answer = await look(customer, 'invoice-preview');
        return answer.json['differs'] === false ? answer : undefined;
      });
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
  }, 60_000);

  it('is ours alone while Stripe is away, and says so', async () => {
    const customer = await register('volume');
    await call(customer, 4);
    await until(async () => {
      const { json } = await look(customer, 'invoice-preview');
      return (json['ours'] as { total: string }).total === '2.00';
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
    expect((await look(other, `invoices?cursor=${String(seen[0])}`)).status).toBe(400);
    const { json } = await look(customer, 'invoices');
    const line = (json['invoices'] as { id: string; lines: { id: string }[] }[])[0];
    const path = `invoices/${line?.id}/lines/${line?.lines[0]?.id}/calls`;
    expect((await look(customer, path)).status).toBe(200);
    expect((await look(other, path)).status).toBe(404);
  });
});
