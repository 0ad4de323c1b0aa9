import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, linesOf, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
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

describe('the invoice of a period', () => {
  it('is a draft for an hour, then final and paid, and counts what came in late', async () => {
    const sim = await Simulation.start(target, START);
    const subscription = await sim.subscribe([await sim.price({ unit_amount: 3 })]);
    expect(subscription.latest_invoice).toBeNull();
    await sim.use(7);
    await sim.advance(END - 1);
    await sim.use(5);
    expect(await sim.invoices()).toEqual([]);
    await sim.advance(END);

    const draft = await sim.latest();
    expect(draft).toMatchObject({
      object: 'invoice',
      status: 'draft',
      billing_reason: 'subscription_cycle',
      customer: sim.customer,
      currency: 'usd',
      total: 36,
      amount_due: 0,
      auto_advance: true,
      automatically_finalizes_at: END + HOUR,
      created: END,
      period_start: START,
      period_end: END,
      number: null,
      parent: { type: 'subscription_details', subscription_details: { subscription: subscription.id } },
      test_clock: sim.clock,
    });
    // A second after the end is of the next period.
    await sim.use(1000, END);
    await sim.use(88, END - 1);
    const [line] = (await stripe.invoices.retrieve(draft.id)).lines.data;
    expect(line).toMatchObject({
      object: 'line_item',
      amount: 300,
      quantity: 100,
      description: '100 × Calls (at $0.03 / month)',
      period: { start: START, end: END },
      invoice: draft.id,
      subscription: subscription.id,
      parent: {
        type: 'subscription_item_details',
        subscription_item_details: { subscription_item: subscription.items.data[0]?.id, proration: false },
      },
    });
    expect(String(line?.pricing?.unit_amount_decimal)).toBe('3');

    await sim.advance(END + HOUR - 1);
    expect((await sim.latest()).status).toBe('draft');
    await sim.advance(END + HOUR);
    const paid = await stripe.invoices.retrieve(draft.id, {
      expand: ['payments.data.payment.payment_intent'],
    });
    expect(paid).toMatchObject({
      status: 'paid',
      total: 300,
      amount_due: 300,
      amount_paid: 300,
      amount_remaining: 0,
      attempt_count: 1,
      automatically_finalizes_at: null,
      status_transitions: { finalized_at: END + HOUR, paid_at: END + HOUR },
      payments: {
        data: [{ status: 'paid', payment: { payment_intent: { amount: 300, status: 'succeeded' } } }],
      },
    });
    expect(paid.number).toMatch(/^[A-Z0-9]+-0001$/);
    expect(paid.lines.data[0]?.id).toBe(line?.id);
    expect((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice).toBe(draft.id);
    await sim.use(9, END - 1);
    expect((await stripe.invoices.retrieve(draft.id)).total).toBe(300);
  });

  it.each([
    [
      'paid',
      'pm_card_visa',
      [
        'invoice.created',
        'customer.subscription.updated',
        'invoice.finalized',
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'invoice.updated',
        'invoice.paid',
        'invoice.payment_succeeded',
      ],
    ],
    [
      'refused',
      'pm_card_chargeCustomerFail',
      [
        'invoice.created',
        'customer.subscription.updated',
        'invoice.finalized',
        'payment_intent.created',
        'charge.failed',
        'payment_intent.payment_failed',
        'invoice.updated',
        'invoice.payment_failed',
        'customer.updated',
        'customer.subscription.updated',
      ],
    ],
  ])('tells of every step in order when it is %s', async (_name, card, expected) => {
    const sim = await Simulation.start(target, START, { card });
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    const [before] = (await stripe.events.list({ limit: 1 })).data;
    await sim.advance(END + HOUR);
    const { data } = await stripe.events.list({ limit: 100, ending_before: before?.id ?? '' });
    const types = data
      .filter((event) => JSON.stringify(event.data).includes(sim.customer))
      .map(({ type }) => type);
    expect(types.toReversed()).toEqual(['invoice.upcoming', ...expected]);
  });

  it.each([
    ['keep_as_draft', 'draft'],
    ['mark_uncollectible', 'uncollectible'],
    ['void', 'void'],
  ] as const)('is not collected while collection is paused: %s', async (behavior, status) => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await stripe.subscriptions.update(id, { pause_collection: { behavior, resumes_at: END + 24 * HOUR } });
    await sim.use(1);
    await sim.advance(END + 2 * HOUR);
    expect(await sim.latest()).toMatchObject({ status, total: 100, amount_paid: 0 });
    await sim.advance(END + 24 * HOUR);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'active',
      pause_collection: null,
    });
    await sim.use(2);
    await sim.advance(at(2027, 3, 1) + HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'paid', total: 200 });
  });

  it('is held by auto_advance: false, and released', async () => {
    const sim = await Simulation.start(target, START);
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(1);
    await sim.advance(END);
    const { id } = await sim.latest();
    const held = await stripe.invoices.update(id, { auto_advance: false, metadata: { held: 'yes' } });
    expect(held).toMatchObject({
      auto_advance: false,
      automatically_finalizes_at: null,
      metadata: { held: 'yes' },
    });
    await sim.advance(END + 5 * HOUR);
    expect((await sim.latest()).status).toBe('draft');
    await sim.use(1, END - 10);
    const final = await stripe.invoices.finalizeInvoice(id, { auto_advance: true });
    expect(final).toMatchObject({ status: 'paid', total: 200 });
  });

  it('counts and takes the last, as the meter says', async () => {
    for (const [formula, expected] of [
      ['count', 3],
      ['last', 2],
      ['sum', 9],
    ] as const) {
      const sim = await Simulation.start(target, START, { formula });
      await sim.subscribe([await sim.price({ unit_amount: 100 })]);
      await sim.use(3);
      await sim.advance(START + 10);
      await sim.use(4);
      await sim.advance(START + 20);
      await sim.use(2);
      await sim.advance(END + HOUR);
      expect([formula, (await sim.latest()).total]).toEqual([formula, 100 * expected]);
    }
  });

  it('bills nothing for a negative total, and adds nothing to the balance', async () => {
    const sim = await Simulation.start(target, START);
    await sim.subscribe([await sim.price({ unit_amount: 100 })]);
    await sim.use(-5);
    await sim.advance(END + HOUR);
    const invoice = await sim.latest();
    expect(invoice).toMatchObject({ status: 'paid', total: 0, amount_due: 0 });
    expect(linesOf(invoice)).toEqual([['0 × Calls (at $1.00 / month)', 0, 0]]);
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ balance: 0 });
  });

  it('carries less than the least charge over to the next', async () => {
    const sim = await Simulation.start(target, START);
    await sim.subscribe([await sim.price({ unit_amount: 1 })]);
    await sim.use(49);
    await sim.advance(END + HOUR);
    expect(await sim.latest()).toMatchObject({
      status: 'paid',
      total: 49,
      amount_due: 0,
      ending_balance: 49,
    });
    await sim.use(1);
    await sim.advance(at(2027, 3, 1) + HOUR);
    expect(await sim.latest()).toMatchObject({
      total: 1,
      starting_balance: 49,
      amount_due: 50,
      ending_balance: 0,
    });
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ balance: 0 });
  });
});

describe('invoices', () => {
  it('.list.200 by status and subscription, .listLineItems.200, with references expanded', async () => {
    const sim = await Simulation.start(target, START);
    const [base, calls] = [await sim.seat(2000), await sim.price({ unit_amount: 10 })];
    const { id } = await sim.subscribe([base, calls]);
    await sim.advance(END);
    const [draft, first] = await sim.invoices();
    const ids = async (params: Stripe.InvoiceListParams): Promise<string[]> =>
      (await stripe.invoices.list(params)).data.map((invoice) => invoice.id);
    expect(await ids({ subscription: id })).toEqual([draft?.id, first?.id]);
    expect(await ids({ customer: sim.customer, status: 'draft' })).toEqual([draft?.id]);
    expect(await ids({ customer: sim.customer, limit: 1, starting_after: draft?.id ?? '' })).toEqual([
      first?.id,
    ]);
    const page = await stripe.invoices.listLineItems(draft?.id ?? '', {
      limit: 1,
      expand: ['data.pricing.price_details.price'],
    });
    expect(page).toMatchObject({
      has_more: true,
      data: [{ pricing: { price_details: { price: { id: base.id, object: 'price' } } } }],
    });
    const shown = await stripe.invoices.retrieve(draft?.id ?? '', {
      expand: ['customer', 'parent.subscription_details.subscription'],
    });
    expect(shown).toMatchObject({
      customer: { id: sim.customer },
      parent: { subscription_details: { subscription: { id } } },
    });
  });

  it('.404 and .400', async () => {
    expect(await refusal(stripe.invoices.retrieve('in_missing'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such invoice: 'in_missing'",
    });
    const unknown = { nonsense: 1 } as Stripe.InvoiceListParams;
    expect(await refusal(stripe.invoices.list(unknown))).toMatchObject({ code: 'parameter_unknown' });
    const sim = await Simulation.start(target, START);
    await sim.subscribe([await sim.seat(100)]);
    const { id } = await sim.latest();
    expect((await refusal(stripe.invoices.finalizeInvoice(id))).statusCode).toBe(400);
    expect((await refusal(stripe.invoices.update(id, { description: 'late' }))).code).toBe(
      'invoice_not_editable',
    );
  });
});
