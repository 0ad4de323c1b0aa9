import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, linesOf, Simulation } from '../../../packages/stripe-twin/test/support/billing-target.js';
import { openTarget, type Target } from '../../../packages/stripe-twin/test/support/target.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

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
