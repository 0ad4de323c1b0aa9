import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  openTarget,
  refusal,
  unique,
  type Target,
} from '../../../packages/stripe-twin/test/support/target.js';

let target: Target;
let stripe: Stripe;

beforeAll(async () => {
  target = await openTarget();
  stripe = target.stripe;
});
afterAll(() => target.close());

const create = (event_name: string, formula = 'sum'): Promise<Stripe.Billing.Meter> =>
  stripe.billing.meters.create({ display_name: 'Calls', event_name, default_aggregation: { formula } });

it.each(['sum', 'count', 'last'])('billing.meters.create.200 %s', async (formula) => {
  const event_name = unique('calls');
  expect(await create(event_name, formula)).toMatchObject({
    object: 'billing.meter',
    display_name: 'Calls',
    event_name,
    default_aggregation: { formula },
    customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
    value_settings: { event_payload_key: 'value' },
    event_time_window: null,
    status: 'active',
    status_transitions: { deactivated_at: null },
    livemode: false,
  });
});

it('billing.meters.create.400 unknown formula', async () => {
  expect(await refusal(create(unique('calls'), 'max'))).toMatchObject({
    statusCode: 400,
    param: 'default_aggregation[formula]',
  });
});

it('billing.meters.create.200 with a window of time, .400 with another one', async () => {
  const made = (event_time_window: string): Promise<Stripe.Billing.Meter> =>
    stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: unique('calls'),
      default_aggregation: { formula: 'sum' },
      event_time_window,
    });
  expect((await made('hour')).event_time_window).toBe('hour');
  const { id } = await made('day');
  expect((await stripe.billing.meters.retrieve(id)).event_time_window).toBe('day');
  expect(await refusal(made('week'))).toMatchObject({ statusCode: 400, param: 'event_time_window' });
});

it('billing.meters.create.400 event name taken, also by a deactivated meter', async () => {
  const event_name = unique('calls');
  const { id } = await create(event_name);
  expect((await refusal(create(event_name))).statusCode).toBe(400);
  await stripe.billing.meters.deactivate(id);
  expect((await refusal(create(event_name))).statusCode).toBe(400);
});

it('billing.meters.update.200 the display name, .400 anything else', async () => {
  const { id } = await create(unique('calls'));
  expect((await stripe.billing.meters.update(id, { display_name: 'Better' })).display_name).toBe('Better');
  const change = { event_name: 'other' } as Stripe.Billing.MeterUpdateParams;
  expect(await refusal(stripe.billing.meters.update(id, change))).toMatchObject({
    code: 'parameter_unknown',
  });
});

it('billing.meters.deactivate.200 and reactivate.200', async () => {
  const { id } = await create(unique('calls'));
  const off = await stripe.billing.meters.deactivate(id);
  expect(off.status).toBe('inactive');
  expect(off.status_transitions.deactivated_at).toEqual(expect.any(Number));
  const product = (await stripe.products.create({ name: 'On an inactive meter' })).id;
  const recurring = { interval: 'month', usage_type: 'metered', meter: id };
  const price = stripe.prices.create({ currency: 'usd', unit_amount: 1, product, recurring });
  expect((await refusal(price)).statusCode).toBe(400);
  const on = await stripe.billing.meters.reactivate(id);
  expect(on).toMatchObject({ status: 'active', status_transitions: { deactivated_at: null } });
});

it('billing.meters.deactivate.400 twice', async () => {
  const { id } = await create(unique('calls'));
  await stripe.billing.meters.deactivate(id);
  expect((await refusal(stripe.billing.meters.deactivate(id))).statusCode).toBe(400);
});

it('billing.meters.retrieve.404', async () => {
  expect(await refusal(stripe.billing.meters.retrieve('mtr_missing'))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

it('billing.meters.list.200 by status', async () => {
  const on = await create(unique('calls'));
  const off = await create(unique('calls'));
  await stripe.billing.meters.deactivate(off.id);
  const ids = async (status: string): Promise<string[]> => {
    const { data } = await stripe.billing.meters.list({ status, limit: 100 });
    return data.map((meter) => meter.id);
  };
  expect(await ids('active')).toContain(on.id);
  expect(await ids('active')).not.toContain(off.id);
  expect(await ids('inactive')).toContain(off.id);
});
