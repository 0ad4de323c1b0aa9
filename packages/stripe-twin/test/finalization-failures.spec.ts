import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, Simulation } from './support/billing-target.js';
import { refusal } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let twin: TwinProcess;
let stripe: Stripe;
beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
afterEach(() =>
  twin.command('settings', { taxPercent: 0, finalizesWithoutTax: true, finalizationRetryHours: null }),
);
afterAll(() => twin.close());

async function drafted(): Promise<Simulation> {
  const sim = await Simulation.start({ stripe }, START);
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(2);
  await sim.advance(END);
  return sim;
}

it('fails as often as it was told, and leaves the draft', async () => {
  const sim = await drafted();
  const { id } = await sim.latest();
  await twin.command('finalization-failures', { customer: sim.customer, times: 2, code: 'tax_id_invalid' });
  await sim.advance(END + 24 * HOUR);
  expect(await sim.latest()).toMatchObject({
    status: 'draft',
    auto_advance: true,
    automatically_finalizes_at: null,
    last_finalization_error: { code: 'tax_id_invalid' },
  });
  expect((await refusal(stripe.invoices.finalizeInvoice(id))).code).toBe('tax_id_invalid');
  expect((await stripe.invoices.finalizeInvoice(id)).status).toBe('paid');
});

it('tries again where the setting says so', async () => {
  const sim = await drafted();
  await twin.command('settings', { finalizationRetryHours: 2 });
  await twin.command('finalization-failures', { invoice: (await sim.latest()).id });
  await sim.advance(END + HOUR);
  expect((await sim.latest()).status).toBe('draft');
  await sim.advance(END + 3 * HOUR);
  expect((await sim.latest()).status).toBe('paid');
});

it('fails without an address where it may not go on without tax', async () => {
  await twin.command('settings', { finalizesWithoutTax: false });
  const sim = await Simulation.start({ stripe }, START);
  await stripe.customers.update(sim.customer, { address: { country: 'DE' } });
  await sim.subscribe([await sim.price({ unit_amount: 100 })], { automatic_tax: { enabled: true } });
  await stripe.customers.update(sim.customer, { address: '' });
  await sim.use(2);
  await sim.advance(END + HOUR);
  expect(await sim.latest()).toMatchObject({
    status: 'draft',
    automatic_tax: { enabled: true, status: 'requires_location_inputs' },
    last_finalization_error: { code: 'customer_tax_location_invalid' },
  });
});

it('adds the tax that the setting says, line by line', async () => {
  await twin.command('settings', { taxPercent: 19 });
  const sim = await Simulation.start({ stripe }, START);
  await stripe.customers.update(sim.customer, { address: { country: 'DE' } });
  await sim.subscribe([await sim.price({ unit_amount: 333 })], { automatic_tax: { enabled: true } });
  await sim.use(1);
  await sim.advance(END + HOUR);
  // 19 % of 3.33 are 63.27 cents.
  expect(await sim.latest()).toMatchObject({
    status: 'paid',
    subtotal: 333,
    total: 396,
    amount_paid: 396,
    total_taxes: [{ amount: 63, taxable_amount: 333 }],
    lines: { data: [{ amount: 333, taxes: [{ amount: 63 }] }] },
  });
});
