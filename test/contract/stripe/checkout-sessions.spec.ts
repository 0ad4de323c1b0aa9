import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

const HOUR = 3_600;

let target: Target;
let stripe: Stripe;
let metered: Stripe.Price;
let seat: Stripe.Price;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: unique('calls'),
    default_aggregation: { formula: 'sum' },
  });
  [metered, seat] = await Promise.all([
    stripe.prices.create({
      currency: 'usd',
      unit_amount: 1,
      product_data: { name: 'Calls' },
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    }),
    stripe.prices.create({
      currency: 'usd',
      unit_amount: 1000,
      product_data: { name: 'Seat' },
      recurring: { interval: 'month' },
    }),
  ]);
});
afterAll(() => target.close());

const now = (): number => Math.floor(Date.now() / 1000);

type Params = Stripe.Checkout.SessionCreateParams;

const create = (params: Partial<Params> = {}): Promise<Stripe.Checkout.Session> =>
  stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: metered.id }],
    success_url: 'https://example.com/done?session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://example.com/plans',
    ...params,
  });

describe('checkout.sessions.create', () => {
  it('.200 metered: nothing is due, and a page is ready', async () => {
    const session: Stripe.Checkout.Session = await create({
      client_reference_id: 'account_1',
      customer_email: 'ada@example.com',
      metadata: { plan: 'starter' },
      subscription_data: { metadata: { account: 'account_1' } },
    });
    expect(session).toMatchObject({
      object: 'checkout.session',
      mode: 'subscription',
      status: 'open',
      payment_status: 'unpaid',
      amount_subtotal: 0,
      amount_total: 0,
      currency: 'usd',
      customer: null,
      customer_email: 'ada@example.com',
      customer_details: { email: 'ada@example.com' },
      client_reference_id: 'account_1',
      metadata: { plan: 'starter' },
      payment_method_collection: 'always',
      subscription: null,
      success_url: 'https://example.com/done?session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://example.com/plans',
      ui_mode: 'hosted_page',
      livemode: false,
    });
    expect(session.id).toMatch(/^cs_test_\w{58,}$/);
    expect(session.url).toContain(`/c/pay/${session.id}`);
    expect(session.expires_at).toBe(session.created + 24 * HOUR);
    expect(session.line_items).toBeUndefined();
  });

  it('.200 with quantities: the first period is due', async () => {
    const session = await create({
      line_items: [{ price: seat.id, quantity: 3 }, { price: metered.id }],
      allow_promotion_codes: true,
      automatic_tax: { enabled: false },
      billing_address_collection: 'auto',
      expires_at: now() + HOUR,
      locale: 'en',
      tax_id_collection: { enabled: true },
    });
    expect(session).toMatchObject({
      amount_subtotal: 3000,
      amount_total: 3000,
      allow_promotion_codes: true,
      tax_id_collection: { enabled: true },
    });
  });

  it('.200 with a trial nothing is due yet', async () => {
    const session = await create({
      line_items: [{ price: seat.id, quantity: 1 }],
      subscription_data: {
        trial_period_days: 14,
        trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
      },
      payment_method_collection: 'if_required',
    });
    expect(session).toMatchObject({ amount_total: 0, payment_method_collection: 'if_required' });
  });

  it('.200 for a customer, whose email it takes over', async () => {
    const email = `${unique('co')}@example.com`;
    const { id: customer } = await stripe.customers.create({ email, name: 'Ada' });
    const session = await create({ customer, expand: ['customer', 'line_items'] });
    expect(session).toMatchObject({
      customer: { id: customer, email },
      customer_details: { email },
      customer_email: null,
      line_items: { object: 'list', data: [{ object: 'item', price: { id: metered.id }, quantity: null }] },
    });
  });

  const cases: [name: string, params: () => Partial<Params>, refused: object][] = [
    ['without line items', () => ({ line_items: [] }), { param: 'line_items' }],
    [
      'a metered price with a quantity',
      () => ({ line_items: [{ price: metered.id, quantity: 1 }] }),
      { message: expect.stringContaining('Remove `quantity` from `line_items[0]`') },
    ],
    [
      'a price by quantity without one',
      () => ({ line_items: [{ price: seat.id }] }),
      { message: expect.stringContaining('Add `quantity` to `line_items[0]`') },
    ],
    [
      'an unknown price',
      () => ({ line_items: [{ price: 'price_none' }] }),
      { code: 'resource_missing', param: 'line_items[0][price]' },
    ],
    [
      'a reference of more than 200 characters',
      () => ({ client_reference_id: 'x'.repeat(201) }),
      { param: 'client_reference_id', message: expect.stringContaining('at most 200 characters') },
    ],
    [
      'an unknown customer',
      () => ({ customer: 'cus_none' }),
      { code: 'resource_missing', param: 'customer' },
    ],
    [
      'a customer and an email',
      () => ({ customer: 'cus_none', customer_email: 'ada@example.com' }),
      { message: expect.stringContaining('customer, customer_email') },
    ],
    ['no email', () => ({ customer_email: 'ada' }), { code: 'email_invalid', param: 'customer_email' }],
    ['an expiry too near', () => ({ expires_at: now() + 60 }), { param: 'expires_at' }],
    ['an expiry too far', () => ({ expires_at: now() + 25 * HOUR }), { param: 'expires_at' }],
    ['an address without a scheme', () => ({ cancel_url: 'example.com' }), { code: 'url_invalid' }],
    ['a script for an address', () => ({ cancel_url: 'javascript:alert(1)' }), { code: 'url_invalid' }],
    [
      'a trial of no days',
      () => ({ subscription_data: { trial_period_days: 0 } }),
      { param: 'subscription_data[trial_period_days]' },
    ],
    [
      'a trial end that is near',
      () => ({ subscription_data: { trial_end: now() + HOUR } }),
      { param: 'subscription_data[trial_end]' },
    ],
  ];
  it.each(cases)('.400 %s', async (_name, params, refused) => {
    expect(await refusal(create(params()))).toMatchObject({ statusCode: 400, ...refused });
  });

  it('.400 an inactive price, one that is paid once, and two currencies', async () => {
    const inactive = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 5,
      product_data: { name: 'Old' },
      recurring: { interval: 'month' },
    });
    await stripe.prices.update(inactive.id, { active: false });
    const once = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 5,
      product_data: { name: 'Once' },
    });
    const euro = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 5,
      product_data: { name: 'Euro' },
      recurring: { interval: 'month' },
    });
    const items = (...prices: Stripe.Price[]): NonNullable<Params['line_items']> =>
      prices.map(({ id }) => ({ price: id, quantity: 1 }));
    expect(await refusal(create({ line_items: items(inactive) }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('inactive'),
    });
    expect(await refusal(create({ line_items: items(once) }))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('at least one recurring price'),
    });
    expect(await refusal(create({ line_items: items(seat, euro) }))).toMatchObject({ statusCode: 400 });
  });

  it('.400 tax for a customer without an address, unless the page may ask for one', async () => {
    const { id: customer } = await stripe.customers.create({ email: `${unique('tax')}@example.com` });
    const params = { customer, automatic_tax: { enabled: true } };
    expect(await refusal(create(params))).toMatchObject({ code: 'customer_tax_location_invalid' });
    expect(await refusal(create({ customer, tax_id_collection: { enabled: true } }))).toMatchObject({
      message: expect.stringContaining('customer_update[name]'),
    });
    // An account in test mode that has not set up tax refuses this for a reason of its own.
    if (target.live) return;
    const session = await create({ ...params, customer_update: { address: 'auto' } });
    expect(session.automatic_tax).toMatchObject({ enabled: true, status: 'requires_location_inputs' });
  });
});

describe('checkout.sessions', () => {
  it('retrieve.200 and listLineItems.200, with their prices and products', async () => {
    const { id } = await create({ line_items: [{ price: seat.id, quantity: 2 }, { price: metered.id }] });
    const session = await stripe.checkout.sessions.retrieve(id, {
      expand: ['line_items.data.price.product', 'customer', 'subscription'],
    });
    expect(session).toMatchObject({
      id,
      customer: null,
      subscription: null,
      line_items: {
        data: [
          {
            amount_subtotal: 2000,
            amount_total: 2000,
            description: 'Seat',
            quantity: 2,
            price: { id: seat.id, product: { name: 'Seat' } },
          },
          { amount_total: 0, description: 'Calls', price: { product: { name: 'Calls' } } },
        ],
        has_more: false,
        url: `/v1/checkout/sessions/${id}/line_items`,
      },
    });
    const first = await stripe.checkout.sessions.listLineItems(id, {
      limit: 1,
      expand: ['data.price.product'],
    });
    expect(first).toMatchObject({ has_more: true, data: [{ price: { product: { name: 'Seat' } } }] });
    const second = await stripe.checkout.sessions.listLineItems(id, {
      starting_after: first.data[0]?.id ?? '',
    });
    expect(second).toMatchObject({ has_more: false, data: [{ price: { id: metered.id } }] });
  });

  it('retrieve.404 and expand.400', async () => {
    expect(await refusal(stripe.checkout.sessions.retrieve('cs_test_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    const { id } = await create();
    expect(await refusal(stripe.checkout.sessions.retrieve(id, { expand: ['status'] }))).toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (status).',
    });
  });

  it('update.200 changes the metadata', async () => {
    const { id } = await create({ metadata: { a: '1' } });
    const changed = await stripe.checkout.sessions.update(id, { metadata: { b: '2' } });
    expect(changed.metadata).toEqual({ a: '1', b: '2' });
  });

  it('expire.200 once, with its event; list.200 by customer and status', async () => {
    const { id: customer } = await stripe.customers.create({ email: `${unique('ex')}@example.com` });
    const left = await create({ customer });
    const gone = await create({ customer });
    expect(await stripe.checkout.sessions.expire(gone.id)).toMatchObject({
      id: gone.id,
      status: 'expired',
      payment_status: 'unpaid',
      url: null,
    });
    expect(await refusal(stripe.checkout.sessions.expire(gone.id))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('has a status of expired'),
    });
    const events = await stripe.events.list({ type: 'checkout.session.expired', limit: 1 });
    expect(events.data[0]?.data.object).toMatchObject({ id: gone.id, status: 'expired' });

    const ids = async (params: Stripe.Checkout.SessionListParams): Promise<string[]> =>
      (await stripe.checkout.sessions.list({ customer, ...params })).data.map(({ id }) => id);
    expect(await ids({})).toEqual([gone.id, left.id]);
    expect(await ids({ status: 'open' })).toEqual([left.id]);
    expect(await ids({ status: 'complete' })).toEqual([]);
  });
});
