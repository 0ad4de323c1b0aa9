import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;
let sim: Simulation;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
beforeEach(async () => {
  sim = await Simulation.start(target, START);
});
afterAll(() => target.close());

/** An invoice over 20.00 that was paid, or that could not be. */
async function invoice(card = 'pm_card_visa'): Promise<Stripe.Invoice> {
  sim = await Simulation.start(target, START, { card });
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(20);
  await sim.advance(END + HOUR);
  return sim.latest();
}

describe('creditNotes.create', () => {
  it('.200 of a paid invoice: some to the card, some to the balance', async () => {
    const { id, number, lines } = await invoice();
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: lines.data[0]?.id ?? '', amount: 700 }],
      refund_amount: 500,
      credit_amount: 200,
      reason: 'product_unsatisfactory',
      memo: 'Sorry',
      expand: ['refunds.refund'],
    });
    expect(note).toMatchObject({
      object: 'credit_note',
      amount: 700,
      total: 700,
      status: 'issued',
      type: 'post_payment',
      number: `${number}-CN-01`,
      invoice: id,
      customer: sim.customer,
      memo: 'Sorry',
      lines: { data: [{ amount: 700, type: 'invoice_line_item' }] },
      refunds: [{ amount_refunded: 500, refund: { object: 'refund', amount: 500, status: 'succeeded' } }],
    });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      status: 'paid',
      amount_paid: 2000,
      post_payment_credit_notes_amount: 700,
    });
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ balance: -200 });
    const { data } = await stripe.charges.list({ customer: sim.customer });
    expect(data).toMatchObject([{ amount_refunded: 500, refunded: false }]);
    await sim.use(3);
    await sim.advance(at(2027, 3, 1) + HOUR);
    expect(await sim.latest()).toMatchObject({
      total: 300,
      starting_balance: -200,
      amount_due: 100,
      status: 'paid',
    });
  });

  it('.200 of an open invoice: less is due, and nothing in the end', async () => {
    const { id } = await invoice('pm_card_chargeCustomerFail');
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1500 });
    expect(note).toMatchObject({ type: 'pre_payment', pre_payment_amount: 1500, refunds: [] });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      status: 'open',
      amount_remaining: 500,
      pre_payment_credit_notes_amount: 1500,
    });
    await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' });
    const { data } = await stripe.charges.list({ customer: sim.customer, limit: 1 });
    expect(data).toMatchObject([{ amount: 500, paid: true }]);
  });

  it('.200 of all that is open pays it', async () => {
    const { id } = await invoice('pm_card_chargeCustomerFail');
    await stripe.creditNotes.create({ invoice: id, amount: 2000 });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      status: 'paid',
      amount_remaining: 0,
      amount_paid: 0,
    });
  });

  it('.voidCreditNote.200 of an open invoice: all of it is due again; .400 once more, and of a paid one', async () => {
    const { id } = await invoice('pm_card_chargeCustomerFail');
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1500 });
    expect(await stripe.creditNotes.voidCreditNote(note.id)).toMatchObject({ id: note.id, status: 'void' });
    expect((await stripe.creditNotes.retrieve(note.id)).voided_at).not.toBeNull();
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      status: 'open',
      amount_due: 2000,
      amount_remaining: 2000,
      pre_payment_credit_notes_amount: 0,
    });
    const { data } = await stripe.events.list({ type: 'credit_note.voided', limit: 10 });
    expect(data.map((event) => (event.data.object as Stripe.CreditNote).id)).toContain(note.id);
    expect((await refusal(stripe.creditNotes.voidCreditNote(note.id))).statusCode).toBe(400);
    await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' });
    expect((await stripe.charges.list({ customer: sim.customer, limit: 1 })).data).toMatchObject([
      { amount: 2000, paid: true },
    ]);
    const late = await stripe.creditNotes.create({ invoice: id, amount: 500, credit_amount: 500 });
    expect((await refusal(stripe.creditNotes.voidCreditNote(late.id))).statusCode).toBe(400);
  });

  it('.400 more than there is, and amounts that do not add up', async () => {
    const { id } = await invoice();
    const create = (
      params: Partial<Stripe.CreditNoteCreateParams>,
    ): Promise<Stripe.StripeRawError | object> =>
      refusal(stripe.creditNotes.create({ invoice: id, ...params }));
    expect(await create({ amount: 2001, credit_amount: 2001 })).toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    expect(await create({ amount: 700, credit_amount: 600 })).toMatchObject({ statusCode: 400 });
    await stripe.creditNotes.create({ invoice: id, amount: 1500, credit_amount: 1500 });
    expect(await create({ amount: 501, credit_amount: 501 })).toMatchObject({ statusCode: 400 });
    expect(await refusal(stripe.creditNotes.create({ invoice: 'in_missing', amount: 1 }))).toMatchObject({
      code: 'resource_missing',
    });
  });

  it('preview.200 stores nothing; list.200 and retrieve.200', async () => {
    const { id } = await invoice();
    const params = {
      invoice: id,
      lines: [{ type: 'custom_line_item', description: 'Goodwill', quantity: 3, unit_amount: 50 }],
      credit_amount: 150,
    };
    expect(await stripe.creditNotes.preview(params)).toMatchObject({ amount: 150 });
    expect((await stripe.creditNotes.list({ invoice: id })).data).toEqual([]);
    const note = await stripe.creditNotes.create(params);
    expect((await stripe.creditNotes.list({ customer: sim.customer })).data).toEqual([note]);
    expect(await stripe.creditNotes.retrieve(note.id)).toEqual(expect.objectContaining({ id: note.id }));
    const { data } = await stripe.creditNotes.listLineItems(note.id);
    expect(data).toMatchObject([{ amount: 150, description: 'Goodwill', quantity: 3, unit_amount: 50 }]);
    expect((await refusal(stripe.creditNotes.retrieve('cn_missing'))).statusCode).toBe(404);
  });
});

describe('refunds', () => {
  it('.create.200 in parts by payment intent, .400 for more, .list.200', async () => {
    const { id } = await invoice();
    const [payment] = (await stripe.invoicePayments.list({ invoice: id })).data;
    const payment_intent = String(payment?.payment.payment_intent);
    const first = await stripe.refunds.create({ payment_intent, amount: 800, reason: 'duplicate' });
    expect(first).toMatchObject({ object: 'refund', amount: 800, status: 'succeeded', payment_intent });
    const tooMuch = await refusal(stripe.refunds.create({ payment_intent, amount: 1201 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    const rest = await stripe.refunds.create({ charge: String(first.charge), expand: ['charge'] });
    expect(rest).toMatchObject({ amount: 1200, charge: { refunded: true, amount_refunded: 2000 } });
    const again = await refusal(stripe.refunds.create({ payment_intent }));
    expect(again.code).toBe('charge_already_refunded');
    const { data } = await stripe.refunds.list({ payment_intent });
    expect(data.map((refund) => refund.id)).toEqual([rest.id, first.id]);
    expect((await refusal(stripe.refunds.retrieve('re_missing'))).statusCode).toBe(404);
  });

  it('.create.400 of what was never paid', async () => {
    const { id } = await invoice('pm_card_chargeCustomerFail');
    const [payment] = (await stripe.invoicePayments.list({ invoice: id })).data;
    const call = stripe.refunds.create({ payment_intent: String(payment?.payment.payment_intent) });
    expect((await refusal(call)).statusCode).toBe(400);
  });
});

describe('invoiceItems', () => {
  it('.create.200 waits for the next invoice and stands on it first', async () => {
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    const item = await stripe.invoiceItems.create({
      customer: sim.customer,
      subscription: id,
      amount: -150,
      currency: 'usd',
      description: 'Goodwill',
      metadata: { k: 'v' },
    });
    expect(item).toMatchObject({ object: 'invoiceitem', amount: -150, invoice: null, proration: false });
    await sim.use(4);
    await sim.advance(END);
    const draft = await sim.latest();
    expect(draft.lines.data.map((line) => [line.description, line.amount])).toEqual([
      ['Goodwill', -150],
      ['4 × Calls (at $1.00 / month)', 400],
    ]);
    expect(draft).toMatchObject({ total: 250, lines: { data: [{ metadata: { k: 'v' } }, {}] } });
    expect((await stripe.invoiceItems.retrieve(item.id)).invoice).toBe(draft.id);
  });

  it('.create.200 of no subscription is on the next invoice of any, once under one idempotency key', async () => {
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    const params = {
      customer: sim.customer,
      amount: 275,
      currency: 'usd',
      description: 'Late',
      period: { start: START, end: END },
      tax_behavior: 'exclusive' as const,
    };
    const idempotencyKey = `late-${sim.customer}`;
    const item = await stripe.invoiceItems.create(params, { idempotencyKey });
    expect(await stripe.invoiceItems.create(params, { idempotencyKey })).toEqual(item);
    expect(item).toMatchObject({ parent: null, period: { start: START, end: END }, invoice: null });
    const { data } = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
    expect(data.map(({ id }) => id)).toEqual([item.id]);
    await sim.advance(END);
    const { lines } = await sim.latest();
    expect(lines.data.filter(({ description }) => description === 'Late')).toMatchObject([
      { amount: 275, period: { start: START, end: END } },
    ]);
    expect((await stripe.invoiceItems.list({ customer: sim.customer, pending: true })).data).toEqual([]);
  });

  it('.create.200 on a draft, by price, and .del.200 takes it off again', async () => {
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.advance(END);
    const { id } = await sim.latest();
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 250,
      product_data: { name: 'Setup' },
    });
    const item = await stripe.invoiceItems.create({
      customer: sim.customer,
      invoice: id,
      pricing: { price: price.id },
      quantity: 2,
    });
    expect((await stripe.invoices.retrieve(id)).total).toBe(500);
    expect(await stripe.invoiceItems.del(item.id)).toMatchObject({ id: item.id, deleted: true });
    expect((await stripe.invoices.retrieve(id)).total).toBe(0);
    expect((await refusal(stripe.invoiceItems.retrieve(item.id))).statusCode).toBe(404);
  });

  it('.create.400 without an amount, on a final invoice, for nobody', async () => {
    const { customer } = sim;
    expect(await refusal(stripe.invoiceItems.create({ customer }))).toMatchObject({ param: 'amount' });
    expect(await refusal(stripe.invoiceItems.create({ amount: 1, currency: 'usd' }))).toMatchObject({
      param: 'customer',
    });
    await sim.subscribe([await sim.seat(100)]);
    const { id } = await sim.latest();
    const late = stripe.invoiceItems.create({ customer, invoice: id, amount: 1, currency: 'usd' });
    expect(await refusal(late)).toMatchObject({ code: 'invoice_not_editable' });
  });
});
