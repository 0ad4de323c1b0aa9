import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
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

async function listen(
  enabled_events: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ['*'],
): Promise<Stripe.WebhookEndpoint> {
  return stripe.webhookEndpoints.create({ url: receiver.url, enabled_events });
}

const arrived = (count: number): Promise<number> =>
  until(
    () => receiver.received.length,
    (length) => length >= count,
  );

interface Attempt {
  type: string;
  attempt: number;
  status: number | null;
  outcome: string;
}
interface Deliveries {
  pending: object[];
  attempts: Attempt[];
}

const deliveries = (): Promise<Deliveries> => twin.look<Deliveries>('webhook-deliveries');

/** Until everything was sent or given up. */
const settled = (): Promise<Deliveries> => until(deliveries, ({ pending }) => pending.length === 0);

it('an event arrives, signed for constructEvent on the raw body', async () => {
  const { secret } = await listen(['customer.created']);
  const customer = await stripe.customers.create({ name: 'Jürgen', metadata: { k: 'v' } });
  await arrived(1);
  const [request] = receiver.received;
  if (!request || !secret) throw new Error('nothing arrived');
  const event = stripe.webhooks.constructEvent(request.body, request.signature, secret);
  expect(event).toMatchObject({
    object: 'event',
    type: 'customer.created',
    data: { object: { id: customer.id, name: 'Jürgen' } },
    pending_webhooks: 1,
  });
  expect(() => stripe.webhooks.constructEvent(request.body, request.signature, 'whsec_other')).toThrow(
    Stripe.errors.StripeSignatureVerificationError,
  );
  const compact = JSON.stringify(JSON.parse(request.body.toString()));
  expect(() => stripe.webhooks.constructEvent(compact, request.signature, secret)).toThrow();
  await until(
    () => stripe.events.retrieve(event.id),
    ({ pending_webhooks }) => pending_webhooks === 0,
  );
});

it('only the enabled events are sent, and none to a disabled endpoint', async () => {
  const { id } = await listen(['customer.updated']);
  const customer = await stripe.customers.create({ name: 'A' });
  await stripe.customers.update(customer.id, { name: 'B' });
  expect((await settled()).attempts.map(({ type }) => type)).toEqual(['customer.updated']);
  await stripe.webhookEndpoints.update(id, { disabled: true });
  await stripe.customers.update(customer.id, { name: 'C' });
  expect((await settled()).attempts).toHaveLength(1);
});

it('a failure is tried again until it succeeds, with the same event', async () => {
  await twin.command('settings', { webhookRetryMs: [10, 10, 10] });
  receiver.answers = [500, 302, 200];
  const { secret } = await listen();
  await stripe.customers.create({ name: 'Again' });
  await arrived(3);
  const { attempts } = await settled();
  expect(attempts.map(({ attempt, status, outcome }) => [attempt, status, outcome])).toEqual([
    [1, 500, 'retrying'],
    [2, 302, 'retrying'],
    [3, 200, 'delivered'],
  ]);
  const events = receiver.received.map(({ body, signature }) =>
    stripe.webhooks.constructEvent(body, signature, secret ?? ''),
  );
  expect(new Set(events.map((event) => event.id)).size).toBe(1);
});

it('after the last retry it is given up', async () => {
  await twin.command('settings', { webhookRetryMs: [10] });
  receiver.answers = [503];
  await listen();
  await stripe.customers.create({ name: 'Never' });
  const { attempts } = await settled();
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['retrying', 'given_up']);
});

it('what was not delivered is delivered after a hard kill', async () => {
  await twin.command('settings', { webhookRetryMs: [60_000] });
  receiver.answers = [500];
  const { secret } = await listen(['customer.created']);
  const customer = await stripe.customers.create({ name: 'Later' });
  await until(deliveries, ({ attempts }) => attempts.length === 1);
  await twin.restart();
  receiver.answers = [200];
  // The retry is due a minute from now: let the minute pass.
  await twin.command('settings', { clockOffsetMs: 61_000 });
  await arrived(2);
  const last = receiver.received.at(-1);
  const event = stripe.webhooks.constructEvent(last?.body ?? '', last?.signature ?? '', secret ?? '');
  expect(event.data.object).toMatchObject({ id: customer.id });
  await settled();
});

it('a receiver that does not answer in time has failed', async () => {
  await twin.command('settings', { webhookTimeoutMs: 50, webhookRetryMs: [] });
  receiver.silent = true;
  await listen();
  await stripe.customers.create({ name: 'Nobody' });
  expect((await settled()).attempts).toMatchObject([{ status: null, outcome: 'given_up' }]);
  expect(receiver.received).toHaveLength(1);
});

it('on request, events are sent several times and in another order', async () => {
  await listen(['customer.created']);
  await twin.command('settings', { webhookCopies: 2, webhookDisorderMs: 300 });
  const made: string[] = [];
  for (let n = 0; n < 10; n++) made.push((await stripe.customers.create({ name: String(n) })).id);
  await settled();
  const ids = receiver.received.map(
    ({ body }) => (JSON.parse(body.toString()) as Stripe.CustomerCreatedEvent).data.object.id,
  );
  expect(ids.toSorted()).toEqual([...made, ...made].toSorted());
  expect([...new Set(ids)]).not.toEqual(made);
});
