import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, DAY, HOUR, Simulation } from './billing-target.js';
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
