import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { refusal, unique } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';
import { Visitor } from './support/page-visitor.js';

const PAYS = '4242 4242 4242 4242';
const DECLINED = '4000000000000002';
const TO_CONFIRM = '4000002500003155';
const HOUR_MS = 3_600_000;

let twin: TwinProcess;
let stripe: Stripe;
let metered: Stripe.Price;
let seat: Stripe.Price;
let email: string;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  metered = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1,
    product_data: { name: 'Calls', unit_label: 'call' },
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  });
  seat = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1000,
    product_data: { name: 'Seat' },
    recurring: { interval: 'month', interval_count: 3 },
  });
});
beforeEach(() => {
  email = `${unique('page')}@example.com`;
});
afterAll(() => twin.close());

const create = (
  params: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> =>
  stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: metered.id }],
    success_url: 'http://127.0.0.1:9/done?session_id={CHECKOUT_SESSION_ID}&again={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/plans?a=1&b=2',
    ...params,
  });

const open = (session: Stripe.Checkout.Session): Promise<Visitor> => new Visitor().open(session.url ?? '');

const settled = (id: string) =>
  stripe.checkout.sessions.retrieve(id, {
    expand: ['customer', 'subscription', 'subscription.default_payment_method', 'invoice'],
  });

/** The types of the events since then, the oldest first. */
async function eventsSince(before: number): Promise<string[]> {
  const all = (await stripe.events.list({ limit: 100 })).data.toReversed();
  return all.slice(before).map(({ type }) => type);
}
const eventCount = async (): Promise<number> => (await stripe.events.list({ limit: 100 })).data.length;

describe('paying', () => {
  beforeEach(async () => {
    await twin.command('settings', { clockOffsetMs: 0 });
  });

  it('makes customer, card and subscription, and leads to success_url', async () => {
    const session = await create({
      client_reference_id: 'account_1',
      metadata: { plan: 'starter' },
      subscription_data: { metadata: { account: 'account_1' }, description: 'The plan' },
    });
    const before = await eventCount();
    const visitor = await open(session);
    expect(visitor.status).toBe(200);
    for (const text of ['Subscribe to Calls', '$0.01 per call', 'Billed every month', '$0.00']) {
      expect(visitor.text).toContain(text);
    }
    expect(visitor.text).toContain('href="http://127.0.0.1:9/plans?a=1&amp;b=2"');
    await visitor.submit(session.id, { email, cardNumber: PAYS, billingName: 'Ada Lovelace' });
    expect(visitor.status).toBe(303);
    expect(visitor.location).toBe(`http://127.0.0.1:9/done?session_id=${session.id}&again=${session.id}`);

    const done: Stripe.Checkout.Session = await settled(session.id);
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      url: null,
      client_reference_id: 'account_1',
      customer: { email, name: 'Ada Lovelace' },
      customer_details: { email, name: 'Ada Lovelace' },
      subscription: {
        status: 'active',
        description: 'The plan',
        metadata: { account: 'account_1' },
        default_payment_method: { card: { brand: 'visa', last4: '4242' }, billing_details: { email } },
        items: { data: [{ price: { id: metered.id } }] },
      },
    });
    const customer = done.customer as Stripe.Customer;
    expect(done.subscription).toMatchObject({ customer: customer.id });
    expect(await eventsSince(before)).toEqual([
      'customer.created',
      'payment_method.attached',
      'customer.updated',
      'customer.subscription.created',
      'checkout.session.completed',
    ]);
    const [completed] = (await stripe.events.list({ limit: 1 })).data;
    expect(completed).toMatchObject({
      request: { id: null },
      data: {
        object: {
          id: session.id,
          status: 'complete',
          subscription: (done.subscription as { id: string }).id,
        },
      },
    });
    expect((await stripe.checkout.sessions.list({ customer_details: { email } })).data).toHaveLength(1);
    expect(await refusal(stripe.checkout.sessions.expire(session.id))).toMatchObject({ statusCode: 400 });
  });

  it('what is paid ahead is charged at once, with its invoice', async () => {
    const paid = await create({ line_items: [{ price: seat.id, quantity: 2 }, { price: metered.id }] });
    const visitor = await open(paid);
    expect(visitor.text).toContain('Pay $20.00');
    expect(visitor.text).toContain('Billed every 3 months');
    await visitor.submit(paid.id, { email, cardNumber: PAYS });
    expect(visitor.status).toBe(303);
    expect(await settled(paid.id)).toMatchObject({
      payment_status: 'paid',
      amount_total: 2000,
      subscription: { status: 'active' },
      invoice: { status: 'paid', amount_paid: 2000, billing_reason: 'subscription_create' },
    });
    const types = (await stripe.events.list({ limit: 12 })).data.map(({ type }) => type).toReversed();
    const order = ['customer.subscription.created', 'invoice.paid', 'checkout.session.completed'];
    expect(types.filter((type) => order.includes(type))).toEqual(order);
  });

  it('a declined card leaves nothing behind, and another one pays', async () => {
    const session = await create({ line_items: [{ price: seat.id, quantity: 1 }] });
    const before = await eventCount();
    const visitor = await open(session);
    for (const [number, message] of [
      [DECLINED, 'Your card was declined.'],
      ['4000000000009995', 'Your card has insufficient funds.'],
      // It could be kept, and fails as soon as it is charged.
      ['4000000000000341', 'Your card was declined.'],
      ['4242424242424241', 'Your card number is incorrect.'],
      ['', 'Your card number is incorrect.'],
      ['5105105105105118', 'test mode'],
    ] as const) {
      await visitor.submit(session.id, { email, cardNumber: number });
      expect([number, visitor.status]).toEqual([number, 402]);
      expect(visitor.text).toMatch(/role="alert"/);
      expect(visitor.text).toContain(message);
      // What was filled in is still there, but for the number of the card.
      expect(visitor.text).toContain(`value="${email}"`);
      if (number !== '') expect(visitor.text).not.toContain(number);
    }
    expect(await eventsSince(before)).toEqual([]);
    expect((await stripe.customers.list({ email })).data).toEqual([]);
    expect(await settled(session.id)).toMatchObject({ status: 'open', subscription: null });
    await visitor.submit(session.id, { email, cardNumber: PAYS });
    expect(visitor.status).toBe(303);
  });

  it.each(['ada', '', 'a b@example.com'])('an email like "%s" is asked for again', async (wrong) => {
    const session = await create();
    const visitor = await open(session);
    await visitor.submit(session.id, { email: wrong, cardNumber: PAYS });
    expect(visitor.status).toBe(400);
    expect(visitor.text).toMatch(/id="email"[^>]*aria-invalid="true"/s);
    expect(await settled(session.id)).toMatchObject({ status: 'open' });
  });

  it.each([
    ['confirmed when it is set up', TO_CONFIRM],
    ['confirmed at every payment', '4000002760003184'],
  ])('a card that is %s pays with a second step', async (_name, number) => {
    const session = await create({ line_items: [{ price: seat.id, quantity: 1 }] });
    const visitor = await open(session);
    await visitor.submit(session.id, { email, cardNumber: number });
    expect(visitor.status).toBe(200);
    expect(visitor.text).toContain('the payment of $10.00');
    expect(await settled(session.id)).toMatchObject({ status: 'open' });
    await visitor.submit('/confirm', { confirmed: 'yes' });
    expect(visitor.status).toBe(303);
    expect(await settled(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      customer: { email },
      subscription: { status: 'active' },
      invoice: { status: 'paid' },
    });
  });

  it('a card that is not confirmed has not paid', async () => {
    const session = await create();
    const visitor = await open(session);
    await visitor.submit(session.id, { email, cardNumber: TO_CONFIRM });
    const asked = visitor.text;
    await visitor.submit('/confirm', { confirmed: 'no' });
    expect(visitor.status).toBe(402);
    expect(visitor.text).toContain('We are unable to authenticate your payment method.');
    // The page of before confirms nothing any more.
    visitor.text = asked;
    await visitor.submit('/confirm', { confirmed: 'yes' });
    expect(visitor.status).toBe(402);
    expect(await settled(session.id)).toMatchObject({ status: 'open', customer: null });
  });

  it('a second time is told, and makes nothing', async () => {
    const session = await create();
    const visitor = await open(session);
    const form = visitor.text;
    await visitor.submit(session.id, { email, cardNumber: PAYS });
    const before = await eventCount();
    visitor.text = form;
    await visitor.submit(session.id, { email, cardNumber: PAYS });
    expect(visitor.status).toBe(200);
    expect(visitor.text).toContain('This checkout is complete');
    expect(await eventsSince(before)).toEqual([]);
    expect((await stripe.customers.list({ email })).data).toHaveLength(1);
  });

  it('for a customer: the email is settled, the name only changes when that was agreed', async () => {
    const { id: customer } = await stripe.customers.create({ email, name: 'Ada' });
    const session = await create({ customer });
    const visitor = await open(session);
    expect(visitor.text).toMatch(new RegExp(`value="${email}"\\s+readonly`));
    await visitor.submit(session.id, {
      email: 'other@example.com',
      cardNumber: PAYS,
      billingName: 'Lovelace',
    });
    expect(await settled(session.id)).toMatchObject({
      customer: { id: customer, email, name: 'Ada' },
      customer_details: { email, name: 'Lovelace' },
      subscription: { customer },
    });
    const agreed = await create({ customer, customer_update: { name: 'auto' } });
    await (await open(agreed)).submit(agreed.id, { cardNumber: PAYS, billingName: 'Lovelace' });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ name: 'Lovelace' });
  });

  it('a trial asks for no card when that was agreed', async () => {
    const session = await create({
      line_items: [{ price: seat.id, quantity: 1 }],
      payment_method_collection: 'if_required',
      subscription_data: {
        trial_period_days: 14,
        trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
      },
    });
    const visitor = await open(session);
    expect(visitor.text).toContain('Free for 14 days');
    expect(visitor.text).not.toContain('cardNumber');
    await visitor.submit(session.id, { email });
    const done = await settled(session.id);
    expect(done).toMatchObject({
      payment_status: 'no_payment_required',
      subscription: {
        status: 'trialing',
        default_payment_method: null,
        trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
      },
    });
    const subscription = done.subscription as Stripe.Subscription;
    expect(subscription.trial_end).toBe(subscription.created + 14 * 86_400);
  });

  it('what has become impossible meanwhile is said, and makes nothing', async () => {
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 5,
      product_data: { name: 'Short-lived' },
      recurring: { interval: 'month' },
    });
    const session = await create({ line_items: [{ price: price.id, quantity: 1 }] });
    await stripe.prices.update(price.id, { active: false });
    const visitor = await open(session);
    await visitor.submit(session.id, { email, cardNumber: PAYS });
    expect(visitor.status).toBe(400);
    expect(visitor.text).toContain('not offered any more');
    expect((await stripe.customers.list({ email })).data).toEqual([]);
  });
});

describe('the page', () => {
  it('shows texts as they are, runs nothing and loads nothing', async () => {
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 5,
      product_data: { name: `<script>alert(1)</script>'"&` },
      recurring: { interval: 'month' },
    });
    const session = await create({ line_items: [{ price: price.id, quantity: 1 }] });
    const visitor = await open(session);
    await visitor.submit(session.id, { email: '"><img src=x onerror=alert(1)>', billingName: '"><b>' });
    expect(visitor.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&#39;&quot;&amp;');
    expect(visitor.text).not.toMatch(/<script|<img|<b>/);
    const policy = visitor.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
  });

  it('.404 for another address', async () => {
    const visitor = await new Visitor().open(`${twin.url}/c/pay/cs_test_none`);
    expect(visitor.status).toBe(404);
    expect(visitor.text).toContain('There is no such checkout');
  });

  it('is gone after a day, with the event; and after a hard kill as well', async () => {
    await twin.command('settings', { clockOffsetMs: 0 });
    const session = await create();
    const paid = await create();
    await (await open(paid)).submit(paid.id, { email, cardNumber: PAYS });
    const visitor = await open(session);
    await twin.restart();
    await twin.command('settings', { clockOffsetMs: 23.9 * HOUR_MS });
    expect((await open(session)).status).toBe(200);
    await twin.command('settings', { clockOffsetMs: 24.1 * HOUR_MS });
    const [event] = (await stripe.events.list({ limit: 1 })).data;
    expect(event).toMatchObject({
      type: 'checkout.session.expired',
      data: { object: { id: session.id, status: 'expired', url: null } },
    });
    await visitor.submit(session.id, { email, cardNumber: PAYS });
    expect(visitor.status).toBe(410);
    expect(visitor.text).toContain('This checkout has expired');
    expect(visitor.text).toContain('href="http://127.0.0.1:9/plans?a=1&amp;b=2"');
    expect(await settled(session.id)).toMatchObject({ status: 'expired', subscription: null });
    expect(await settled(paid.id)).toMatchObject({ status: 'complete' });
  });
});
