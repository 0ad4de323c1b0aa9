import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, HOUR, Simulation } from './support/billing-target.js';
import { TwinProcess } from './support/twin-process.js';

const START = at(2027, 1, 1);
const END = at(2027, 2, 1);

let twin: TwinProcess;
let stripe: Stripe;
beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
afterAll(() => twin.close());

const typesOf = async (prefix: string): Promise<string[]> =>
  (await stripe.events.list({ limit: 100 })).data
    .map(({ type }) => type as string)
    .filter((type) => type.startsWith(prefix));

async function charged(): Promise<string> {
  const sim = await Simulation.start({ stripe }, START);
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(2);
  await sim.advance(END + HOUR);
  const { data } = await stripe.charges.list({ customer: sim.customer });
  return data[0]?.id ?? '';
}

it('opens and closes a dispute of a charge, with the events', async () => {
  const charge = await charged();
  const dispute = await twin.command('disputes', { charge });
  expect(dispute).toMatchObject({ object: 'dispute', charge, amount: 200, status: 'needs_response' });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true });
  expect(await twin.command('disputes', { charge, status: 'lost' })).toMatchObject({ status: 'lost' });
  expect(await typesOf('charge.dispute')).toEqual(['charge.dispute.closed', 'charge.dispute.created']);
  await expect(twin.command('disputes', { charge: 'ch_none' })).rejects.toThrow('404');
});

it('tells of money that went back to the card', async () => {
  const charge = await charged();
  await stripe.refunds.create({ charge, amount: 50 });
  expect(await typesOf('charge.refunded')).toEqual(['charge.refunded']);
});

it('deletes the draft of a subscription, as the dashboard can', async () => {
  const sim = await Simulation.start({ stripe }, START);
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(2);
  await sim.advance(END);
  await twin.command('deleted-drafts', { invoice: (await sim.latest()).id });
  expect(await sim.invoices()).toEqual([]);
  expect(await typesOf('invoice.deleted')).toEqual(['invoice.deleted']);
});
