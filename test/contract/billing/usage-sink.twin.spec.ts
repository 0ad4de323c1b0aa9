import { describe } from '@jest/globals';
import { Catalog, type MeterDefinition } from '../../../src/catalog/index.js';
import { StripePace } from '../../../src/modules/billing/stripe/stripe-pace.js';
import { StripeUsageSink } from '../../../src/modules/billing/stripe/stripe-usage-sink.js';
import { parseSettings } from '../../../src/platform/config/settings.js';
import { Log } from '../../../src/platform/logging/logger.js';
import { TOKEN_SECRET } from '../../support/farebox.js';
import { TwinProcess } from '../../../packages/stripe-twin/test/support/twin-process.js';
import { type SinkFault, type SinkTarget, usageSinkContract } from './usage-sink.contract.js';

const EVENTS = '/v1/billing/meter_events';
const FAULTS: Record<Exclude<SinkFault, 'rejected later'>, object> = {
  throttled: { path: EVENTS, status: 429 },
  'lost before': { path: EVENTS, drop: 'before', times: 2 },
  'lost after': { path: EVENTS, drop: 'after', times: 2 },
};
const METER: MeterDefinition = {
  name: 'calls',
  displayName: 'Calls',
  eventName: 'contract_calls',
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
};

/** The adapter, with Stripe's SDK, on the twin. The SDK tries once, and again by itself when the connection was cut. */
async function openTwin(): Promise<SinkTarget> {
  const twin = await TwinProcess.start();
  const stripe = twin.client();
  const made = (event_name: string, formula: 'sum' | 'count') =>
    stripe.billing.meters.create({ display_name: 'Calls', event_name, default_aggregation: { formula } });
  const { id } = await made('contract_calls', 'sum');
  await made('contract_counting', 'count');
  // Of the catalog, too, and not usable: not at Stripe, no sum, switched off.
  const others = ['contract_missing', 'contract_counting', 'contract_off'].map((eventName) => ({
    ...METER,
    name: eventName,
    eventName,
  }));
  await stripe.billing.meters.deactivate((await made('contract_off', 'sum')).id);
  let offset = 0;
  return {
    sink: new StripeUsageSink(
      stripe,
      new Catalog('test', [METER, ...others], [], ''),
      new StripePace(
        parseSettings({ STRIPE_KEY: 'sk_test_x', TOKEN_SECRET, STRIPE_API_BASE: 'http://127.0.0.1:1' }),
      ),
      Log.create('silent'),
    ),
    meter: {
      name: 'calls',
      id,
      eventName: 'contract_calls',
      customerKey: 'stripe_customer_id',
      valueKey: 'value',
    },
    newCustomer: async () => (await stripe.customers.create({ name: 'Metered' })).id,
    now: () => new Date(Date.now() + offset),
    pass: async (ms) => {
      offset += ms;
      await twin.command('settings', { clockOffsetMs: offset });
    },
    fault: async (fault) => {
      if (fault === 'rejected later') await twin.command('meter-events/reject', { times: 1 });
      else await twin.command('faults', FAULTS[fault]);
    },
    deleteCustomer: async (customerId) => {
      await stripe.customers.del(customerId);
    },
    lag: async (ms, customer) => {
      if (customer === undefined) await twin.command('settings', { summaryLagMs: ms ?? 0 });
      else await twin.command('meter-lag', { customer, lagMs: ms });
    },
    loseTotal: async () => {
      await twin.command('faults', {
        path: '/v1/billing/meters/*',
        method: 'GET',
        drop: 'before',
        times: 2,
      });
    },
    close: () => twin.close(),
  };
}

describe('the Stripe adapter on the twin', () => usageSinkContract(openTwin));
