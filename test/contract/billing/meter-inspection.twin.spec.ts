import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Catalog, catalogForPrice, type MeterDefinition, type Plan } from '../../../src/catalog/index.js';
import { BillingUnavailableError } from '../../../src/modules/billing/ports/billing-errors.js';
import { StripeMeterInspection } from '../../../src/modules/billing/stripe/stripe-meter-inspection.js';
import { TwinProcess } from '../../../packages/stripe-twin/test/support/twin-process.js';

const meter = (name: string): MeterDefinition => ({
  name,
  displayName: name,
  eventName: `event_${name}`,
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
});
const plan = (id: string, name: string): Plan => ({
  id,
  product: { name: id },
  price: {
    model: 'standard',
    unitAmount: { picoMinorUnits: 1n, currency: 'usd' },
    currency: 'usd',
    billingPeriod: { interval: 'month', count: 1 },
    meter: name,
    lookupKey: `farebox:${id}`,
  },
});
const CATALOG = new Catalog(
  'test',
  ['used', 'unread', 'off', 'counting', 'absent'].map(meter),
  [plan('read', 'used'), plan('archived', 'used'), plan('elsewhere', 'used'), plan('none', 'used')],
  'read',
);

let twin: TwinProcess;
let stripe: Stripe;
const ids: Record<string, string> = {};
let priceId: string;
beforeAll(async () => {
  twin = await TwinProcess.start();
  stripe = twin.client();
  for (const [name, formula] of Object.entries({
    used: 'sum',
    unread: 'sum',
    off: 'sum',
    counting: 'count',
  } as const))
    ids[name] = (
      await stripe.billing.meters.create({
        display_name: name,
        event_name: `event_${name}`,
        default_aggregation: { formula },
      })
    ).id;
  await stripe.billing.meters.deactivate(ids['off'] ?? '');
  const price = (lookup_key: string, of: string, active = true) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount: 10,
      product_data: { name: 'API' },
      lookup_key,
      active,
      recurring: { interval: 'month', usage_type: 'metered', meter: ids[of] ?? '' },
    });
  priceId = (await price('farebox:read', 'used')).id;
  await price('farebox:archived', 'used', false);
  await price('farebox:elsewhere', 'unread');
});
afterAll(() => twin?.close());

const inspect = (name: string, catalog = CATALOG) => new StripeMeterInspection(stripe, catalog).inspect(name);

describe('a meter at Stripe', () => {
  it('is found with the plans whose active price reads it', async () => {
    expect(await inspect('used')).toEqual({
      state: 'usable',
      provider: {
        name: 'used',
        id: ids['used'],
        eventName: 'event_used',
        customerKey: 'stripe_customer_id',
        valueKey: 'value',
      },
      plans: ['read'],
    });
  });

  it.each([
    ['unread', 'usable'],
    ['off', 'inactive'],
    ['counting', 'no_sum'],
    ['absent', 'missing'],
    ['in no catalog', 'missing'],
  ])('%s is %s, and no plan reads it', async (name, state) => {
    expect(await inspect(name)).toMatchObject({ state, plans: [] });
  });

  it('of STRIPE_PRICE_KEY is the one that the price reads', async () => {
    expect(await inspect('default', catalogForPrice(priceId))).toMatchObject({
      state: 'usable',
      provider: { name: 'default', id: ids['used'] },
      plans: ['default'],
    });
    expect(await inspect('default', catalogForPrice('price_none'))).toMatchObject({ state: 'missing' });
  });

  it('that cannot be asked for is not said to be missing', async () => {
    await twin.command('faults', { path: '/v1/billing/meters', status: 500, times: 1 });
    await expect(inspect('used')).rejects.toBeInstanceOf(BillingUnavailableError);
  });
});
