import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callTimes,
  DAY_MS,
  type DailyCustomer,
  registerAgo,
  reportUsage,
  stripeClock,
} from '../support/daily-billing.js';
import {
  bearer,
  createWebhookEndpoint,
  type Farebox,
  post,
  query,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

const CATALOG = `
currency: usd
defaultPlan: basic
meters:
  - { name: calls, displayName: Calls, eventName: calls, filter: { status: 2xx }, metric: event_count, aggregation: sum }
plans:
  - id: basic
    product: { name: Basic }
    price: { model: standard, amount: 0.10, meter: calls, billingPeriod: monthly }
  - id: tried
    product: { name: Tried }
    trialDays: 30
    price: { model: standard, amount: 0.50, meter: calls, billingPeriod: monthly }
  - id: starter
    product: { name: Starter }
    price: { model: standard, amount: 0.10, free: 20, meter: calls, billingPeriod: monthly }
  - id: tiers
    product: { name: Tiers }
    price: { model: graduated, tiers: [{ upTo: 10, amount: 0.01 }, { upTo: inf, amount: 1.00 }], meter: calls, billingPeriod: monthly }
  - id: plus
    product: { name: Plus }
    price: { model: standard, amount: 0.12, meter: calls, billingPeriod: monthly }
  - id: max
    product: { name: Max }
    baseFee: { amount: 99.00 }
    price: { model: standard, amount: 0.01, meter: calls, billingPeriod: monthly }
  - id: yearly
    product: { name: Yearly }
    baseFee: { amount: 1200.00 }
    price: { model: standard, amount: 0.01, meter: calls, billingPeriod: yearly }
`;

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox(async ({ FAREBOX_HOME = '', STRIPE_API_BASE = '', PORT = '' }) => {
    const file = join(FAREBOX_HOME, 'changes.yaml');
    writeFileSync(file, CATALOG);
    return { CATALOG: file, STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT) };
  }, 'own');
});
afterAll(() => farebox?.stop());

interface Account {
  plan: string;
  pendingChange: { plan: string; at: string } | null;
  currentPeriod: { start: string; end: string };
  cancelAt: string | null;
  cancelAtPeriodEnd: boolean;
}
interface Item {
  id: string;
  price: { id: string; lookup_key: string };
  current_period_start: number;
  current_period_end: number;
}
interface Subscription {
  id: string;
  schedule: string | null;
  cancel_at: number | null;
  cancel_at_period_end: boolean;
  billing_mode: { type: string };
  billing_cycle_anchor: number;
  items: { data: Item[] };
}
interface Invoice {
  total: number;
  lines: { data: { amount: number; quantity: number; description: string }[] };
}

const send = async ({ token }: DailyCustomer, route: string, body: object = {}) => {
  const { status, json } = await post(`${farebox.url}/account/${route}`, body, {
    authorization: `Bearer ${token}`,
  });
  return { status, json, account: json as unknown as Account };
};
const choose = (customer: DailyCustomer, plan: string, when?: string) =>
  send(customer, 'plan', { plan, ...(when === undefined ? {} : { when }) });
const show = async ({ token }: DailyCustomer) =>
  (await request(`${farebox.url}/account`, bearer(token))).json as unknown as Account;
const subscriptionOf = async ({ subscriptionId }: DailyCustomer) =>
  (await askStripe(farebox, 'GET', `subscriptions/${subscriptionId}`)) as unknown as Subscription;
const outcomesOf = async ({ customerId }: DailyCustomer) =>
  (
    await query(
      farebox,
      'select outcome from subscription_changes where customer_id = $1 order by requested_at, id',
      [customerId],
    )
  ).map(({ outcome }) => outcome);
const invoicesOf = async ({ customerId }: DailyCustomer) =>
  (await stripeList(farebox, `/v1/invoices?customer=${customerId}`)) as unknown as Invoice[];
const register = (plan: string) => registerAgo(farebox, plan, 15 * DAY_MS);
async function withCard(customer: DailyCustomer): Promise<DailyCustomer> {
  const method = await askStripe(farebox, 'POST', 'payment_methods/pm_card_visa/attach', {
    customer: customer.customerId,
  });
  await askStripe(farebox, 'POST', `customers/${customer.customerId}`, {
    'invoice_settings[default_payment_method]': String(method['id']),
  });
  return customer;
}
/** Stripe's clock goes on until the period has ended. */
async function rollOver<T>(customer: DailyCustomer, look: () => Promise<T>): Promise<T> {
  const { currentPeriod } = await show(customer);
  await stripeClock(farebox, Date.parse(currentPeriod.end) - Date.now() + 60_000);
  try {
    await until(async () => (await show(customer)).currentPeriod.start === currentPeriod.end, 30_000);
    return await look();
  } finally {
    await stripeClock(farebox, 0);
  }
}

describe('a change that would pay off in the middle of a period', () => {
  it('five flips between two plans, one with an allowance, cost what staying costs', async () => {
    const customer = await register('starter');
    for (let flip = 0; flip < 5; flip++) {
      await callTimes(farebox, customer, 20);
      const { status, account } = await choose(customer, flip % 2 === 0 ? 'basic' : 'starter');
      expect([status, account.plan, account.pendingChange?.plan]).toEqual([
        200,
        'starter',
        flip % 2 === 0 ? 'basic' : undefined,
      ]);
    }
    await reportUsage(farebox);
    await rollOver(customer, async () => {
      const [invoice] = await until(async () => {
        const invoices = await invoicesOf(customer);
        return invoices.length > 0 ? invoices : undefined;
      });
      expect(invoice?.total).toBe(800);
      expect((await show(customer)).plan).toBe('basic');
    });
  }, 120_000);

  it('a base fee entered and left is paid: the leaving waits for the end of the period', async () => {
    const customer = await withCard(await register('basic'));
    await callTimes(farebox, customer, 10);
    expect((await choose(customer, 'max')).account.plan).toBe('max');
    await callTimes(farebox, customer, 20);
    const { account } = await choose(customer, 'basic');
    expect([account.plan, account.pendingChange]).toEqual([
      'max',
      { plan: 'basic', at: account.currentPeriod.end },
    ]);
    await reportUsage(farebox);
    await rollOver(customer, async () => {
      const invoices = await until(async () => {
        const found = await invoicesOf(customer);
        return found.length > 0 ? found : undefined;
      });
      const amounts = invoices.flatMap(({ lines }) => lines.data.map(({ amount }) => amount));
      // About half a month of 99.00, ten calls at 0.10, twenty at 0.01; nothing is given back.
      const [fee = 0] = amounts.filter((amount) => amount > 1_000);
      expect(fee).toBeGreaterThan(4_000);
      expect(fee).toBeLessThan(6_000);
      expect(amounts.filter((amount) => amount !== fee && amount !== 0).toSorted((a, b) => a - b)).toEqual([
        20, 100,
      ]);
      expect((await show(customer)).plan).toBe('basic');
      const [period] = await query(
        farebox,
        'select price_id from usage_periods where customer_id = $1 and not closed',
        [customer.customerId],
      );
      const { items } = await subscriptionOf(customer);
      expect(items.data.map(({ price }) => price.id)).toEqual([period?.['price_id']]);
      expect(items.data[0]?.price.lookup_key).toContain('basic');
      expect((await outcomesOf(customer)).at(-1)).toBe('done');
    });
  }, 120_000);

  it('is refused when it is asked for now, by name, and nothing is changed', async () => {
    const customer = await register('basic');
    await callTimes(farebox, customer, 1);
    const { status, json } = await choose(customer, 'tiers', 'now');
    expect([status, json['code']]).toEqual([409, 'change_refused']);
    expect(json['detail']).toMatch(/is no upgrade and has tiers\. Send "when": "period_end"/);
    expect(await show(customer)).toMatchObject({ plan: 'basic', pendingChange: null });
    expect((await choose(customer, 'plus', 'tomorrow')).status).toBe(400);
  });

  it('an upgrade by the price of a unit is made at once', async () => {
    const customer = await register('basic');
    await callTimes(farebox, customer, 1);
    expect((await choose(customer, 'plus')).account).toMatchObject({ plan: 'plus', pendingChange: null });
  });
});

describe('a scheduled change', () => {
  it('is replaced by another one, and taken back by its route and by choosing the current plan', async () => {
    const customer = await register('plus');
    await callTimes(farebox, customer, 1);
    await choose(customer, 'basic');
    const first = (await subscriptionOf(customer)).schedule;
    expect((await choose(customer, 'tiers')).account.pendingChange?.plan).toBe('tiers');
    const second = (await subscriptionOf(customer)).schedule;
    expect(second).not.toBe(first);
    // Again: the same schedule.
    await choose(customer, 'tiers', 'period_end');
    await choose(customer, 'tiers');
    expect((await show(customer)).pendingChange?.plan).toBe('tiers');
    const kept = await send(customer, 'plan/cancel-change');
    expect([kept.status, kept.account.pendingChange]).toEqual([200, null]);
    expect((await subscriptionOf(customer)).schedule).toBeNull();
    expect((await send(customer, 'plan/cancel-change')).status).toBe(200);
    await choose(customer, 'basic');
    expect((await choose(customer, 'plus')).account).toMatchObject({ plan: 'plus', pendingChange: null });
    expect((await subscriptionOf(customer)).schedule).toBeNull();
  });

  it('that was released in Stripe is noticed', async () => {
    const customer = await register('plus');
    await callTimes(farebox, customer, 1);
    await choose(customer, 'basic');
    const { schedule } = await subscriptionOf(customer);
    await askStripe(farebox, 'POST', `subscription_schedules/${schedule}/release`);
    await until(async () => (await show(customer)).pendingChange === null);
    expect(await outcomesOf(customer)).toEqual(['withdrawn']);
  });

  it('gives way to an upgrade, and to a cancellation', async () => {
    const customer = await register('basic');
    await callTimes(farebox, customer, 1);
    await choose(customer, 'tiers');
    expect((await choose(customer, 'plus')).account).toMatchObject({ plan: 'plus', pendingChange: null });
    await choose(customer, 'basic');
    const ending = await send(customer, 'cancel', { at: 'period_end' });
    expect(ending.account).toMatchObject({ pendingChange: null, cancelAtPeriodEnd: true });
    expect((await subscriptionOf(customer)).schedule).toBeNull();
  });

  it('is refused while a schedule that others made manages the subscription', async () => {
    const customer = await register('plus');
    await callTimes(farebox, customer, 1);
    await askStripe(farebox, 'POST', 'subscription_schedules', {
      from_subscription: customer.subscriptionId,
    });
    const { status, json } = await choose(customer, 'basic');
    expect([status, json['code']]).toEqual([409, 'change_refused']);
    expect((await subscriptionOf(customer)).schedule).not.toBeNull();
  });
});

describe('a change to a plan with a shorter trial', () => {
  it('waits for the end of the trial, which goes on, and is paid from there', async () => {
    const customer = await withCard(await register('tried'));
    await callTimes(farebox, customer, 3);
    const { status, account } = await choose(customer, 'basic');
    expect([status, account.plan, account.pendingChange]).toEqual([
      200,
      'tried',
      { plan: 'basic', at: account.currentPeriod.end },
    ]);
    expect(await subscriptionOf(customer)).toMatchObject({
      status: 'trialing',
      trial_end: Date.parse(account.currentPeriod.end) / 1_000,
    });
    await reportUsage(farebox);
    await rollOver(customer, async () => {
      expect((await show(customer)).plan).toBe('basic');
      const subscription = await subscriptionOf(customer);
      expect(subscription).toMatchObject({ status: 'active' });
      expect(subscription.items.data[0]?.price.lookup_key).toContain('basic');
      expect((await invoicesOf(customer)).map(({ total }) => total)).toEqual([0]);
    });
  }, 60_000);
});

describe('a scheduled cancellation', () => {
  it('is taken back by its route, and by choosing a plan', async () => {
    const customer = await register('basic');
    await send(customer, 'cancel', { at: 'period_end' });
    const { status, account } = await send(customer, 'resume');
    expect([status, account.cancelAt, account.cancelAtPeriodEnd]).toEqual([200, null, false]);
    expect((await send(customer, 'resume')).status).toBe(200);
    for (const [plan, pending] of [
      ['basic', undefined],
      ['plus', undefined],
      ['tiers', 'tiers'],
    ] as const) {
      await send(customer, 'cancel', { at: 'period_end' });
      await callTimes(farebox, customer, 1);
      const chosen = (await choose(customer, plan)).account;
      expect([chosen.cancelAt, chosen.pendingChange?.plan]).toEqual([null, pending]);
      expect(await subscriptionOf(customer)).toMatchObject({ cancel_at: null, cancel_at_period_end: false });
    }
  });

  it('that the portal set as a time alone is shown, is so already, and can be taken back', async () => {
    const customer = await register('basic');
    const [item] = (await subscriptionOf(customer)).items.data;
    await askStripe(farebox, 'POST', `subscriptions/${customer.subscriptionId}`, {
      cancel_at: String(item?.current_period_end),
    });
    await until(async () => (await show(customer)).cancelAt !== null);
    expect((await show(customer)).cancelAtPeriodEnd).toBe(true);
    expect((await send(customer, 'cancel', { at: 'period_end' })).status).toBe(200);
    expect(await outcomesOf(customer)).toEqual([]);
    expect((await send(customer, 'resume')).account.cancelAt).toBeNull();
  });
});

describe('another interval', () => {
  it('at once begins its period now, and the fee is due now', async () => {
    const customer = await withCard(await register('basic'));
    await callTimes(farebox, customer, 1);
    const { account } = await choose(customer, 'yearly');
    expect(account.plan).toBe('yearly');
    expect(Date.parse(account.currentPeriod.start)).toBeGreaterThan(Date.now() - 60_000);
    expect(Date.parse(account.currentPeriod.end)).toBeGreaterThan(Date.now() + 360 * DAY_MS);
    const amounts = (await invoicesOf(customer)).flatMap(({ lines }) =>
      lines.data.map(({ amount }) => amount),
    );
    expect(amounts).toEqual(expect.arrayContaining([120_000, 10]));
  });

  it('when the period ends begins with it', async () => {
    const customer = await withCard(await register('basic'));
    await callTimes(farebox, customer, 1);
    const { account } = await choose(customer, 'yearly', 'period_end');
    await rollOver(customer, async () => {
      const { currentPeriod, plan } = await show(customer);
      expect([plan, currentPeriod.start]).toEqual(['yearly', account.currentPeriod.end]);
      expect(Date.parse(currentPeriod.end) - Date.parse(currentPeriod.start)).toBeGreaterThan(360 * DAY_MS);
    });
  }, 60_000);
});

describe('the classic billing mode', () => {
  it.each([
    ['plus', 'plus'],
    ['tiers', 'basic'],
  ])('is left before a change to %s, and usage so far is billed', async (wanted, plan) => {
    const customer = await classic();
    await callTimes(farebox, customer, 5);
    expect((await choose(customer, wanted)).account.plan).toBe(plan);
    expect((await subscriptionOf(customer)).billing_mode.type).toBe('flexible');
    if (plan === 'basic') return;
    const pending = await stripeList(
      farebox,
      `/v1/invoiceitems?customer=${customer.customerId}&pending=true`,
    );
    expect(pending.map(({ quantity, amount }) => [quantity, amount])).toEqual([[5, 50]]);
  });

  it('that cannot be left has the change refused by name', async () => {
    const customer = await classic();
    await post(`${farebox.stripeUrl}/_sandbox/faults`, {
      path: `/v1/subscriptions/${customer.subscriptionId}/migrate`,
      method: 'POST',
      status: 400,
      times: 1,
    });
    const { status, json } = await choose(customer, 'plus');
    expect([status, json['code']]).toEqual([409, 'change_refused']);
    expect(json['detail']).toContain('classic billing mode');
    expect((await choose(customer, 'plus')).account.plan).toBe('plus');
  });

  /** A customer whose subscription was made in Stripe, in the classic mode, takes the place of ours. */
  async function classic(): Promise<DailyCustomer> {
    const customer = await register('basic');
    const [item] = (await subscriptionOf(customer)).items.data;
    await askStripe(farebox, 'DELETE', `subscriptions/${customer.subscriptionId}`);
    const { id } = await askStripe(farebox, 'POST', 'subscriptions', {
      customer: customer.customerId,
      'items[0][price]': String(item?.price.id),
      'billing_mode[type]': 'classic',
    });
    await until(async () => {
      const [row] = await query(
        farebox,
        'select subscription_id, status from accounts where customer_id = $1',
        [customer.customerId],
      );
      return row?.['subscription_id'] === id && row?.['status'] === 'active';
    });
    return { ...customer, subscriptionId: String(id) };
  }
});
