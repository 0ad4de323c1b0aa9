import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  until,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

/** The events about one object, oldest first, once there are as many as wanted. */
async function eventsOf(id: string, wanted: number, types: string[]): Promise<Stripe.Event[]> {
  const found = await until(
    async () => (await stripe.events.list({ types, limit: 100 })).data.filter((event) => idOf(event) === id),
    (events) => events.length >= wanted,
    60_000,
  );
  return found.toReversed();
}

function idOf(event: Stripe.Event): unknown {
  return (event.data.object as { id?: string }).id;
}

describe('events.list', () => {
  it('.200 customer.created, updated with what it was before, deleted', async () => {
    const { id } = await stripe.customers.create({ name: 'Before', metadata: { a: '1' } });
    await stripe.customers.update(id, { name: 'After', metadata: { a: '2', b: '3' } });
    await stripe.customers.del(id);
    const types = ['customer.created', 'customer.updated', 'customer.deleted'];
    const events = await eventsOf(id, 3, types);
    expect(events.map((event) => event.type)).toEqual(types);
    expect(events[0]).toMatchObject({
      object: 'event',
      data: { object: { name: 'Before' } },
      livemode: false,
    });
    expect(events[1]?.data).toMatchObject({
      object: { name: 'After' },
      previous_attributes: { name: 'Before', metadata: { a: '1', b: null } },
    });
    expect(events[0]?.id).toMatch(/^evt_/);
    expect(events[0]?.request?.id).toMatch(/^req_/);
  });

  it('.200 the events of products, prices, meters and subscriptions', async () => {
    const product = await stripe.products.create({ name: 'Eventful' });
    const meter = await stripe.billing.meters.create({
      display_name: 'Eventful',
      event_name: unique('eventful'),
      default_aggregation: { formula: 'sum' },
    });
    const price = await stripe.prices.create({
      currency: 'usd',
      product: product.id,
      unit_amount: 1,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    const customer = await stripe.customers.create({ name: 'Eventful' });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
    });
    await stripe.subscriptions.update(subscription.id, { metadata: { k: 'v' } });
    await stripe.subscriptions.cancel(subscription.id);
    await stripe.products.update(product.id, { name: 'Less so' });
    await stripe.prices.update(price.id, { nickname: 'n' });
    await stripe.billing.meters.update(meter.id, { display_name: 'n' });
    await stripe.billing.meters.deactivate(meter.id);
    await stripe.billing.meters.reactivate(meter.id);
    const expected: [string, string[]][] = [
      [product.id, ['product.created', 'product.updated']],
      [price.id, ['price.created', 'price.updated']],
      [
        meter.id,
        [
          'billing.meter.created',
          'billing.meter.updated',
          'billing.meter.deactivated',
          'billing.meter.reactivated',
        ],
      ],
      [
        subscription.id,
        ['customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.deleted'],
      ],
    ];
    for (const [id, types] of expected) {
      const events = await eventsOf(id, types.length, types);
      expect(events.map((event) => event.type)).toEqual(types);
    }
  }, 300_000);

  it('.200 a change that changes nothing makes no event', async () => {
    const { id } = await stripe.customers.create({ name: 'Same' });
    await stripe.customers.update(id, { name: 'Same' });
    await stripe.customers.update(id, { name: 'Other' });
    const events = await eventsOf(id, 2, ['customer.created', 'customer.updated']);
    expect(events.map((event) => event.type)).toEqual(['customer.created', 'customer.updated']);
  });
});

it('events.retrieve.200 and .404', async () => {
  const { id } = await stripe.customers.create({ name: 'Found again' });
  const [event] = await eventsOf(id, 1, ['customer.created']);
  expect(await stripe.events.retrieve(event?.id ?? '')).toMatchObject({
    id: event?.id,
    type: 'customer.created',
  });
  expect((await refusal(stripe.events.retrieve('evt_missing'))).statusCode).toBe(404);
});
