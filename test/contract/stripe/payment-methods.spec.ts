import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { openTarget, raw, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;
let customer: string;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
beforeEach(async () => {
  customer = (await stripe.customers.create({ name: 'Payer' })).id;
});
afterAll(() => target.close());

const later = new Date().getUTCFullYear() + 2;

const create = (card: Stripe.PaymentMethodCreateParams.Card): Promise<Stripe.PaymentMethod> =>
  stripe.paymentMethods.create({ type: 'card', card });

describe('paymentMethods.create', () => {
  it('.200 by the number of a test card, which is shown nowhere', async () => {
    const card = { number: '4242 4242 4242 4242', exp_month: 8, exp_year: later, cvc: '123' };
    const method = await create(card);
    expect(method).toMatchObject({
      object: 'payment_method',
      type: 'card',
      customer: null,
      livemode: false,
      card: { brand: 'visa', last4: '4242', exp_month: 8, exp_year: later, funding: 'credit', country: 'US' },
      billing_details: { email: null },
    });
    expect(JSON.stringify(method)).not.toContain('42424242');
    expect(method).not.toHaveProperty('test_card');
  });

  it('.200 by token, with details', async () => {
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_mastercard' },
      billing_details: { name: 'Ann', email: 'ann@example.com', address: { country: 'DE' } },
      metadata: { k: 'v' },
    });
    expect(method).toMatchObject({
      card: { brand: 'mastercard', last4: '4444' },
      billing_details: { name: 'Ann', email: 'ann@example.com', address: { country: 'DE', city: null } },
      metadata: { k: 'v' },
    });
  });

  it.each([
    ['a number with a wrong digit', '4242424242424241', 'incorrect_number', ''],
    ['a number that is no test card', '4111111111111111', 'card_declined', 'test_mode_live_card'],
  ])('.402 %s', async (_name, number, code, decline) => {
    const error = await refusal(create({ number, exp_month: 1, exp_year: later, cvc: '123' }));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
    expect(error.decline_code).toBe(decline);
  });

  it('.402 a card that has expired, .400 a way to pay that is not played', async () => {
    const card = { number: '4242424242424242', exp_month: 1, exp_year: 2020 };
    expect(await refusal(create(card))).toMatchObject({ statusCode: 402, code: 'invalid_expiry_year' });
    const answer = await raw(target, 'POST', '/v1/payment_methods', { form: 'type=card&cards[number]=1' });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'parameter_unknown' } } });
  });
});

describe('paymentMethods.attach', () => {
  it('.200 makes a card of its own out of a test card’s name', async () => {
    const [first, second] = [
      await stripe.paymentMethods.attach('pm_card_visa', { customer }),
      await stripe.paymentMethods.attach('pm_card_visa', { customer }),
    ];
    expect(first).toMatchObject({ customer, card: { last4: '4242' } });
    expect(second.id).not.toBe(first.id);
    const { data } = await stripe.paymentMethods.list({ customer });
    expect(data.map((method) => method.id)).toEqual([second.id, first.id]);
    const of = await stripe.customers.listPaymentMethods(customer, { limit: 1 });
    expect(of).toMatchObject({ has_more: true, data: [{ id: second.id }] });
  });

  it('.200 with the customer expanded, and is a customer’s default', async () => {
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer, expand: ['customer'] });
    expect(method.customer).toMatchObject({ id: customer, object: 'customer' });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
    const shown = await stripe.customers.retrieve(customer, {
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(shown).toMatchObject({ invoice_settings: { default_payment_method: { id: method.id } } });
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
  ])('.402 %s', async (name, code, decline) => {
    const error = await refusal(stripe.paymentMethods.attach(name, { customer }));
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code });
    expect(error.decline_code).toBe(decline);
    expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
  });

  it('.200 cards that fail only when they are charged', async () => {
    for (const name of ['pm_card_chargeCustomerFail', 'pm_card_authenticationRequired']) {
      expect(await stripe.paymentMethods.attach(name, { customer })).toMatchObject({ customer });
    }
  });

  it('.400 to a second customer, .404 what is unknown', async () => {
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const other = (await stripe.customers.create({ name: 'Other' })).id;
    expect(await refusal(stripe.paymentMethods.attach(id, { customer: other }))).toMatchObject({
      statusCode: 400,
      code: 'payment_method_unexpected_state',
    });
    expect(await refusal(stripe.paymentMethods.attach('pm_missing', { customer }))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

it('paymentMethods.detach.200 takes it away as a default too', async () => {
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  expect(await stripe.paymentMethods.detach(id)).toMatchObject({ id, customer: null });
  expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
  const shown = await stripe.customers.retrieve(customer);
  expect(shown).toMatchObject({ invoice_settings: { default_payment_method: null } });
  expect((await refusal(stripe.paymentMethods.detach(id))).statusCode).toBe(400);
});

describe('customers.create', () => {
  it('.200 with a card that is the default, one card and not two', async () => {
    const created = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const { data } = await stripe.paymentMethods.list({ customer: created.id });
    expect(data).toHaveLength(1);
    expect(created.invoice_settings.default_payment_method).toBe(data[0]?.id);
  });

  it('.402 with a card that is refused, and there is no customer', async () => {
    const email = `refused${Date.now()}@example.com`;
    const call = stripe.customers.create({ email, payment_method: 'pm_card_chargeDeclined' });
    expect((await refusal(call)).statusCode).toBe(402);
    expect((await stripe.customers.list({ email })).data).toEqual([]);
  });

  it('.400 with another customer’s card as the default', async () => {
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const call = stripe.customers.create({ invoice_settings: { default_payment_method: id } });
    expect((await refusal(call)).statusCode).toBe(400);
  });
});

it('subscriptions: a default payment method must be the customer’s, and pays for what is charged ahead', async () => {
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1000,
    product_data: { name: 'Seat' },
    recurring: { interval: 'month' },
  });
  const items = [{ price: price.id }];
  const other = (await stripe.customers.create({ name: 'Other' })).id;
  const { id: foreign } = await stripe.paymentMethods.attach('pm_card_visa', { customer: other });
  const call = stripe.subscriptions.create({ customer, items, default_payment_method: foreign });
  expect(await refusal(call)).toMatchObject({ statusCode: 400, param: 'default_payment_method' });
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const subscription = await stripe.subscriptions.create({
    customer,
    items,
    default_payment_method: id,
    expand: ['default_payment_method'],
  });
  expect(subscription).toMatchObject({ status: 'active', default_payment_method: { id } });
});
