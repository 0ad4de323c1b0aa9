import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

describe('an invoice that is not paid', () => {
  it('makes the subscription past due, is tried again, and ends it', async () => {
    const sim = await Simulation.start(target, START, { card: 'pm_card_chargeCustomerFail' });
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    const open = await sim.latest();
    expect(open).toMatchObject({
      status: 'open',
      attempted: true,
      attempt_count: 1,
      amount_paid: 0,
      amount_remaining: 100,
      next_payment_attempt: END + HOUR + 3 * 24 * HOUR,
    });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ delinquent: true });
    const { data } = await stripe.charges.list({ customer: sim.customer });
    expect(data).toMatchObject([{ status: 'failed', amount: 100, failure_code: 'card_declined' }]);
    await sim.advance(END + 20 * 24 * HOUR);
    expect(await sim.latest()).toMatchObject({
      status: 'open',
      attempt_count: 4,
      next_payment_attempt: null,
    });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('of a card that was declined for good counts its retries without charging, until there is another card', async () => {
    const charges = async (customer: string) =>
      (await stripe.charges.list({ customer })).data.map(({ status }) => status);
    const sim = await Simulation.start(target, START, { card: 'pm_card_authenticationRequired' });
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    await sim.advance(END + 4 * 24 * HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'open', attempt_count: 2 });
    expect(await charges(sim.customer)).toEqual(['failed']);
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: sim.customer });
    await stripe.customers.update(sim.customer, {
      invoice_settings: { default_payment_method: card.id },
    });
    await sim.advance(END + 9 * 24 * HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'paid', attempt_count: 3 });
    expect(await charges(sim.customer)).toEqual(['succeeded', 'failed']);
  });

  it('of a card that was declined for good ends the subscription as any other', async () => {
    const sim = await Simulation.start(target, START, { card: 'pm_card_authenticationRequired' });
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + 20 * 24 * HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'open', attempt_count: 4 });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    expect((await stripe.charges.list({ customer: sim.customer })).data).toHaveLength(1);
  });

  it('is not asked for any more when the subscription is cancelled, unless it is said', async () => {
    const sim = await Simulation.start(target, START, { card: 'pm_card_chargeCustomerFail' });
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    await stripe.subscriptions.cancel(id);
    const stopped = await sim.latest();
    expect(stopped).toMatchObject({ status: 'open', auto_advance: false, next_payment_attempt: null });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: sim.customer });
    await stripe.invoices.update(stopped.id, { auto_advance: true, default_payment_method: card.id });
    await sim.advance(END + 2 * HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'paid', attempt_count: 2 });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  });

  it('of another subscription is not asked for any more either, and can be paid still', async () => {
    // "Stripe stops automatic collection of all finalized invoices for the customer" (`subscriptions.cancel`).
    const sim = await Simulation.start(target, START, { card: 'pm_card_chargeCustomerFail' });
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    const other = await sim.subscribe([await sim.price({ unit_amount: 300 })]);
    await stripe.subscriptions.cancel(other.id);
    const stopped = await sim.latest();
    expect(stopped).toMatchObject({ status: 'open', auto_advance: false, next_payment_attempt: null });
    const paid = await stripe.invoices.pay(stopped.id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('paid');
  });

  it('is paid by another card, and all is well again', async () => {
    const sim = await Simulation.start(target, START, { card: 'pm_card_authenticationRequired' });
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    const { id: invoice } = await sim.latest();
    const again = await refusal(stripe.invoices.pay(invoice));
    expect(again).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    expect(await stripe.invoices.pay(invoice, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 'paid',
      amount_paid: 100,
      attempt_count: 3,
      next_payment_attempt: null,
    });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ delinquent: false });
    expect((await refusal(stripe.invoices.pay(invoice))).statusCode).toBe(400);
  });

  it('without any card fails too; it can be paid elsewhere, voided or given up', async () => {
    const sim = await Simulation.start(target, START, { card: null });
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END + HOUR);
    const first = await sim.latest();
    expect(first).toMatchObject({ status: 'open', attempt_count: 1 });
    expect((await refusal(stripe.invoices.pay(first.id))).statusCode).toBe(400);
    const elsewhere = await stripe.invoices.pay(first.id, { paid_out_of_band: true });
    expect(elsewhere).toMatchObject({ status: 'paid', amount_paid: 100, amount_paid_off_stripe: 100 });
    await sim.use(2);
    await sim.advance(at(2027, 3, 1) + HOUR);
    const voided = await stripe.invoices.voidInvoice((await sim.latest()).id);
    expect(voided).toMatchObject({ status: 'void', total: 200 });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    await sim.use(3);
    await sim.advance(at(2027, 4, 1) + HOUR);
    const given = await stripe.invoices.markUncollectible((await sim.latest()).id);
    expect(given).toMatchObject({ status: 'uncollectible', total: 300 });
    expect((await refusal(stripe.invoices.markUncollectible(given.id))).code).toBe(
      'status_transition_invalid',
    );
  });
});

describe('licensed from the start', () => {
  it('.402 error_if_incomplete leaves nothing; allow_incomplete leaves it incomplete', async () => {
    const sim = await Simulation.start(target, START, { card: 'pm_card_chargeCustomerFail' });
    const base = await sim.seat(2000);
    const call = sim.subscribe([base], { payment_behavior: 'error_if_incomplete' });
    expect(await refusal(call)).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect((await stripe.subscriptions.list({ customer: sim.customer, status: 'all' })).data).toEqual([]);
    const subscription = await sim.subscribe([base], { expand: ['latest_invoice.payments'] });
    expect(subscription).toMatchObject({ status: 'incomplete', latest_invoice: { status: 'open' } });
    const { id } = subscription.latest_invoice as Stripe.Invoice;
    await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('sent as an invoice, it is due after its days and overdue then', async () => {
    const sim = await Simulation.start(target, START, { card: null });
    const { id } = await sim.subscribe([await sim.seat(2000)], {
      collection_method: 'send_invoice',
      days_until_due: 10,
    });
    await sim.advance(START + HOUR);
    const due_date = START + HOUR + 10 * 24 * HOUR;
    expect(await sim.latest()).toMatchObject({ status: 'open', due_date, attempted: false });
    await sim.advance(due_date);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
  });
});
