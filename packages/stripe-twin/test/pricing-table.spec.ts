import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { TwinProcess } from './support/twin-process.js';
import { Visitor } from './support/page-visitor.js';

let twin: TwinProcess;
let stripe: Stripe;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  const recurring = { interval: 'month' as const };
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  await stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Calls <i>', unit_label: 'call' },
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: [
      { up_to: 1000, unit_amount: 10 },
      { up_to: 'inf', unit_amount_decimal: '2.5' as unknown as Stripe.Decimal, flat_amount: 500 },
    ],
    recurring: { ...recurring, usage_type: 'metered', meter: meter.id },
  });
  await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1000,
    product_data: { name: 'Seat' },
    recurring,
  });
  await stripe.prices.create({ currency: 'usd', unit_amount: 7, product_data: { name: 'Once' } });
  const old = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 9,
    product_data: { name: 'Old' },
    recurring,
  });
  await stripe.prices.update(old.id, { active: false });
});
afterAll(() => twin.close());

const open = (attributes: Record<string, string> = {}): Promise<Visitor> => {
  const query = new URLSearchParams({
    'pricing-table-id': 'prctbl_1',
    'publishable-key': 'pk_test_1',
    ...attributes,
  });
  return new Visitor().open(`${twin.url}/_sandbox/pricing-table?${query}`);
};

/** The session that the first button makes. */
async function checkout(attributes: Record<string, string>): Promise<Stripe.Checkout.Session> {
  const visitor = await open(attributes);
  await visitor.submit('/checkout');
  expect(visitor.status).toBe(303);
  const id = visitor.location?.match(/cs_test_\w+/)?.[0] ?? '';
  return stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] });
}

it('lists the active recurring prices, and may be shown inside other pages', async () => {
  const { text, headers } = await open();
  for (const shown of [
    'Calls &lt;i&gt;',
    '1 to 1,000: $0.10 per call',
    'from 1,001: $0.025 per call and $5.00',
    'Seat',
    '$10.00',
  ]) {
    expect(text).toContain(shown);
  }
  for (const hidden of ['Once', 'Old', '<i>']) expect(text).not.toContain(hidden);
  expect(headers.get('content-security-policy')).not.toContain('frame-ancestors');
});

it('a button makes a session with the attributes of the element', async () => {
  const session = await checkout({ 'client-reference-id': 'user_42', 'customer-email': 'ada@example.com' });
  expect(session).toMatchObject({
    mode: 'subscription',
    client_reference_id: 'user_42',
    customer_email: 'ada@example.com',
    success_url: `${twin.url}/c/pay/{CHECKOUT_SESSION_ID}`,
    line_items: { data: [{ quantity: null, description: 'Calls <i>' }] },
  });
  // Without a page of the merchant's, those who have paid come back to the page of the session.
  const visitor = await new Visitor().open(session.url ?? '');
  await visitor.submit(session.id, { cardNumber: '4242424242424242' });
  await visitor.follow();
  expect(visitor.text).toContain('This checkout is complete');
  expect(visitor.text).not.toContain('Go on');
});

it('drops in silence what does not fit, as Stripe does', async () => {
  for (const reference of ['User/42', 'x'.repeat(201)]) {
    expect(await checkout({ 'client-reference-id': reference, 'customer-email': 'ada' })).toMatchObject({
      client_reference_id: null,
      customer_email: null,
    });
  }
});

it('leads those who have paid where it was set', async () => {
  await twin.command('settings', {
    pricingTableSuccessUrl: 'http://127.0.0.1:9/r?session_id={CHECKOUT_SESSION_ID}',
  });
  const session = await checkout({});
  const visitor = await new Visitor().open(session.url ?? '');
  await visitor.submit(session.id, { email: 'ada@example.com', cardNumber: '4242424242424242' });
  expect(visitor.location).toBe(`http://127.0.0.1:9/r?session_id=${session.id}`);
});

it('.400 without the key and the id that Stripe asks for', async () => {
  expect((await open({ 'publishable-key': 'sk_test_1' })).text).toContain('publishable-key');
  const visitor = await open({ 'pricing-table-id': '' });
  expect(visitor.status).toBe(400);
  expect(visitor.text).toContain('pricing-table-id');
});
