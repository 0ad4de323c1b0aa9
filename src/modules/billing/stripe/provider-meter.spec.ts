import { describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { Log } from '../../../platform/logging/logger.js';
import type { AccountState } from './catalog/account-state.js';
import { compareMeters } from './catalog/compare-meters.js';
import { ImportedMeters } from './catalog/import-meters.js';
import { StripeMeterInspection } from './stripe-meter-inspection.js';
import { StripePace } from './stripe-pace.js';
import { StripeUsageSink } from './stripe-usage-sink.js';

const CALLS: MeterDefinition = {
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
};
const PACE = new StripePace(parseSettings({ STRIPE_KEY: 'sk_test_x', TOKEN_SECRET: 'x'.repeat(40) }));
const CATALOG = new Catalog('test', [CALLS], [], '');

const meter = (event_time_window: 'hour' | 'day' | null): Stripe.Billing.Meter => ({
  id: 'mtr_1',
  object: 'billing.meter',
  created: 0,
  updated: 0,
  livemode: false,
  status: 'active',
  status_transitions: { deactivated_at: null },
  display_name: 'Calls',
  event_name: 'calls',
  event_time_window,
  default_aggregation: { formula: 'sum' },
  customer_mapping: { type: 'by_id', event_payload_key: 'stripe_customer_id' },
  value_settings: { event_payload_key: 'value' },
});

/** Stripe, as far as it lists this meter. */
const stripeWith = (held: Stripe.Billing.Meter): Stripe =>
  ({
    billing: {
      meters: {
        async *list() {
          yield held;
        },
      },
    },
  }) as unknown as Stripe;

describe.each(['hour', 'day'] as const)('a meter that keeps the latest event of each %s', (window) => {
  const held = meter(window);
  const stripe = stripeWith(held);

  it('gets no usage', async () => {
    expect(await new StripeUsageSink(stripe, CATALOG, PACE, Log.create('silent')).meters()).toEqual([]);
    const usable = new StripeUsageSink(stripeWith(meter(null)), CATALOG, PACE, Log.create('silent'));
    expect(await usable.meters()).toHaveLength(1);
  });

  it('is named as such by "meter test"', async () => {
    const inspection = new StripeMeterInspection(stripe, CATALOG);
    expect(await inspection.inspect('calls')).toMatchObject({ state: 'pre_aggregated' });
  });

  it('is refused by plan and apply', () => {
    const [step] = compareMeters(stripe, CATALOG, { meters: [held] } as unknown as AccountState);
    expect(step?.change).toMatchObject({
      action: 'refuse',
      differences: [{ what: 'event time window', from: window, to: 'none' }],
    });
  });

  it('is not imported, with the reason', () => {
    const price = { id: 'price_1', metadata: {}, recurring: { meter: 'mtr_1' } } as unknown as Stripe.Price;
    expect(new ImportedMeters([held], () => undefined).nameFor(price)).toEqual({
      reason: expect.stringContaining(`keeps the latest event of each ${window}`),
    });
  });
});
