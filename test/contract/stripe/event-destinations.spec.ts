import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  type Target,
  unique,
} from '../../../packages/stripe-twin/test/support/target.js';

/** Reserved for examples: real Stripe accepts it, and nobody listens there. */
const URL = 'https://example.com/webhooks/stripe';
const EVENTS = ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'];

let target: Target;
let destinations: Stripe['v2']['core']['eventDestinations'];
const made: string[] = [];

beforeAll(async () => {
  target = await openTarget();
  destinations = target.stripe.v2.core.eventDestinations;
});
afterEach(async () => {
  for (const id of made.splice(0)) await destinations.del(id);
});
afterAll(() => target.close());

async function create(
  params: Partial<Stripe.V2.Core.EventDestinationCreateParams> = {},
  options: Stripe.RequestOptions = {},
): Promise<Stripe.V2.Core.EventDestination> {
  const created = await destinations.create(
    {
      name: 'Contract',
      type: 'webhook_endpoint',
      event_payload: 'thin',
      enabled_events: EVENTS,
      webhook_endpoint: { url: URL },
      ...params,
    },
    options,
  );
  if (!made.includes(created.id)) made.push(created.id);
  return created;
}

it('event_destinations.create.200 shows address and secret to those who ask, the secret at no other time', async () => {
  const created = await create({
    metadata: { k: 'v' },
    include: ['webhook_endpoint.url', 'webhook_endpoint.signing_secret'],
  });
  expect(created).toMatchObject({
    object: 'v2.core.event_destination',
    name: 'Contract',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    metadata: { k: 'v' },
    status: 'enabled',
    livemode: false,
    webhook_endpoint: { url: URL },
  });
  expect(created.id).toMatch(/^ed_\w+$/);
  expect(created.enabled_events.toSorted()).toEqual(EVENTS);
  expect(created.webhook_endpoint?.signing_secret).toMatch(/^whsec_\w{20,}$/);
  expect(new Date(created.created).getTime()).not.toBeNaN();
  const plain = await destinations.retrieve(created.id);
  expect(plain.webhook_endpoint?.url ?? null).toBeNull();
  const asked = await destinations.retrieve(created.id, { include: ['webhook_endpoint.url'] });
  expect(asked.webhook_endpoint?.url).toBe(URL);
  expect(asked.webhook_endpoint?.signing_secret ?? null).toBeNull();
  expect((await create()).webhook_endpoint?.signing_secret ?? null).toBeNull();
});

it('event_destinations.create.400 unknown event, no address, an address of another kind', async () => {
  for (const params of [
    { enabled_events: ['customer.exploded'] },
    { webhook_endpoint: { url: 'example.com' } },
  ])
    expect((await refusal(create(params))).statusCode).toBe(400);
  const nowhere = { name: 'x', type: 'webhook_endpoint', event_payload: 'thin', enabled_events: EVENTS };
  expect(
    (await refusal(destinations.create(nowhere as Stripe.V2.Core.EventDestinationCreateParams))).statusCode,
  ).toBe(400);
});

it('event_destinations.create.200 again with the same key makes nothing', async () => {
  const idempotencyKey = unique('contract');
  const [first, second] = [await create({}, { idempotencyKey }), await create({}, { idempotencyKey })];
  expect(second.id).toBe(first.id);
});

it('event_destinations.update.200 events, address and metadata', async () => {
  const { id } = await create({ metadata: { k: 'v', gone: 'soon' } });
  const updated = await destinations.update(id, {
    enabled_events: EVENTS.slice(0, 1),
    webhook_endpoint: { url: `${URL}/2` },
    metadata: { gone: null },
    include: ['webhook_endpoint.url'],
  });
  expect(updated).toMatchObject({
    id,
    name: 'Contract',
    enabled_events: EVENTS.slice(0, 1),
    webhook_endpoint: { url: `${URL}/2` },
    metadata: { k: 'v' },
  });
  expect(updated.metadata).not.toHaveProperty('gone');
});

it('event_destinations.disable.200 and .enable.200', async () => {
  const { id } = await create();
  expect(await destinations.disable(id)).toMatchObject({ id, status: 'disabled' });
  expect(await destinations.enable(id)).toMatchObject({ id, status: 'enabled' });
});

it('event_destinations.list.200 page by page, with the addresses', async () => {
  const ids = [(await create()).id, (await create()).id, (await create()).id];
  const listed = new Map<string, string | undefined>();
  for await (const one of destinations.list({ limit: 2, include: ['webhook_endpoint.url'] }))
    listed.set(one.id, one.webhook_endpoint?.url);
  for (const id of ids) expect(listed.get(id)).toBe(URL);
});

it('event_destinations.ping.200 makes an event that can be fetched', async () => {
  const { id } = await create();
  const ping = await destinations.ping(id);
  expect(ping).toMatchObject({
    object: 'v2.core.event',
    type: 'v2.core.event_destination.ping',
    related_object: { id },
  });
  expect(await target.stripe.v2.core.events.retrieve(ping.id)).toMatchObject({
    id: ping.id,
    type: ping.type,
  });
});

it('event_destinations.delete.200 and .404', async () => {
  const { id } = await create();
  made.splice(made.indexOf(id), 1);
  expect(await destinations.del(id)).toMatchObject({ id });
  expect(await refusal(destinations.retrieve(id))).toMatchObject({ statusCode: 404, code: 'not_found' });
});

it('event_destinations.400 without a version, or with a form', async () => {
  const authorization = `Bearer ${target.key}`;
  const url = `${target.url}/v2/core/event_destinations`;
  expect((await fetch(url, { headers: { authorization } })).status).toBe(400);
  const form = { 'stripe-version': '2026-10-28.endive', 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { authorization, ...form };
  expect((await fetch(url, { method: 'POST', headers, body: 'name=x' })).status).toBe(400);
});
