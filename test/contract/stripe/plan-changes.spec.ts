import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, dateOf, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, raw, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
/** 15 days of January are over, 16 are left. */
const MIDDLE = at(2027, 1, 16);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

function itemOf(subscription: Stripe.Subscription, price: Stripe.Price): string {
  const item = subscription.items.data.find((candidate) => candidate.price.id === price.id);
  if (!item) throw new Error('No such item');
  return item.id;
}

const amountsOf = (invoice: Stripe.Invoice): [string | null, number][] =>
  invoice.lines.data.map((line) => [line.description, line.amount]);

describe('a metered price that goes in the middle of a period', () => {
  async function changed(params: Partial<Stripe.SubscriptionUpdateParams> = {}, mode = 'flexible') {
    const sim = await Simulation.start(target, START);
    const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })];
    const subscription = await sim.subscribe([old], { billing_mode: { type: mode as 'flexible' } });
    await sim.advance(MIDDLE - 1);
    await sim.use(5);
    await sim.advance(MIDDLE);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription, old), price: other.id }],
      ...params,
    });
    expect(updated.items.data[0]).toMatchObject({ price: { id: other.id }, current_period_start: START });
    await sim.use(2);
    return { sim, subscription };
  }

  it('is billed up to then, and the new one from then on', async () => {
    const { sim, subscription } = await changed();
    const { data } = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
    expect(data).toMatchObject([
      {
        amount: 500,
        quantity: 5,
        proration: true,
        period: { start: START, end: MIDDLE },
        parent: { subscription_details: { subscription: subscription.id } },
      },
    ]);
    await sim.advance(END + HOUR);
    expect(amountsOf(await sim.latest())).toEqual([
      ['5 × Calls (used before 16 Jan 2027)', 500],
      ['2 × Calls (at $3.00 / month)', 600],
    ]);
    expect((await stripe.invoiceItems.list({ customer: sim.customer, pending: true })).data).toEqual([]);
  });

  it('is billed at once with always_invoice', async () => {
    const { sim } = await changed({ proration_behavior: 'always_invoice' });
    expect(await sim.latest()).toMatchObject({
      status: 'paid',
      total: 500,
      billing_reason: 'subscription_update',
    });
    await sim.advance(END + HOUR);
    expect((await sim.latest()).total).toBe(600);
  });

  it.each([
    ['without prorations', { proration_behavior: 'none' as const }, 'flexible'],
    ['in the classic billing mode', {}, 'classic'],
  ])('is not billed %s', async (_name, params, mode) => {
    const { sim } = await changed(params, mode);
    await sim.advance(END + HOUR);
    expect(amountsOf(await sim.latest())).toEqual([['2 × Calls (at $3.00 / month)', 600]]);
  });
});

describe('subscriptions.migrate', () => {
  it('.200 makes a classic subscription flexible, and its usage is billed at a change', async () => {
    const sim = await Simulation.start(target, START);
    const [old, other] = [await sim.price({ unit_amount: 100 }), await sim.price({ unit_amount: 300 })];
    const subscription = await sim.subscribe([old], { billing_mode: { type: 'classic' } });
    expect(subscription.billing_mode).toMatchObject({ type: 'classic' });
    await sim.use(5);
    await sim.advance(MIDDLE);
    const flexible = await stripe.subscriptions.migrate(subscription.id, {
      billing_mode: { type: 'flexible' },
    });
    expect(flexible.billing_mode).toMatchObject({ type: 'flexible', updated_at: MIDDLE });
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription, old), price: other.id }],
    });
    await sim.advance(END + HOUR);
    expect((await sim.latest()).total).toBe(500);
    const again = stripe.subscriptions.migrate(subscription.id, { billing_mode: { type: 'flexible' } });
    expect(await refusal(again)).toMatchObject({ statusCode: 400 });
  });

  it('is what requests of versions before 2025-09-30 need: they make classic ones', async () => {
    const sim = await Simulation.start(target, START);
    const price = await sim.price({ unit_amount: 100 });
    const form = `customer=${sim.customer}&items[0][price]=${price.id}`;
    const headers = { 'stripe-version': '2025-07-30.basil' };
    const { body } = await raw(target, 'POST', '/v1/subscriptions', { form, headers });
    const made = await stripe.subscriptions.retrieve(body.id ?? '');
    expect(made.billing_mode.type).toBe('classic');
  });
});

describe('what is paid ahead', () => {
  async function upgraded(behavior: 'none' | 'create_prorations' | 'always_invoice') {
    const sim = await Simulation.start(target, START);
    const [small, large] = [await sim.seat(1000), await sim.seat(2000)];
    const subscription = await sim.subscribe([small]);
    await sim.advance(MIDDLE);
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription, small), price: large.id }],
      proration_behavior: behavior,
    });
    return { sim, subscription, large };
  }

  it('is credited and charged anew with the next invoice', async () => {
    const { sim } = await upgraded('create_prorations');
    expect(await sim.invoices()).toHaveLength(1);
    await sim.advance(END + HOUR);
    const invoice = await sim.latest();
    // 16 of 31 days: 516.13 and 1032.26 cents.
    expect(amountsOf(invoice)).toEqual([
      ['Unused time on 1 × Base after 16 Jan 2027', -516],
      ['Remaining time on 1 × Base after 16 Jan 2027', 1032],
      ['1 × Base (at $20.00 / month)', 2000],
    ]);
    expect(invoice.total).toBe(2516);
    expect(invoice.lines.data[0]).toMatchObject({
      period: { start: MIDDLE, end: END },
      parent: { subscription_item_details: { proration: true, invoice_item: expect.stringMatching(/^ii_/) } },
    });
  });

  it('at once with always_invoice, and not at all with none', async () => {
    const { sim, subscription } = await upgraded('always_invoice');
    const invoice = await sim.latest();
    expect(invoice).toMatchObject({ status: 'paid', total: 516, billing_reason: 'subscription_update' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).latest_invoice).toBe(invoice.id);
    const { sim: other } = await upgraded('none');
    await other.advance(END + HOUR);
    expect((await other.latest()).total).toBe(2000);
  });

  it('leaves a credit when it is less', async () => {
    const sim = await Simulation.start(target, START);
    const base = await sim.seat(3100);
    const subscription = await sim.subscribe([{ price: base.id, quantity: 3 }]);
    await sim.advance(MIDDLE);
    await stripe.subscriptionItems.update(itemOf(subscription, base), {
      quantity: 1,
      proration_behavior: 'always_invoice',
    });
    // Three for 16 days back, one charged.
    expect(await sim.latest()).toMatchObject({
      status: 'paid',
      total: -3200,
      amount_due: 0,
      ending_balance: -3200,
    });
    expect(await stripe.customers.retrieve(sim.customer)).toMatchObject({ balance: -3200 });
    await sim.advance(END + HOUR);
    expect(await sim.latest()).toMatchObject({ total: 3100, amount_due: 0, ending_balance: -100 });
  });

  async function yearly(mode: 'flexible' | 'classic', params: Partial<Stripe.SubscriptionUpdateParams> = {}) {
    const sim = await Simulation.start(target, START);
    const [monthly, calls] = [await sim.seat(3100), await sim.price({ unit_amount: 100 })];
    const year = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 30_000,
      product_data: { name: 'Year' },
      recurring: { interval: 'year' },
    });
    const yearlyCalls = await sim.price({ unit_amount: 200, recurring: { interval: 'year' } });
    const subscription = await sim.subscribe([monthly, calls], { billing_mode: { type: mode } });
    await sim.use(4);
    await sim.advance(MIDDLE);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [
        { id: itemOf(subscription, monthly), price: year.id },
        { id: itemOf(subscription, calls), price: yearlyCalls.id },
      ],
      ...params,
    });
    return { sim, updated };
  }

  // "Flexible billing mode only resets your billing cycle anchor … when you explicitly set `billing_cycle_anchor`"
  // (docs.stripe.com/billing/subscriptions/billing-mode/compare).
  it('keeps its cycle when the interval changes: all of it waits for the end of the year', async () => {
    const { sim, updated } = await yearly('flexible');
    expect(updated.billing_cycle_anchor).toBe(START);
    expect(dateOf(updated.items.data[0]?.current_period_end ?? 0)).toBe('2028-01-01');
    expect(await sim.invoices()).toHaveLength(1);
    const { data } = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
    // 350 of 365 days of the year.
    expect(data.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual([-1600, 400, 28_767]);
  });

  it.each([
    [
      'with billing_cycle_anchor now',
      'flexible' as const,
      { billing_cycle_anchor: { type: 'now' as const } },
    ],
    ['in the classic billing mode', 'classic' as const, {}],
  ])('begins a new cycle when the interval changes %s, invoiced at once', async (_name, mode, params) => {
    const { sim, updated } = await yearly(mode, params);
    expect(updated.billing_cycle_anchor).toBe(MIDDLE);
    expect(dateOf(updated.items.data[0]?.current_period_end ?? 0)).toBe('2028-01-16');
    expect(amountsOf(await sim.latest())).toEqual([
      ['Unused time on 1 × Base after 16 Jan 2027', -1600],
      // "Usage from January 1 to January 16 isn't billed" in the classic mode (manage-billing).
      ...(mode === 'flexible' ? [['4 × Calls (used before 16 Jan 2027)', 400]] : []),
      ['1 × Year (at $300.00 / year)', 30_000],
    ]);
  });

  it('.400 for an anchor that is a word, as versions before this one had it', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.seat(3100)]);
    const change = { form: 'billing_cycle_anchor=now' };
    const path = `/v1/subscriptions/${id}`;
    const version = (date: string) => ({ headers: { 'stripe-version': date } });
    const refused = await raw(target, 'POST', path, { ...change, ...version('2026-10-28.endive') });
    expect(refused.status).toBe(400);
    const taken = await raw(target, 'POST', path, { ...change, ...version('2025-09-30.clover') });
    expect(taken.status).toBe(200);
  });

  it('is for a shorter time when the cycle is anchored later', async () => {
    const sim = await Simulation.start(target, MIDDLE);
    await sim.subscribe([await sim.seat(3100)], { billing_cycle_anchor: END });
    expect((await sim.latest()).total).toBe(1600);
    const free = await Simulation.start(target, MIDDLE);
    await free.subscribe([await free.seat(3100)], { billing_cycle_anchor: END, proration_behavior: 'none' });
    expect(await free.invoices()).toEqual([]);
    await free.advance(END + HOUR);
    expect((await free.latest()).total).toBe(3100);
  });
});

describe('a subscription that ends', () => {
  it('at the end of the period bills what was used', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.seat(1000), await sim.price({ unit_amount: 100 })]);
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await sim.use(3);
    await sim.advance(END + HOUR);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled', ended_at: END });
    expect(await sim.latest()).toMatchObject({ status: 'paid', total: 300 });
    await sim.advance(at(2027, 3, 2));
    expect(await sim.invoices()).toHaveLength(2);
  });

  it('now, bills what was used with invoice_now, and gives back with prorate', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.seat(3100), await sim.price({ unit_amount: 1000 })]);
    await sim.use(3);
    await sim.advance(MIDDLE);
    await stripe.subscriptions.cancel(id, { invoice_now: true, prorate: true });
    const invoice = await sim.latest();
    expect(amountsOf(invoice)).toEqual([
      ['Unused time on 1 × Base after 16 Jan 2027', -1600],
      ['3 × Calls (at $10.00 / month)', 3000],
    ]);
    expect(invoice.lines.data[1]?.period).toEqual({ start: START, end: MIDDLE });
    await sim.advance(MIDDLE + HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'paid', amount_paid: 1400 });
  });

  it('now, without invoice_now, loses what was used', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 1000 })]);
    await sim.use(3);
    await sim.advance(MIDDLE);
    await stripe.subscriptions.cancel(id);
    await sim.advance(END + HOUR);
    expect(await sim.invoices()).toEqual([]);
  });
});

describe('invoices.createPreview', () => {
  it('.200 of what would come, and nothing is stored', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.seat(1000), await sim.price({ unit_amount: 100 })]);
    await sim.use(7);
    const preview = await stripe.invoices.createPreview({ subscription: id });
    expect(preview).toMatchObject({
      object: 'invoice',
      billing_reason: 'upcoming',
      status: 'draft',
      customer: sim.customer,
      total: 1700,
      amount_due: 1700,
      period_start: START,
      period_end: END,
      next_payment_attempt: END + HOUR,
    });
    expect(preview.id).toMatch(/^upcoming_in_/);
    expect(await sim.invoices()).toHaveLength(1);
    await sim.advance(END + HOUR);
    expect((await sim.latest()).total).toBe(1700);
  });

  it('.200 of a change is what the change costs', async () => {
    const sim = await Simulation.start(target, START);
    const [small, large, calls] = [
      await sim.seat(1000),
      await sim.seat(2000),
      await sim.price({ unit_amount: 100 }),
    ];
    const subscription = await sim.subscribe([small, calls]);
    await sim.use(7);
    await sim.advance(MIDDLE);
    const items = [{ id: itemOf(subscription, small), price: large.id }];
    const { id } = subscription;
    const preview = await stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { items },
    });
    expect(preview.total).toBe(-516 + 1032 + 2000 + 700);
    const now = await stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { items, proration_behavior: 'always_invoice', proration_date: MIDDLE },
    });
    expect(now).toMatchObject({ total: 516, period_end: MIDDLE });
    expect((await stripe.invoiceItems.list({ customer: sim.customer })).data).toEqual([]);
    const elsewhen = { items, proration_date: END + 1 };
    expect(await refusal(stripe.subscriptions.update(id, elsewhen))).toMatchObject({
      param: 'proration_date',
    });
    await stripe.subscriptions.update(id, { items });
    await sim.advance(END);
    expect((await sim.latest()).total).toBe(preview.total);
  });

  it('.200 of an end, now and at the end of the period', async () => {
    const sim = await Simulation.start(target, START);
    const { id } = await sim.subscribe([await sim.seat(3100), await sim.price({ unit_amount: 1000 })]);
    await sim.use(3);
    await sim.advance(MIDDLE);
    const ending = async (details: Stripe.InvoiceCreatePreviewParams.SubscriptionDetails): Promise<number> =>
      (await stripe.invoices.createPreview({ subscription: id, subscription_details: details })).total;
    expect(await ending({ cancel_now: true })).toBe(3000 - 1600);
    expect(await ending({ cancel_now: true, proration_behavior: 'none' })).toBe(3000);
    expect(await ending({ cancel_at_period_end: true })).toBe(3000);
    await stripe.subscriptions.cancel(id);
    const gone = await refusal(stripe.invoices.createPreview({ subscription: id }));
    expect(gone).toMatchObject({ code: 'invoice_upcoming_none' });
  });

  it('.200 of a subscription that is not there yet; .404 of none', async () => {
    const sim = await Simulation.start(target, START);
    const base = await sim.seat(1000);
    const preview = await stripe.invoices.createPreview({
      customer: sim.customer,
      subscription_details: { items: [{ price: base.id, quantity: 2 }] },
    });
    expect(preview.total).toBe(2000);
    const none = await refusal(stripe.invoices.createPreview({ customer: sim.customer }));
    expect(none).toMatchObject({ code: 'invoice_upcoming_none' });
  });
});
