import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, Simulation } from './billing-target.js';
import { openTarget, refusal, type Target } from './target.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

const linesOf = (invoice: Stripe.Invoice): [string | null, number | null, number][] =>
  invoice.lines.data.map((line) => [line.description, line.quantity, line.amount]);

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
    expect(types.toReversed()).toEqual(expected);
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

describe('what a period costs', () => {
  const tiers = [
    { up_to: 100, unit_amount_decimal: '0', flat_amount: 500 },
    { up_to: 200, unit_amount_decimal: '2.5' },
    { up_to: 'inf' as const, unit_amount: 1, flat_amount: 10 },
  ] as Stripe.PriceCreateParams.Tier[];
  const cases: [string, Partial<Stripe.PriceCreateParams>, number, [string, number, number][]][] = [
    [
      'standard with decimals, a half cent rounded up',
      { unit_amount_decimal: '0.05' as unknown as Stripe.Decimal },
      12_350,
      [['12350 × Calls (at $0.0005 / month)', 12_350, 618]],
    ],
    [
      'packages that are begun',
      { unit_amount: 1000, transform_quantity: { divide_by: 60, round: 'up' } },
      150,
      [['150 × Calls (at $10.00 per 60 / month)', 150, 3000]],
    ],
    [
      'graduated tiers, each rounded by itself',
      { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers },
      201,
      [
        ['100 × Calls (Tier 1 at $0.00 / month)', 100, 0],
        ['1 × Calls (Tier 1 flat fee)', 1, 500],
        ['100 × Calls (Tier 2 at $0.025 / month)', 100, 250],
        ['1 × Calls (Tier 3 at $0.01 / month)', 1, 1],
        ['1 × Calls (Tier 3 flat fee)', 1, 10],
      ],
    ],
    [
      'graduated tiers without use',
      { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers },
      0,
      [
        ['0 × Calls (Tier 1 at $0.00 / month)', 0, 0],
        ['1 × Calls (Tier 1 flat fee)', 1, 500],
      ],
    ],
    [
      'volume tiers',
      { billing_scheme: 'tiered', tiers_mode: 'volume', tiers },
      201,
      [
        ['201 × Calls (Tier 3 at $0.01 / month)', 201, 201],
        ['1 × Calls (Tier 3 flat fee)', 1, 10],
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, terms, quantity, expected) => {
    const sim = await Simulation.start(target, START);
    await sim.subscribe([await sim.price(terms)]);
    if (quantity > 0) await sim.use(quantity);
    await sim.advance(END + HOUR);
    const invoice = await sim.latest();
    expect(linesOf(invoice)).toEqual(expected);
    expect(invoice.total).toBe(expected.reduce((sum, [, , amount]) => sum + amount, 0));
    expect(invoice.subtotal).toBe(invoice.total);
  });

  it('a base fee ahead and the use behind', async () => {
    const sim = await Simulation.start(target, START);
    const [base, calls] = [await sim.seat(2000), await sim.price({ unit_amount: 10 })];
    const { id } = await sim.subscribe([{ price: base.id, quantity: 2 }, calls]);
    const first = await sim.latest();
    expect(first).toMatchObject({ status: 'paid', billing_reason: 'subscription_create', total: 4000 });
    expect(linesOf(first)).toEqual([['2 × Base (at $20.00 / month)', 2, 4000]]);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'active',
      latest_invoice: first.id,
    });
    await sim.use(7);
    await sim.advance(END + HOUR);
    const second = await sim.latest();
    expect(linesOf(second)).toEqual([
      ['2 × Base (at $20.00 / month)', 2, 4000],
      ['7 × Calls (at $0.10 / month)', 7, 70],
    ]);
    expect(second.lines.data.map((line) => line.period)).toEqual([
      { start: END, end: at(2027, 3, 1) },
      { start: START, end: END },
    ]);
  });

  it('a trial costs nothing, and what follows does', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })], { trial_period_days: 10 });
    await sim.use(50);
    await sim.advance(at(2027, 1, 11) + HOUR);
    const trial = await sim.latest();
    expect(trial).toMatchObject({ status: 'paid', total: 0 });
    expect(linesOf(trial)).toEqual([['50 × Calls (trial)', 50, 0]]);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
    await sim.use(3);
    await sim.advance(at(2027, 2, 11) + HOUR);
    expect((await sim.latest()).total).toBe(300);
  });
});

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
