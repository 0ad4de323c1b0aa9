import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';
import { Receiver } from './support/receiver.js';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

let twin: TwinProcess;
let stripe: Stripe;
let receiver: Receiver;
let other: Receiver;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  await twin.command('reset');
  [receiver, other] = await Promise.all([Receiver.start(), Receiver.start()]);
});
afterEach(() => Promise.all([receiver.close(), other.close()]));
afterAll(() => twin.close());

/** Moves the twin's clock there, in seconds. */
const travelTo = (at: number) =>
  twin.command('settings', { clockOffsetMs: Math.round(at * 1_000 - Date.now()) });

const listen = ({ url }: Receiver, type: 'invoice.created' | 'invoice.paid' = 'invoice.created') =>
  stripe.webhookEndpoints.create({ url, enabled_events: [type] });

const attempts = async (count: number) =>
  until(
    () => twin.look<{ attempts: { outcome: string }[] }>('webhook-deliveries'),
    (seen) => seen.attempts.length >= count,
  );

/** Somebody whose first day ends then, in seconds. */
async function subscribed(): Promise<{ subscription: string; end: number }> {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 100,
    product_data: { name: 'Daily' },
    recurring: { interval: 'day', usage_type: 'metered', meter: meter.id },
  });
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const made = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  return { subscription: made.id, end: made.items.data[0]?.current_period_end ?? 0 };
}

/** The invoice of the first day. */
async function invoiceOf(subscription: string): Promise<Stripe.Invoice> {
  const { data } = await stripe.invoices.list({ subscription });
  const first = data.at(-1);
  if (!first) throw new Error('there is no invoice');
  return first;
}
const statusOf = async (subscription: string) => (await invoiceOf(subscription)).status;

it('the hour of a draft begins when invoice.created was answered', async () => {
  await twin.command('settings', { webhookRetryMs: [5 * MINUTE * 1_000] });
  receiver.answers = [500, 200];
  await listen(receiver);
  const { subscription, end } = await subscribed();
  await travelTo(end + MINUTE);
  await attempts(1);
  await travelTo(end + 46 * MINUTE);
  await attempts(2);
  await travelTo(end + 61 * MINUTE);
  const draft = await invoiceOf(subscription);
  expect(draft.status).toBe('draft');
  const finalizesAt = draft.automatically_finalizes_at ?? 0;
  expect(Math.abs(finalizesAt - (end + 46 * MINUTE + HOUR))).toBeLessThan(2 * MINUTE);
  await travelTo(finalizesAt + 1);
  expect(await statusOf(subscription)).toBe('paid');
});

it('every endpoint that asked for it is waited for, also over a restart', async () => {
  await twin.command('settings', { webhookRetryMs: [2 * HOUR * 1_000] });
  receiver.answers = [500, 200];
  await listen(receiver);
  await listen(other);
  const { subscription, end } = await subscribed();
  await travelTo(end + MINUTE);
  await attempts(2);
  await twin.restart();
  await travelTo(end + 90 * MINUTE);
  expect(await statusOf(subscription)).toBe('draft');
  await travelTo(end + 125 * MINUTE);
  await attempts(1);
  await travelTo(end + 184 * MINUTE);
  expect(await statusOf(subscription)).toBe('draft');
  await travelTo(end + 190 * MINUTE);
  expect(await statusOf(subscription)).toBe('paid');
});

it('without an answer it is final 72 hours after it was made', async () => {
  await twin.command('settings', { webhookRetryMs: [] });
  receiver.answers = [500];
  await listen(receiver);
  const { subscription, end } = await subscribed();
  await travelTo(end + MINUTE);
  await attempts(1);
  await travelTo(end + 3 * DAY - 1);
  expect(await statusOf(subscription)).toBe('draft');
  await travelTo(end + 3 * DAY + 1);
  expect(await statusOf(subscription)).toBe('paid');
});

it.each([
  ['whoever did not ask for it', () => listen(receiver, 'invoice.paid')],
  ['a draft that has a time of its own', () => listen(receiver)],
])('is not about %s', async (what, asked) => {
  receiver.answers = [500];
  await asked();
  const { subscription, end } = await subscribed();
  await travelTo(end + MINUTE);
  const { id } = await invoiceOf(subscription);
  if (what.startsWith('a draft')) {
    await stripe.invoices.update(id ?? '', { automatically_finalizes_at: end + HOUR });
  }
  await travelTo(end + HOUR - 10);
  expect(await statusOf(subscription)).toBe('draft');
  await travelTo(end + HOUR + 1);
  expect(await statusOf(subscription)).toBe('paid');
});

it('an endpoint that is deleted is not waited for', async () => {
  await twin.command('settings', { webhookRetryMs: [5 * MINUTE * 1_000] });
  receiver.answers = [500];
  const { id } = await listen(receiver);
  const { subscription, end } = await subscribed();
  await travelTo(end + MINUTE);
  await attempts(1);
  await stripe.webhookEndpoints.del(id);
  await travelTo(end + 10 * MINUTE);
  await until(
    () => twin.look<{ pending: object[] }>('webhook-deliveries'),
    ({ pending }) => pending.length === 0,
  );
  await travelTo(end + 72 * MINUTE);
  expect(await statusOf(subscription)).toBe('paid');
});
