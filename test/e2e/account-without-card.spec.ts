import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Visitor } from '../../packages/stripe-twin/test/support/page-visitor.js';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  STRIPE_KEY,
} from '../support/farebox.js';
import { ADMIN_TOKEN, Operator } from '../support/operator.js';
import { logged, until } from '../support/processes.js';
import { Shopper, tokenOn } from '../support/shopper.js';

const LIMIT = 5;
const FREE_PLANS = `
  - id: hobby
    product: { name: Hobby }
    price: { model: standard, amount: 0, meter: test-service-calls, billingPeriod: monthly }
  - id: hobby-tiers
    product: { name: Hobby in tiers }
    price:
      model: graduated
      tiers: [{ upTo: 10, amount: 0 }, { upTo: inf, amount: 0 }]
      meter: test-service-calls
      billingPeriod: monthly
`;

let farebox: Farebox;
let dir: string;
const catalog = (withoutCard: string): string => join(dir, `${withoutCard.replace(/\W+/g, '')}.yaml`);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'farebox-card-'));
  farebox = await startFarebox(async ({ CATALOG = '', STRIPE_API_BASE = '', PORT = '' }) => {
    const example = readFileSync(CATALOG, 'utf8')
      .replace('id: package\n', 'id: package\n    trialDays: 14\n')
      .concat(FREE_PLANS);
    for (const withoutCard of [`{ calls: ${LIMIT} }`, 'none'])
      writeFileSync(
        catalog(withoutCard),
        example.replace('withoutCard: unlimited', `withoutCard: ${withoutCard}`),
      );
    return {
      CATALOG: catalog(`{ calls: ${LIMIT} }`),
      ADMIN_TOKEN,
      STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
    };
  }, 'own');
});
afterAll(async () => {
  await farebox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Customer {
  token: string;
  customerId: string;
  subscriptionId: string;
}

async function register(plan = 'standard', url = farebox.url): Promise<Customer> {
  const { json } = await post(`${url}/register`, { ...newPerson(), plan });
  const { jwt: token, customerId, subscriptionId } = json as Record<string, string>;
  return { token, customerId, subscriptionId } as unknown as Customer;
}

const call = ({ token }: { token: string }, url = farebox.url) =>
  request(`${url}/test-service`, bearer(token));
const account = async ({ token }: { token: string }) =>
  (await request(`${farebox.url}/account`, bearer(token))).json;
/** Calls until it is refused. @returns how many were answered. */
async function useUp(customer: Customer, url = farebox.url): Promise<number> {
  for (let calls = 0; ; calls++) {
    const { status } = await call(customer, url);
    if (status === 402) return calls;
    expect(status).toBe(200);
    if (calls > 3 * LIMIT) throw new Error('never refused');
  }
}
async function stripe(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const answer = await request(`${farebox.stripeUrl}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${STRIPE_KEY}` },
    body: new URLSearchParams(form),
  });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.json;
}
/** Sooner than the sweep of a minute would have it so. */
const answers = (customer: Customer, status: number, url = farebox.url) =>
  until(async () => (await call(customer, url)).status === status, 5_000);
/** Something that happened to the account behind the application's back, announced as its own changes are. */
async function change({ customerId }: Customer, set: string): Promise<void> {
  await query(farebox, `update accounts set ${set} where customer_id = $1`, [customerId]);
  await query(farebox, `select pg_notify('account_changed', $1)`, [customerId]);
}

it('the start says what an account without a payment method may call', async () => {
  await logged(farebox.app, `Accounts without a payment method may make ${LIMIT} (and no more) paid calls`);
});

describe('test-service.402.payment_method_required', () => {
  it('after the calls of the allowance, until a card is added in the portal', async () => {
    const customer = await register();
    expect(await account(customer)).toMatchObject({
      paymentMethod: 'missing',
      callsWithoutCard: { limit: LIMIT, used: 0 },
    });
    expect(await useUp(customer)).toBe(LIMIT);
    const { status, json, headers } = await call(customer);
    expect([status, headers.get('content-type')]).toEqual([402, expect.stringContaining('problem+json')]);
    expect(json).toMatchObject({
      code: 'payment_method_required',
      detail: expect.stringMatching(/5 paid calls.*\/dashboard.*POST \/account\/billing-portal/),
    });
    const rows = await query(farebox, 'select 1 from calls where customer_id = $1', [customer.customerId]);
    expect(rows).toHaveLength(LIMIT);
    expect(await account(customer)).toMatchObject({ callsWithoutCard: { limit: LIMIT, used: LIMIT } });

    const opened = await post(
      `${farebox.url}/account/billing-portal`,
      {},
      { authorization: `Bearer ${customer.token}` },
    );
    const portal = await new Visitor().open(String(opened.json['url']));
    await portal.submit('/card', { cardNumber: '4242424242424242' });
    expect(portal.status).toBe(303);
    await answers(customer, 200);
    expect(await account(customer)).toMatchObject({ paymentMethod: 'present', callsWithoutCard: null });
    for (let n = 0; n < 2 * LIMIT; n++) expect((await call(customer)).status).toBe(200);
  });

  it('in every process, and in none once there is a card', async () => {
    const sibling = await farebox.startSibling();
    const customer = await register();
    expect(await useUp(customer)).toBe(LIMIT);
    expect((await call(customer, sibling.url)).status).toBe(402);
    await stripe(`payment_methods/pm_card_visa/attach`, { customer: customer.customerId });
    // Attached, and not yet what Stripe would charge.
    expect((await call(customer)).status).toBe(402);
    await stripe(`customers/${customer.customerId}`, {
      'invoice_settings[default_payment_method]': 'pm_card_visa',
    });
    for (const url of [farebox.url, sibling.url]) await answers(customer, 200, url);
    await sibling.process.kill('SIGTERM');
  });

  it('in a trial too', async () => {
    const customer = await register('package');
    expect(await account(customer)).toMatchObject({ status: 'trialing', paymentMethod: 'missing' });
    expect(await useUp(customer)).toBe(LIMIT);
  });

  it('until the next billing period', async () => {
    const customer = await register();
    expect(await useUp(customer)).toBe(LIMIT);
    // Stripe's periods begin at whole seconds: that of the last call is to be over.
    const second = Math.floor(Date.now() / 1_000);
    await until(async () => Math.floor(Date.now() / 1_000) > second);
    await stripe(`subscriptions/${customer.subscriptionId}`, { 'billing_cycle_anchor[type]': 'now' });
    await answers(customer, 200);
    expect(await useUp(customer)).toBe(LIMIT - 1);
  });

  it('again after the card was taken away', async () => {
    const customer = await register();
    const { id } = await stripe('payment_methods/pm_card_visa/attach', { customer: customer.customerId });
    await stripe(`subscriptions/${customer.subscriptionId}`, { default_payment_method: String(id) });
    await until(async () => (await account(customer))['paymentMethod'] === 'present');
    for (let n = 0; n < LIMIT; n++) expect((await call(customer)).status).toBe(200);
    await stripe(`payment_methods/${String(id)}/detach`, {});
    await answers(customer, 402);
  });

  it('not where invoices are sent to be paid by hand', async () => {
    const customer = await register();
    expect(await useUp(customer)).toBe(LIMIT);
    await stripe(`subscriptions/${customer.subscriptionId}`, {
      collection_method: 'send_invoice',
      days_until_due: '30',
    });
    await answers(customer, 200);
    expect(await account(customer)).toMatchObject({ paymentMethod: 'not_needed', callsWithoutCard: null });
  });

  it.each(['hobby', 'hobby-tiers'])('not on a plan that costs nothing: %s', async (plan) => {
    const customer = await register(plan);
    const free = { plan, paymentMethod: 'not_needed', callsWithoutCard: null };
    expect(await account(customer)).toMatchObject(free);
    for (let n = 0; n < 2 * LIMIT; n++) expect((await call(customer)).status).toBe(200);
    // Compared with Stripe again, by the first sweep.
    await change(customer, `reviewed_at = now() - interval '25 hours'`);
    await farebox.app.kill('SIGTERM');
    await farebox.startApp();
    await until(async () => {
      const reviewed = `select 1 from accounts where customer_id = $1 and reviewed_at > now() - interval '1 hour'`;
      return (await query(farebox, reviewed, [customer.customerId])).length > 0;
    });
    expect(await account(customer)).toMatchObject(free);
  });

  it('not for what was called on a plan that costs nothing, after a change to one that does not', async () => {
    const customer = await register('hobby');
    for (let n = 0; n < 2 * LIMIT; n++) expect((await call(customer)).status).toBe(200);
    await post(
      `${farebox.url}/account/plan`,
      { plan: 'standard' },
      { authorization: `Bearer ${customer.token}` },
    );
    await until(async () => (await account(customer))['paymentMethod'] === 'missing');
    expect(await account(customer)).toMatchObject({
      plan: 'standard',
      callsWithoutCard: { limit: LIMIT, used: 0 },
    });
    expect(await useUp(customer)).toBe(LIMIT);
  });

  it('at the first call, where the catalog says none', async () => {
    const sibling = await farebox.startSibling({ CATALOG: catalog('none') });
    const customer = await register('standard', sibling.url);
    expect(await useUp(customer, sibling.url)).toBe(0);
    await sibling.process.kill('SIGTERM');
  });
});

it('an account of which it is not known calls, and is looked at soon', async () => {
  const customer = await register();
  expect(await useUp(customer)).toBe(LIMIT);
  // Webhook events of the registration may still be applied, and look it up.
  await until(async () => {
    await change(customer, `payment_method = null, reviewed_at = now() - interval '6 minutes'`);
    return (await call(customer)).status === 200;
  });
  // The next sweep.
  await farebox.app.kill('SIGTERM');
  await farebox.startApp();
  await answers(customer, 402);
});

it('who pays at the checkout has one', async () => {
  const shopper = new Shopper(farebox.url, newPerson());
  const page = await shopper.visit(await shopper.subscribe());
  const token = String(tokenOn(page));
  expect(await account({ token })).toMatchObject({ paymentMethod: 'present', callsWithoutCard: null });
});

it('the operator sees who has none', async () => {
  const customer = await register();
  const { json } = await new Operator(farebox).get(`accounts?q=${customer.customerId}`);
  expect(json['accounts']).toMatchObject([{ customerId: customer.customerId, paymentMethod: 'missing' }]);
  expect((await new Operator(farebox).get(`accounts/${customer.customerId}`)).json).toMatchObject({
    paymentMethod: 'missing',
  });
});
