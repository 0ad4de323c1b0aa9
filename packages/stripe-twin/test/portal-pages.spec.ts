import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { unique } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';
import { Visitor } from './support/page-visitor.js';

const RETURN = 'http://127.0.0.1:9/account?a=1&b=2';

let twin: TwinProcess;
let stripe: Stripe;
let price: string;
let customer: string;
let subscription: Stripe.Subscription;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  const made = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1000,
    product_data: { name: 'Seat <b>' },
    recurring: { interval: 'month' },
  });
  price = made.id;
});
beforeEach(async () => {
  await twin.command('settings', { clockOffsetMs: 0 });
  ({ id: customer, subscription } = await subscriber());
});
afterAll(() => twin.close());

async function subscriber(): Promise<{ id: string; subscription: Stripe.Subscription }> {
  const { id } = await stripe.customers.create({
    email: `${unique('portal')}@example.com`,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  return { id, subscription: await stripe.subscriptions.create({ customer: id, items: [{ price }] }) };
}

async function open(params: Partial<Stripe.BillingPortal.SessionCreateParams> = {}): Promise<Visitor> {
  const { url } = await stripe.billingPortal.sessions.create({ customer, return_url: RETURN, ...params });
  return new Visitor().open(url);
}

const current = (): Promise<Stripe.Subscription> =>
  stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] });

async function configured(cancel: object): Promise<string> {
  const { id } = await stripe.billingPortal.configurations.create({
    features: { subscription_cancel: cancel as { enabled: boolean } },
  });
  return id;
}

it('shows the subscription and the way back', async () => {
  const visitor = await open();
  expect(visitor.status).toBe(200);
  for (const text of ['Seat &lt;b&gt;', '$10.00', 'Billed every month', 'active', 'ends with 4242']) {
    expect(visitor.text).toContain(text);
  }
  expect(visitor.text).toContain('href="http://127.0.0.1:9/account?a=1&amp;b=2"');
  expect(visitor.text).not.toContain('<b>');
});

it('cancels at the end of the period, and goes on again', async () => {
  const visitor = await open();
  const path = visitor.text.match(/id="cancel"[^>]*href="([^"]*)"/s)?.[1] ?? '';
  await visitor.open(twin.url + path.replaceAll('&amp;', '&'));
  expect(visitor.text).toContain('It stays active until');
  await visitor.submit('/cancel');
  expect(visitor.status).toBe(303);
  expect((await visitor.follow()).text).toContain('The subscription was cancelled.');
  const cancelled = await current();
  expect(cancelled).toMatchObject({
    status: 'active',
    // In the flexible mode the portal sets a time, and no flag (billing-mode/compare).
    cancel_at_period_end: false,
    cancel_at: cancelled.items.data[0]?.current_period_end,
    cancellation_details: { reason: 'cancellation_requested' },
  });
  await visitor.submit('/resume');
  expect((await visitor.follow()).text).toContain('The subscription goes on.');
  expect(await current()).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
  const types = (await stripe.events.list({ limit: 2 })).data.map(({ type }) => type);
  expect(types).toEqual(['customer.subscription.updated', 'customer.subscription.updated']);
});

it('cancels at once when it is configured so, with the reason', async () => {
  const configuration = await configured({
    enabled: true,
    mode: 'immediately',
    cancellation_reason: { enabled: true, options: ['unused', 'other'] },
  });
  const visitor = await open({
    configuration,
    flow_data: {
      type: 'subscription_cancel',
      subscription_cancel: { subscription: subscription.id },
      after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1:9/bye' } },
    },
  });
  await visitor.follow();
  expect(visitor.text).toContain('It ends at once.');
  expect(visitor.text).toContain('I don’t use it');
  await visitor.submit('/cancel', { feedback: 'unused' });
  expect(visitor.location).toBe('http://127.0.0.1:9/bye');
  expect(await current()).toMatchObject({
    status: 'canceled',
    cancellation_details: { feedback: 'unused', reason: 'cancellation_requested' },
  });
});

it('changes the card of the customer and of the subscription', async () => {
  const own = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: own.id });
  const visitor = await open();
  await visitor.submit('/card', { cardNumber: '4000000000000002' });
  expect(visitor.status).toBe(402);
  expect(visitor.text).toContain('Your card was declined.');
  expect(visitor.text).not.toContain('4000000000000002');
  await visitor.submit('/card', { cardNumber: '5555 5555 5555 4444' });
  expect((await visitor.follow()).text).toContain('The card was updated.');
  expect(visitor.text).toContain('mastercard that ends with 4444');
  const mastercard = { card: { brand: 'mastercard', last4: '4444' } };
  expect(await current()).toMatchObject({ default_payment_method: mastercard });
  expect(
    await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] }),
  ).toMatchObject({ invoice_settings: { default_payment_method: mastercard } });
});

it('leaves alone what is not offered, and what is not the customer’s', async () => {
  const visitor = await open();
  const form = visitor.text;
  const other = await subscriber();
  const swapped = form.replaceAll(subscription.id, other.subscription.id);
  const path = swapped.match(/id="cancel"[^>]*href="([^"]*)"/s)?.[1] ?? '';
  await visitor.open(twin.url + path);
  expect(visitor.status).toBe(404);
  expect(visitor.text).toContain('You have no such subscription.');

  const configuration = await configured({ enabled: false });
  const closed = await open({ configuration });
  expect(closed.text).not.toContain('id="cancel"');
  expect(closed.text).not.toContain('cardNumber');
  const base = form.match(/action="([^"]*)\/card"/)?.[1];
  const { url } = await stripe.billingPortal.sessions.create({ customer, configuration });
  for (const [end, body] of [
    ['/cancel', { subscription: subscription.id }],
    ['/card', { cardNumber: '4242424242424242' }],
  ] as const) {
    const answer = await fetch(url + end, { method: 'POST', body: new URLSearchParams(body) });
    expect([end, answer.status]).toEqual([end, 403]);
  }
  const foreign = await fetch(`${twin.url}${base}/cancel`, {
    method: 'POST',
    body: new URLSearchParams({ subscription: other.subscription.id }),
  });
  expect(foreign.status).toBe(404);
  expect(await current()).toMatchObject({ status: 'active', cancel_at_period_end: false });
  expect(await stripe.subscriptions.retrieve(other.subscription.id)).toMatchObject({ cancel_at: null });
});

it('.404 with another secret, and after an hour', async () => {
  const { url } = await stripe.billingPortal.sessions.create({ customer });
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(`${url.slice(0, -1)}_`)).status).toBe(404);
  await twin.command('settings', { clockOffsetMs: 61 * 60_000 });
  const late = await new Visitor().open(url);
  expect(late.status).toBe(404);
  expect(late.text).toContain('This address is no longer good');
});
