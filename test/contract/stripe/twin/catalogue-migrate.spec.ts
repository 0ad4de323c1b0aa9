import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { CatalogueAccount, catalogueOf } from './catalogue-account.js';

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

let account: CatalogueAccount;
let stripe: Stripe;
beforeAll(async () => {
  account = await CatalogueAccount.open();
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

  it('hands them to the present one with --migrate: one live item, and what was used billed at the former price', async () => {
    await account.apply(plan('0.10'));
    const { id, customer } = await subscribe(['farebox:standard']);
    await report(String(customer), '30');
    await hoursLater(1);
    const changes = await account.apply(plan('0.20'), { migrate: true });
    expect(changes).toContain('migrate subscription price');
    expect(await pricesOf(id)).toEqual([await priceId('farebox:standard')]);
    await report(String(customer), '5');
    const items = await stripe.invoiceItems.list({ customer: String(customer) });
    expect(items.data.map(({ amount }) => amount)).toEqual([300]);
    const preview = await stripe.invoices.createPreview({ subscription: id });
    expect(preview.total).toBe(300 + 100);
    // Again: nobody is left.
    expect(await account.apply(plan('0.20'), { migrate: true })).toEqual([]);
  });

  it('moves those of earlier replacements too, and the base fee with them', async () => {
    await account.apply(plan('0.10', '5'));
    const first = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.20', '6'));
    const second = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.30', '7'), { migrate: true });
    const wanted = [await priceId('farebox:standard'), await priceId('farebox:standard:base')];
    expect(await pricesOf(first.id)).toEqual(wanted);
    expect(await pricesOf(second.id)).toEqual(wanted);
  });

  it('a base fee that the plan has no more is taken off; a new one is put on nobody', async () => {
    await account.apply(plan('0.10'));
    const without = await subscribe(['farebox:standard']);
    await account.apply(plan('0.10', '5'), { migrate: true });
    expect(await pricesOf(without.id)).toHaveLength(1);
    const withFee = await subscribe(['farebox:standard', 'farebox:standard:base']);
    await account.apply(plan('0.10'), { migrate: true });
    expect(await pricesOf(withFee.id)).toEqual([await priceId('farebox:standard')]);
  });

  it('never leaves two items on one meter: where the present price is there already, the former goes', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.apply(plan('0.20'));
    const present = await priceId('farebox:standard');
    await stripe.subscriptionItems.create({ subscription: id, price: present });
    expect(await pricesOf(id)).toHaveLength(2);
    await account.apply(plan('0.20'), { migrate: true });
    expect(await pricesOf(id)).toEqual([present]);
  });

  it('does not move who has another live subscription on the meter, or is billed in the classic mode; all others', async () => {
    await account.apply(plan('0.10'));
    const twice = await subscribe(['farebox:standard']);
    const again = await subscribe(['farebox:standard'], { customer: String(twice.customer) });
    const classic = await subscribe(['farebox:standard'], { billing_mode: { type: 'classic' } });
    const usual = await subscribe(['farebox:standard']);
    const ended = await subscribe(['farebox:standard']);
    await stripe.subscriptions.cancel(ended.id);
    const former = await priceId('farebox:standard');
    const { changes } = await account.sync().apply(catalogueOf(plan('0.20')), { migrate: true });
    const told = Object.fromEntries(
      changes.filter(({ kind }) => kind === 'subscription').map(({ id, action }) => [id, action]),
    );
    expect(told).toEqual({
      [twice.id]: 'refuse',
      [again.id]: 'refuse',
      [classic.id]: 'refuse',
      [usual.id]: 'migrate',
    });
    expect(await pricesOf(classic.id)).toEqual([former]);
    expect(await pricesOf(usual.id)).toEqual([await priceId('farebox:standard')]);
  });

  it('of another product of the plan is replaced like any other', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    const elsewhere = plan('0.10').replace('{ name: API }', '{ id: prod_other, name: API }');
    await account.apply(elsewhere, { migrate: true });
    const present = await priceId('farebox:standard');
    expect((await stripe.prices.retrieve(present)).product).toBe('prod_other');
    expect(await pricesOf(id)).toEqual([present]);
    expect(await account.drift(elsewhere)).toEqual([]);
  });

  it('is moved by the same request however often it is asked for', async () => {
    await account.apply(plan('0.10'));
    const { id } = await subscribe(['farebox:standard']);
    await account.twin.command('faults', { path: `/v1/subscriptions/${id}`, method: 'POST', drop: 'after' });
    await expect(account.apply(plan('0.20'), { migrate: true })).rejects.toThrow();
    expect(await account.apply(plan('0.20'), { migrate: true })).toEqual([]);
    const { recent } = await account.twin.look<{
      recent: { method: string; path: string; idempotencyKey: string }[];
    }>('requests');
    const updates = recent.filter(({ method, path }) => method === 'POST' && path.endsWith(id));
    expect(updates.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      expect.stringMatching(/^farebox:migrate:[0-9a-f]{64}:1$/),
    ]);
  });
});
