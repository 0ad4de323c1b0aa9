import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { pendingChangeOf } from '../../../../src/modules/billing/stripe/changes/pending-change.js';
import { CatalogAccount, catalogOf } from './catalog-account.js';

const plan = (amount: string, baseFee = '') => `
currency: usd
meters:
  - { name: calls, displayName: Calls, eventName: calls }
plans:
  - id: standard
    product: { name: API }
    price: { model: standard, amount: ${amount}, meter: calls }
    ${baseFee === '' ? '' : `baseFee: { amount: ${baseFee} }`}
`;

let account: CatalogAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogAccount.open();
  stripe = account.stripe;
});
afterAll(() => account?.close());
beforeEach(async () => {
  await account.reset();
  await hoursLater(0);
});

const hoursLater = (hours: number) => account.twin.command('settings', { clockOffsetMs: hours * 3_600_000 });

const priceId = async (key: string): Promise<string> =>
  String((await stripe.prices.list({ lookup_keys: [key] })).data[0]?.id);

async function subscribe(
  keys: readonly string[],
  more: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> {
  const customer =
    more.customer ??
    (await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    }));
  const items = await Promise.all(keys.map(async (key) => ({ price: await priceId(key) })));
  return stripe.subscriptions.create({
    ...more,
    customer: typeof customer === 'string' ? customer : customer.id,
    items,
  });
}

async function pricesOf(id: string): Promise<string[]> {
  const { items } = await stripe.subscriptions.retrieve(id);
  return items.data.map(({ price }) => price.id);
}

const report = (customer: string, value: string) =>
  stripe.billing.meterEvents.create({
    event_name: 'calls',
    payload: { stripe_customer_id: customer, value },
  });

describe('a price that was replaced', () => {
  it('keeps its subscribers without --migrate', async () => {
    await account.apply(plan('0.10'));
    const former = await priceId('farebox:standard');
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    expect(await pricesOf(id)).toEqual([former]);
  });

  it('hands them to the present one with --migrate-now: one live item, and what was used billed at the former price', async () => {
    await account.apply(plan('0.10'));
    const { id, customer } = await subscribe(['farebox:standard']);
    await report(String(customer), '30');
    await hoursLater(1);
    const changes = await account.apply(plan('0.20'), { migrate: 'now' });
    expect(changes).toContain('migrate subscription price');
    expect(await pricesOf(id)).toEqual([await priceId('farebox:standard')]);
    await report(String(customer), '5');
    const items = await stripe.invoiceItems.list({ customer: String(customer) });
    expect(items.data.map(({ amount }) => amount)).toEqual([300]);
    const preview = await stripe.invoices.createPreview({ subscription: id });
    expect(preview.total).toBe(300 + 100);
    // Again: nobody is left.
    expect(await account.apply(plan('0.20'), { migrate: 'now' })).toEqual([]);
  });

  it('moves those of earlier replacements too, and the base fee with them', async () => {
    await account.apply(plan('0.10', '5'));
    const first = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.20', '6'));
    const second = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.30', '7'), { migrate: 'now' });
    const wanted = [await priceId('farebox:standard'), await priceId('farebox:standard:base')];
    expect(await pricesOf(first.id)).toEqual(wanted);
    expect(await pricesOf(second.id)).toEqual(wanted);
  });

  it('a base fee that the plan has no more is taken off; a new one is put on nobody', async () => {
    await account.apply(plan('0.10'));
    const without = await subscribe(['farebox:standard']);
    await account.apply(plan('0.10', '5'), { migrate: 'now' });
    expect(await pricesOf(without.id)).toHaveLength(1);
    const withFee = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.10'), { migrate: 'now' });
    expect(await pricesOf(withFee.id)).toEqual([await priceId('farebox:standard')]);
  });

  it('never leaves two items on one meter: where the present price is there already, the former goes', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    const present = await priceId('farebox:standard');
    await stripe.subscriptionItems.create({ subscription: id, price: present });
    expect(await pricesOf(id)).toHaveLength(2);
    await account.apply(plan('0.20'), { migrate: 'now' });
    expect(await pricesOf(id)).toEqual([present]);
  });

  it('does not move who has another live subscription on the meter; all others, those in the classic mode too', async () => {
    await account.apply(plan('0.10'));
    const twice = await subscribe(['farebox:standard']);
    const again = await subscribe(['farebox:standard'], { customer: String(twice.customer) });
    const classic = await subscribe(['farebox:standard'], { billing_mode: { type: 'classic' } });
    const usual = await subscribe(['farebox:standard']);
    const ended = await subscribe(['farebox:standard']);
    await stripe.subscriptions.cancel(ended.id);
    const former = await priceId('farebox:standard');
    const { changes } = await account.sync().apply(catalogOf(plan('0.20')), { migrate: 'now' });
    const told = Object.fromEntries(
      changes.filter(({ kind }) => kind === 'subscription').map(({ id, action }) => [id, action]),
    );
    expect(told).toEqual({
      [twice.id]: 'refuse',
      [again.id]: 'refuse',
      [classic.id]: 'migrate',
      [usual.id]: 'migrate',
    });
    expect(await pricesOf(twice.id)).toEqual([former]);
    expect(await pricesOf(classic.id)).toEqual([await priceId('farebox:standard')]);
    expect((await stripe.subscriptions.retrieve(classic.id)).billing_mode.type).toBe('flexible');
    expect(await pricesOf(usual.id)).toEqual([await priceId('farebox:standard')]);
  });

  it('of another product of the plan is replaced like any other', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    const elsewhere = plan('0.10').replace('{ name: API }', '{ id: prod_other, name: API }');
    await account.apply(elsewhere, { migrate: 'now' });
    const present = await priceId('farebox:standard');
    expect((await stripe.prices.retrieve(present)).product).toBe('prod_other');
    expect(await pricesOf(id)).toEqual([present]);
    expect(await account.drift(elsewhere)).toEqual([]);
  });

  it('is moved by the same request however often it is asked for', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.twin.command('faults', { path: `/v1/subscriptions/${id}`, method: 'POST', drop: 'after' });
    await expect(account.apply(plan('0.20'), { migrate: 'now' })).rejects.toThrow();
    expect(await account.apply(plan('0.20'), { migrate: 'now' })).toEqual([]);
    const { recent } = await account.twin.look<{
      recent: { method: string; path: string; idempotencyKey: string }[];
    }>('requests');
    const updates = recent.filter(({ method, path }) => method === 'POST' && path.endsWith(id));
    expect(updates.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      expect.stringMatching(/^farebox:migrate:[0-9a-f]{64}:1$/),
    ]);
  });
});

describe('with --migrate, at the end of the period', () => {
  const migrate = { migrate: true } as const;
  const untilNextPeriod = async ({ items }: Stripe.Subscription) => {
    const end = items.data[0]?.current_period_end ?? 0;
    await hoursLater(Math.ceil((end * 1_000 - Date.now()) / 3_600_000) + 1);
    return end;
  };
  const scheduleOf = async (id: string) => {
    const { schedule } = await stripe.subscriptions.retrieve(id);
    return schedule === null ? null : stripe.subscriptionSchedules.retrieve(String(schedule));
  };
  const messagesOf = async (text: string) => {
    const { changes } = await account.sync().compare(catalogOf(text), migrate);
    return changes
      .filter(({ kind }) => kind === 'subscription')
      .map(({ action, message = '' }) => `${action} ${message.replace(/sub_(sched_)?\w+/g, 'it')}`);
  };

  it('the present period is billed at the former price, and the next one at the new', async () => {
    await account.apply(plan('0.10', '5'));
    const subscription = await subscribe(['farebox:standard', 'farebox:standard:base']);
    const { id, customer } = subscription;
    await report(String(customer), '30');
    await hoursLater(24 * 10);
    const before = await pricesOf(id);
    expect(await account.apply(plan('0.20', '7'), migrate)).toContain('migrate subscription price price');
    expect(await pricesOf(id)).toEqual(before);
    expect((await stripe.invoiceItems.list({ customer: String(customer) })).data).toEqual([]);
    await report(String(customer), '20');
    const end = await untilNextPeriod(subscription);
    const [invoice] = (await stripe.invoices.list({ customer: String(customer) })).data;
    // Fifty at 0.10, and the next period's base fee.
    expect(invoice?.lines.data.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([500, 700]);
    expect(new Set(await pricesOf(id))).toEqual(
      new Set([await priceId('farebox:standard'), await priceId('farebox:standard:base')]),
    );
    await report(String(customer), '5');
    const preview = await stripe.invoices.createPreview({ subscription: id });
    expect(preview.lines.data.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([100, 700]);
    expect((await stripe.subscriptions.retrieve(id)).items.data[0]?.current_period_start).toBe(end);
    expect(await account.apply(plan('0.20', '7'), migrate)).toEqual([]);
  });

  it('again it changes nothing, and says when it takes effect', async () => {
    await account.apply(plan('0.10'));
    const { id, items } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    const at = new Date((items.data[0]?.current_period_end ?? 0) * 1_000).toISOString();
    expect(await messagesOf(plan('0.20'))).toEqual([`migrate takes effect at ${at}`]);
    await account.apply(plan('0.20'), migrate);
    const { writes } = await account.requests();
    expect(await account.apply(plan('0.20'), migrate)).toEqual(['pending subscription price']);
    expect((await account.requests()).writes).toBe(writes);
    expect(await messagesOf(plan('0.20'))).toEqual([`pending takes effect at ${at}`]);
    expect((await scheduleOf(id))?.phases).toHaveLength(2);
    // To the account it is no change of plan.
    const subscription = await stripe.subscriptions.retrieve(id);
    expect(await pendingChangeOf(stripe, catalogOf(plan('0.20')), subscription)).toBeUndefined();
  });

  it('another file takes its place, and the former file takes it back', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'), migrate);
    await account.apply(plan('0.30'), migrate);
    expect((await scheduleOf(id))?.phases[1]?.items[0]?.price).toBe(await priceId('farebox:standard'));
    await account.apply(plan('0.10'), migrate);
    expect(await scheduleOf(id)).toBeNull();
    expect(await account.apply(plan('0.10'), migrate)).toEqual([]);
  });

  it('--migrate-cancel takes it back, and it can be scheduled again', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'), migrate);
    expect(await account.apply(plan('0.20'), { migrate: 'cancel' })).toEqual([
      'change subscription scheduled price',
    ]);
    expect(await scheduleOf(id)).toBeNull();
    expect(await account.apply(plan('0.20'), { migrate: 'cancel' })).toEqual([]);
    await account.apply(plan('0.20'), migrate);
    expect((await scheduleOf(id))?.phases).toHaveLength(2);
    await account.apply(plan('0.20'), { migrate: 'now' });
    expect(await scheduleOf(id)).toBeNull();
    expect(await pricesOf(id)).toEqual([await priceId('farebox:standard')]);
  });

  it('leaves what customers have scheduled, schedules of others, and what is to end; classic ones are moved', async () => {
    await account.apply(plan('0.10'));
    const [theirs, others] = [await subscribe(['farebox:standard']), await subscribe(['farebox:standard'])];
    const classic = await subscribe(['farebox:standard'], { billing_mode: { type: 'classic' } });
    const ending = await subscribe(['farebox:standard']);
    await stripe.subscriptions.update(ending.id, { cancel_at_period_end: true });
    for (const { id } of [theirs, others]) {
      const { phases, ...made } = await stripe.subscriptionSchedules.create({ from_subscription: id });
      const [price] = await pricesOf(id);
      const items = [{ price: String(price) }];
      await stripe.subscriptionSchedules.update(made.id, {
        phases: [
          { items, start_date: phases[0]?.start_date ?? 0, end_date: phases[0]?.end_date ?? 0 },
          { items },
        ],
        ...(id === theirs.id ? { metadata: { farebox_change: 'one' } } : {}),
      });
    }
    const before = [await scheduleOf(theirs.id), await scheduleOf(others.id)];
    await account.apply(plan('0.20'), migrate);
    expect([await scheduleOf(theirs.id), await scheduleOf(others.id)]).toEqual(before);
    expect(await stripe.subscriptions.retrieve(ending.id)).toMatchObject({
      schedule: null,
      cancel_at_period_end: true,
    });
    expect((await messagesOf(plan('0.20'))).toSorted()).toEqual([
      expect.stringMatching(/^pending takes effect at/),
      expect.stringMatching(/^refuse it is to end at .*which a schedule would undo/),
      'refuse its customer has scheduled a change of plan, which stays: run apply --migrate again after it',
      'refuse the schedule it, made in Stripe, manages it: release that first',
    ]);
    expect((await stripe.subscriptions.retrieve(classic.id)).billing_mode.type).toBe('flexible');
  });

  it('another interval begins with the next period', async () => {
    await account.apply(plan('0.10'));
    const subscription = await subscribe(['farebox:standard']);
    await account.apply(
      plan('0.10').replace('meter: calls }', 'meter: calls, billingPeriod: yearly }'),
      migrate,
    );
    const end = await untilNextPeriod(subscription);
    const [item] = (await stripe.subscriptions.retrieve(subscription.id)).items.data;
    expect(item?.current_period_start).toBe(end);
    expect((item?.current_period_end ?? 0) - end).toBeGreaterThan(360 * 86_400);
  });

  it('cut off anywhere, the next run goes on with the same schedule', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    for (const path of ['/v1/subscription_schedules', '/v1/subscription_schedules/*'])
      for (const drop of ['before', 'after']) {
        await account.twin.command('faults', { path, method: 'POST', drop });
        await expect(account.apply(plan('0.20'), migrate)).rejects.toThrow();
        await account.apply(plan('0.20'), migrate);
        expect((await scheduleOf(id))?.phases).toHaveLength(2);
        await account.apply(plan('0.20'), { migrate: 'cancel' });
      }
  });
});

describe('a schedule that was made and not told its phases', () => {
  it('is found however much later, and one that others made is not taken for it', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    await account.twin.command('faults', {
      path: '/v1/subscription_schedules',
      method: 'POST',
      drop: 'after',
    });
    await expect(account.apply(plan('0.20'), { migrate: true })).rejects.toThrow();
    const half = (await stripe.subscriptions.retrieve(id)).schedule;
    expect(half).not.toBeNull();
    // Stripe knows keys for a day.
    await hoursLater(24 * 3);
    await account.apply(plan('0.20'), { migrate: true });
    const { schedule, metadata } = await stripe.subscriptions.retrieve(id);
    expect(schedule).toBe(half);
    expect((await stripe.subscriptionSchedules.retrieve(String(half))).phases).toHaveLength(2);
    expect(metadata).not.toHaveProperty('farebox_scheduling');

    const other = await subscribe(['farebox:standard']);
    const theirs = await stripe.subscriptionSchedules.create({ from_subscription: other.id });
    await account.apply(plan('0.30'));
    await account.sync().apply(catalogOf(plan('0.30')), { migrate: true });
    expect((await stripe.subscriptionSchedules.retrieve(theirs.id)).phases).toHaveLength(1);
    expect((await stripe.subscriptions.retrieve(other.id)).metadata).not.toHaveProperty('farebox_scheduling');
  });
});

describe('with --migrate-now', () => {
  const tiers = (amount: string) =>
    plan('0.10').replace(
      'model: standard, amount: 0.10',
      `model: graduated, tiers: [{ upTo: 10, amount: 0 }, { upTo: inf, amount: ${amount} }]`,
    );

  it('says for how many what begins anew; in a trial, for an even price and at the period end nothing does', async () => {
    await account.apply(tiers('0.10'));
    for (let n = 0; n < 2; n++) await subscribe(['farebox:standard']);
    await subscribe(['farebox:standard'], { trial_period_days: 10 });
    const startsAnew = async (text: string, migrate: boolean | 'now') =>
      (await account.sync().compare(catalogOf(text), { migrate })).startsAnew;
    expect(await startsAnew(tiers('0.20'), 'now')).toEqual([
      { plan: 'standard', subscribers: 2, reasons: ['has tiers'] },
    ]);
    expect(await startsAnew(tiers('0.20'), true)).toEqual([]);
    expect(await startsAnew(plan('0.20'), 'now')).toEqual([]);
  });
});
