import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { at, HOUR, Simulation } from './support/billing-target.js';
import { until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';
import { Receiver } from './support/receiver.js';

let twin: TwinProcess;
let stripe: Stripe;
let receiver: Receiver;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
  receiver = await Receiver.start();
});
afterEach(() => receiver.close());
afterAll(() => twin.close());

interface Sent {
  type: string;
  data: { object: { id: string; created: number } };
}

const sent = (): Sent[] => receiver.received.map(({ body }) => JSON.parse(body.toString()) as Sent);

it('webhooks of one moment are sent before the next moment comes', async () => {
  const sim = await Simulation.start({ stripe }, at(2027, 1, 1));
  await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(1);
  await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['invoice.created', 'invoice.paid', 'test_helpers.test_clock.ready'],
  });
  await sim.advance(at(2027, 3, 1));
  await until(sent, (events) => events.length === 4);
  expect(sent().map(({ type }) => type)).toEqual([
    'invoice.created',
    'invoice.paid',
    'invoice.created',
    'test_helpers.test_clock.ready',
  ]);
});

it('a clock that was advancing when the twin was killed goes on', async () => {
  const sim = await Simulation.start({ stripe }, at(2027, 1, 1));
  await sim.subscribe([await sim.price({ unit_amount: 100, recurring: { interval: 'day' } })]);
  receiver.silent = true;
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['invoice.created'] });
  const to = at(2027, 1, 3);
  await stripe.testHelpers.testClocks.advance(sim.clock, { frozen_time: to });
  // The first webhook is not answered, so the clock stands at the end of the first day.
  await until(
    () => receiver.received.length,
    (count) => count === 1,
  );
  const stopped = await stripe.testHelpers.testClocks.retrieve(sim.clock);
  expect(stopped).toMatchObject({ status: 'advancing', frozen_time: at(2027, 1, 2) });
  receiver.silent = false;
  await twin.restart();
  const ended = await until(
    () => stripe.testHelpers.testClocks.retrieve(sim.clock),
    ({ status }) => status !== 'advancing',
  );
  expect(ended).toMatchObject({ status: 'ready', frozen_time: to });
  const invoices = await sim.invoices();
  expect(invoices.map(({ status }) => status)).toEqual(['draft', 'paid']);
});

it('the twin’s own time bills too, when it is moved and when it passes', async () => {
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 100,
    product_data: { name: 'Calls' },
    recurring: { interval: 'day', usage_type: 'metered', meter: meter.id },
  });
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  await stripe.billing.meterEvents.create({
    event_name: 'calls',
    payload: { stripe_customer_id: customer.id, value: '3' },
  });
  await twin.command('settings', { clockOffsetMs: 25.5 * HOUR * 1000 });
  const { data } = await stripe.invoices.list({ customer: customer.id });
  expect(data).toMatchObject([{ status: 'paid', total: 300, test_clock: null }]);
});

it('what becomes of a subscription that is not paid is a setting', async () => {
  await twin.command('settings', { paymentRetryDays: [1], afterPaymentRetries: 'unpaid' });
  const sim = await Simulation.start({ stripe }, at(2027, 1, 1), { card: 'pm_card_chargeCustomerFail' });
  const { id } = await sim.subscribe([await sim.price({ unit_amount: 100 })]);
  await sim.use(1);
  await sim.advance(at(2027, 2, 4));
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('unpaid');
  expect(await sim.latest()).toMatchObject({ status: 'open', attempt_count: 2, auto_advance: false });
  // While it is unpaid, its invoices stay drafts.
  await sim.advance(at(2027, 3, 2));
  expect(await sim.latest()).toMatchObject({ status: 'draft', auto_advance: false });
});

it('thirteen months of twenty customers, to the cent', async () => {
  const first = await Simulation.start({ stripe }, at(2027, 1, 1));
  const price = await first.price({
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: [
      { up_to: 10, unit_amount: 0 },
      { up_to: 'inf', unit_amount: 7 },
    ],
  });
  const customers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { id } = await stripe.customers.create({
        test_clock: first.clock,
        payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' },
      });
      await stripe.subscriptions.create({ customer: id, items: [{ price: price.id }] });
      return id;
    }),
  );
  for (let month = 1; month <= 13; month++) {
    for (let part = 0; part < 4; part++) {
      await Promise.all(
        customers.map((customer, index) =>
          stripe.billing.meterEvents.create({
            event_name: first.meter.event_name,
            timestamp: at(2027, month, 1) + part * HOUR,
            payload: { stripe_customer_id: customer, value: String(index) },
          }),
        ),
      );
      await first.advance(at(2027, month, 1) + (part + 1) * HOUR);
    }
    await first.advance(at(2027, month + 1, 1));
  }
  await first.advance(at(2028, 2, 1) + HOUR);
  const totals = new Map<string, number[]>();
  for await (const { customer, total, status } of stripe.invoices.list({ limit: 100 })) {
    expect(status).toBe('paid');
    totals.set(String(customer), [...(totals.get(String(customer)) ?? []), total]);
  }
  for (const [index, customer] of customers.entries()) {
    const due = Math.max(0, 4 * index - 10) * 7;
    expect(totals.get(customer)).toEqual(Array.from({ length: 13 }, () => due));
  }
});
