import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, DAY, HOUR, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
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

async function drafted(): Promise<{ sim: Simulation; draft: Stripe.Invoice }> {
  const sim = await Simulation.start(target, START);
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(2);
  await sim.advance(END);
  return { sim, draft: await sim.latest() };
}

describe('a draft', () => {
  it('becomes final when automatically_finalizes_at says, and not before', async () => {
    const { sim, draft } = await drafted();
    const deadline = END + 3 * DAY;
    const held = await stripe.invoices.update(draft.id, { automatically_finalizes_at: deadline });
    expect(held).toMatchObject({
      status: 'draft',
      auto_advance: true,
      automatically_finalizes_at: deadline,
    });
    await sim.advance(deadline - 1);
    expect(await sim.latest()).toMatchObject({ status: 'draft', automatically_finalizes_at: deadline });
    await sim.advance(deadline);
    expect(await sim.latest()).toMatchObject({
      status: 'paid',
      automatically_finalizes_at: null,
      status_transitions: { finalized_at: deadline },
    });
  });

  it('that was held altogether gets a time of the grace period, from when it is released', async () => {
    const { sim, draft } = await drafted();
    await stripe.invoices.update(draft.id, { automatically_finalizes_at: END + 3 * DAY });
    const held = await stripe.invoices.update(draft.id, { auto_advance: false });
    expect(held).toMatchObject({ auto_advance: false, automatically_finalizes_at: null });
    await sim.advance(END + 5 * DAY);
    const released = await stripe.invoices.update(draft.id, { auto_advance: true });
    expect(released.automatically_finalizes_at).toBe(END + 5 * DAY + HOUR);
    await sim.advance(END + 5 * DAY + HOUR);
    expect((await sim.latest()).status).toBe('paid');
  });

  it('.400 for a time in the past, beyond 5 years, or without automatic advancement', async () => {
    const { draft } = await drafted();
    const refused = async (params: Stripe.InvoiceUpdateParams) =>
      (await refusal(stripe.invoices.update(draft.id, params))).statusCode;
    expect(await refused({ automatically_finalizes_at: END - 1 })).toBe(400);
    expect(await refused({ automatically_finalizes_at: at(2032, 2, 2) })).toBe(400);
    expect(await refused({ auto_advance: false, automatically_finalizes_at: END + DAY })).toBe(400);
    await stripe.invoices.update(draft.id, { automatically_finalizes_at: at(2032, 1, 31) });
  });
});

const unlocated = {
  statusCode: 400,
  code: 'customer_tax_location_invalid',
  // As mozilla/fxa#20458 quotes Stripe.
  message:
    "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
};
const BERLIN = { country: 'DE', postal_code: '10115' };

describe('automatic tax', () => {
  // An account in test mode that has not set up tax refuses all of this for a reason of its own.
  const located = async (): Promise<Simulation> => {
    const sim = await Simulation.start(target, START);
    await stripe.customers.update(sim.customer, { address: BERLIN });
    return sim;
  };

  it('.400 for a customer without an address, when a subscription is made or changed', async () => {
    if (target.live) return;
    const sim = await Simulation.start(target, START);
    const price = await sim.price({ unit_amount: 100 });
    const wanted = { automatic_tax: { enabled: true } };
    expect(await refusal(sim.subscribe([price], wanted))).toMatchObject(unlocated);
    const { id } = await sim.subscribe([price]);
    expect(await refusal(stripe.subscriptions.update(id, wanted))).toMatchObject(unlocated);
    await stripe.customers.update(sim.customer, { address: { country: 'US' } });
    expect(await refusal(stripe.subscriptions.update(id, wanted))).toMatchObject(unlocated);
    await stripe.customers.update(sim.customer, { address: BERLIN });
    expect(await stripe.subscriptions.update(id, wanted)).toMatchObject({ automatic_tax: { enabled: true } });
  });

  it('shows on the invoice', async () => {
    if (target.live) return;
    const sim = await located();
    await sim.subscribe([await sim.price({ unit_amount: 100 })], { automatic_tax: { enabled: true } });
    await sim.use(2);
    await sim.advance(END);
    expect((await sim.latest()).automatic_tax).toMatchObject({ enabled: true, status: 'complete' });
    await sim.advance(END + HOUR);
    expect(await sim.latest()).toMatchObject({ status: 'paid', total: 200 });
  });

  it('is switched off by a finalization without an address, on the subscription too', async () => {
    if (target.live) return;
    // "invoices for a subscription continue to finalize automatically but without calculating taxes"
    const sim = await located();
    const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })], {
      automatic_tax: { enabled: true },
    });
    await stripe.customers.update(sim.customer, { address: '' });
    await sim.use(2);
    await sim.advance(END);
    expect((await sim.latest()).automatic_tax).toMatchObject({ status: 'requires_location_inputs' });
    await sim.advance(END + HOUR);
    expect(await sim.latest()).toMatchObject({
      status: 'paid',
      automatic_tax: { enabled: false, disabled_reason: 'finalization_requires_location_inputs' },
    });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      automatic_tax: { enabled: false, disabled_reason: 'requires_location_inputs' },
    });
  });

  it('.400 for a finalization that is asked for; the draft says why', async () => {
    if (target.live) return;
    const sim = await located();
    await sim.subscribe([await sim.price({ unit_amount: 100 })], { automatic_tax: { enabled: true } });
    await sim.use(2);
    await sim.advance(END);
    await stripe.customers.update(sim.customer, { address: '' });
    const { id } = await sim.latest();
    expect(await refusal(stripe.invoices.finalizeInvoice(id))).toMatchObject(unlocated);
    expect(await sim.latest()).toMatchObject({
      status: 'draft',
      last_finalization_error: { code: 'customer_tax_location_invalid' },
    });
    const { data } = await stripe.events.list({ type: 'invoice.finalization_failed' });
    expect(data[0]?.data.object).toMatchObject({ id });
    await stripe.customers.update(sim.customer, { address: BERLIN });
    const final = await stripe.invoices.finalizeInvoice(id, { auto_advance: true });
    expect(final).toMatchObject({ status: 'paid', last_finalization_error: null });
  });
});
