import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { openTarget, refusal, type Target } from '../../../packages/stripe-twin/test/support/target.js';

/** Reserved for examples: real Stripe accepts it, and nobody listens there. */
const URL = 'https://example.com/webhooks/stripe';

let target: Target;
let stripe: Stripe;
const made: string[] = [];

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterEach(async () => {
  // An account can have sixteen.
  for (const id of made.splice(0)) await stripe.webhookEndpoints.del(id);
});
afterAll(() => target.close());

async function create(
  params: Partial<Stripe.WebhookEndpointCreateParams> = {},
): Promise<Stripe.WebhookEndpoint> {
  const created = await stripe.webhookEndpoints.create({
    url: URL,
    enabled_events: ['customer.created'],
    ...params,
  });
  made.push(created.id);
  return created;
}

it('webhook_endpoints.create.200 shows the secret once', async () => {
  const created = await create({ description: 'Contract', metadata: { k: 'v' } });
  expect(created).toMatchObject({
    object: 'webhook_endpoint',
    url: URL,
    enabled_events: ['customer.created'],
    description: 'Contract',
    metadata: { k: 'v' },
    status: 'enabled',
    livemode: false,
  });
  expect(created.secret).toMatch(/^whsec_\w{20,}$/);
  expect((await stripe.webhookEndpoints.retrieve(created.id)).secret).toBeUndefined();
});

it('webhook_endpoints.create.400 unknown event, wildcard of a kind, no events, no url', async () => {
  for (const event of ['customer.exploded', 'customer.*']) {
    const enabled_events = [event] as Stripe.WebhookEndpointCreateParams.EnabledEvent[];
    expect((await refusal(create({ enabled_events }))).statusCode).toBe(400);
  }
  expect((await refusal(create({ url: 'example.com' }))).statusCode).toBe(400);
  const eventless = { url: URL } as Stripe.WebhookEndpointCreateParams;
  expect(await refusal(stripe.webhookEndpoints.create(eventless))).toMatchObject({
    code: 'parameter_missing',
    param: 'enabled_events',
  });
});

it('webhook_endpoints.update.200', async () => {
  const { id } = await create();
  const updated = await stripe.webhookEndpoints.update(id, { enabled_events: ['*'], disabled: true });
  expect(updated).toMatchObject({ id, enabled_events: ['*'], status: 'disabled' });
});

it('webhook_endpoints.list.200', async () => {
  const { id } = await create();
  const { data } = await stripe.webhookEndpoints.list({ limit: 100 });
  expect(data.map((endpoint) => endpoint.id)).toContain(id);
});

it('webhook_endpoints.delete.200 and .404', async () => {
  const { id } = await stripe.webhookEndpoints.create({ url: URL, enabled_events: ['*'] });
  expect(await stripe.webhookEndpoints.del(id)).toMatchObject({ id, deleted: true });
  expect((await refusal(stripe.webhookEndpoints.retrieve(id))).statusCode).toBe(404);
});
