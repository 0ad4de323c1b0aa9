import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Stripe } from 'stripe';
import { until } from './support/target.js';
import { TwinProcess } from './support/twin-process.js';
import { Receiver } from './support/receiver.js';

const ERRORS = 'v1.billing.meter.error_report_triggered';

let twin: TwinProcess;
let stripe: Stripe;
let receiver: Receiver;
let meter: Stripe.Billing.Meter;
let customer: Stripe.Customer;

beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
});
beforeEach(async () => {
  receiver = await Receiver.start();
  await twin.command('reset');
  meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  customer = await stripe.customers.create();
});
afterEach(() => receiver.close());
afterAll(() => twin.close());

async function listen(enabled_events: string[] = [ERRORS]): Promise<{ id: string; secret: string }> {
  const { id, webhook_endpoint } = await stripe.v2.core.eventDestinations.create({
    name: 'Thin',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events,
    webhook_endpoint: { url: receiver.url },
    include: ['webhook_endpoint.signing_secret'],
  });
  return { id, secret: String(webhook_endpoint?.signing_secret) };
}

const use = (identifier: string) =>
  stripe.billing.meterEvents.create({
    event_name: 'calls',
    identifier,
    payload: { stripe_customer_id: customer.id, value: '1' },
  });
const arrived = (count: number) =>
  until(
    () => receiver.received.length,
    (length) => length >= count,
  );
const settled = () =>
  until(
    () => twin.look<{ pending: object[] }>('webhook-deliveries'),
    ({ pending }) => pending.length === 0,
  );

it.each([
  ['as it comes in', { times: 1 }],
  ['later', { identifier: 'one' }],
])('a meter event rejected %s is told of, signed for parseEventNotification', async (when, order) => {
  const { secret } = await listen();
  if (when === 'later') await use('one');
  await twin.command('meter-events/reject', order);
  if (when !== 'later') await use('one');
  await arrived(1);
  const [request] = receiver.received;
  if (!request) throw new Error('nothing arrived');
  const { body, signature } = request;
  const notification = stripe.parseEventNotification(body, signature, secret);
  expect(notification).toMatchObject({
    type: ERRORS,
    livemode: false,
    related_object: { id: meter.id, type: 'billing.meter', url: `/v1/billing/meters/${meter.id}` },
  });
  expect(notification).not.toHaveProperty('data');
  expect(() => stripe.parseEventNotification(body, signature, 'whsec_other')).toThrow();
  expect(() => stripe.webhooks.constructEvent(body, signature, secret)).toThrow();
  if (notification.type !== ERRORS) throw new Error(notification.type);
  const { data } = await notification.fetchEvent();
  expect(data.reason.error_types[0]?.sample_errors[0]?.request).toEqual({ identifier: 'one' });
  expect(await notification.fetchRelatedObject()).toMatchObject({ id: meter.id, event_name: 'calls' });
});

it('goes to no webhook endpoint, to no destination that does not name it, and to none that is disabled', async () => {
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  await listen(['v1.billing.meter.no_meter_found']);
  const { id } = await listen();
  await stripe.v2.core.eventDestinations.disable(id);
  await use('one');
  await twin.command('meter-events/reject', { identifier: 'one' });
  await settled();
  expect(receiver.received).toEqual([]);
  await stripe.v2.core.eventDestinations.enable(id);
  await use('two');
  await twin.command('meter-events/reject', { identifier: 'two' });
  await arrived(1);
  await settled();
  expect(receiver.received).toHaveLength(1);
});

it('is sent to an address that was changed, and snapshot events are not', async () => {
  const { id, secret } = await listen();
  const other = await Receiver.start();
  try {
    await stripe.v2.core.eventDestinations.update(id, { webhook_endpoint: { url: other.url } });
    await stripe.customers.create();
    await twin.command('thin-events', { type: ERRORS, meter: meter.id });
    await until(
      () => other.received.length,
      (length) => length === 1,
    );
    await settled();
    expect([receiver.received.length, other.received.length]).toEqual([0, 1]);
    const [{ body, signature } = { body: '', signature: '' }] = other.received;
    expect(stripe.parseEventNotification(body, signature, secret).type).toBe(ERRORS);
  } finally {
    await other.close();
  }
});

it('what was not delivered is delivered after a hard kill', async () => {
  await twin.command('settings', { webhookRetryMs: [60_000] });
  receiver.answers = [500];
  const { secret } = await listen();
  await twin.command('thin-events', { type: ERRORS, meter: meter.id });
  await arrived(1);
  await twin.restart();
  receiver.answers = [200];
  await twin.command('settings', { clockOffsetMs: 61_000 });
  await arrived(2);
  const ids = receiver.received.map(
    ({ body, signature }) => stripe.parseEventNotification(body, signature, secret).id,
  );
  expect(new Set(ids).size).toBe(1);
  await settled();
});
