import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, DAY, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 4, 1);
/** 15 of the 30 days of April are over. */
const MIDDLE = at(2027, 4, 16);
const END = at(2027, 5, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

const amounts = async (sim: Simulation): Promise<number[]> => {
  const { data } = await stripe.invoiceItems.list({ customer: sim.customer, pending: true });
  return data.map(({ amount }) => amount).toSorted((a, b) => a - b);
};

// Flexible: "these prorations use the original debited amount instead of current subscription values"; classic:
// "based on the value of the subscription item's current price, tax, quantity" (billing-mode/compare).
describe('a credit of what was paid ahead', () => {
  it.each([
    ['flexible' as const, [-500, 1000]],
    ['classic' as const, [-1500, 1000]],
  ])('after seats that were added without prorations, in the %s mode', async (type, expected) => {
    const sim = await Simulation.start(target, START);
    const seat = await sim.seat(1000);
    const subscription = await sim.subscribe([seat], { billing_mode: { type } });
    const id = subscription.items.data[0]?.id ?? '';
    await sim.advance(START + DAY);
    await stripe.subscriptionItems.update(id, { quantity: 3, proration_behavior: 'none' });
    await sim.advance(MIDDLE);
    await stripe.subscriptionItems.update(id, { quantity: 2 });
    expect(await amounts(sim)).toEqual(expected);
  });

  it('is of each debit by itself, and of everything once', async () => {
    const sim = await Simulation.start(target, START);
    const seat = await sim.seat(1000);
    const subscription = await sim.subscribe([seat]);
    const id = subscription.items.data[0]?.id ?? '';
    await sim.advance(START + 10 * DAY);
    await stripe.subscriptionItems.update(id, { quantity: 2 });
    await sim.advance(START + 20 * DAY);
    await stripe.subscriptionItems.update(id, { quantity: 1 });
    // 667 back and 1333 for twenty days; half of that back, and 333 for ten.
    expect(await amounts(sim)).toEqual([-667, -667, 333, 1333]);
    await sim.advance(END + HOUR);
    expect((await sim.latest()).total).toBe(1332);
  });

  it('comes with a cancellation in the middle of a period, unless it is without prorations', async () => {
    // "If set to a date before the current period has ended, this will cause a proration if prorations have been enabled"
    for (const [behavior, total] of [
      ['create_prorations', -500],
      ['none', null],
    ] as const) {
      const sim = await Simulation.start(target, START);
      const { id } = await sim.subscribe([await sim.seat(1000)]);
      await stripe.subscriptions.update(id, { cancel_at: MIDDLE, proration_behavior: behavior });
      await sim.advance(MIDDLE + HOUR);
      expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
      const invoices = await sim.invoices();
      expect(invoices.map((invoice) => invoice.total)).toEqual(total === null ? [1000] : [total, 1000]);
    }
  });
});

describe('an invoice made by hand', () => {
  it('takes what is pending when asked to, is added to, and charged', async () => {
    const sim = await Simulation.start(target, START);
    const item = { customer: sim.customer, currency: 'usd' };
    await stripe.invoiceItems.create({ ...item, amount: 300 });
    const empty = await stripe.invoices.create({ customer: sim.customer, currency: 'usd' });
    expect(empty).toMatchObject({ status: 'draft', billing_reason: 'manual', total: 0, auto_advance: false });
    const { id } = await stripe.invoices.create({
      customer: sim.customer,
      pending_invoice_items_behavior: 'include',
      metadata: { why: 'late' },
    });
    await stripe.invoiceItems.create({ customer: sim.customer, invoice: id, currency: 'usd', amount: 200 });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ total: 500, metadata: { why: 'late' } });
    expect(await stripe.invoices.pay(id)).toMatchObject({ status: 'paid', amount_paid: 500 });
  });

  it('is deleted as a draft, and what was pending is pending again; never that of a subscription', async () => {
    const sim = await Simulation.start(target, START);
    await stripe.invoiceItems.create({ customer: sim.customer, currency: 'usd', amount: 300 });
    const { id } = await stripe.invoices.create({
      customer: sim.customer,
      pending_invoice_items_behavior: 'include',
    });
    expect(await stripe.invoices.del(id)).toMatchObject({ id, deleted: true });
    expect(await refusal(stripe.invoices.retrieve(id))).toMatchObject({ statusCode: 404 });
    expect(await amounts(sim)).toEqual([300]);
    await sim.subscribe([await sim.seat(1000)]);
    await sim.advance(END);
    expect(await refusal(stripe.invoices.del((await sim.latest()).id))).toMatchObject({ statusCode: 400 });
  });
});

it('announces the next invoice days before it is made', async () => {
  const sim = await Simulation.start(target, START);
  const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(3);
  await sim.advance(END - 7 * DAY - 1);
  const announced = async (): Promise<Stripe.Invoice[]> => {
    const { data } = await stripe.events.list({ type: 'invoice.upcoming', limit: 100 });
    return data
      .map((event) => event.data.object as Stripe.Invoice)
      .filter((invoice) => invoice.parent?.subscription_details?.subscription === id);
  };
  if (!target.live) expect(await announced()).toEqual([]);
  await sim.advance(END - HOUR);
  expect(await announced()).toMatchObject([{ total: 300, period_end: END, customer: sim.customer }]);
});
