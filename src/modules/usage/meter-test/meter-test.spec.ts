import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TOKEN_SECRET } from '../../../../test/support/farebox.js';
import { CUSTOMER, SUBSCRIPTION } from '../../../../test/support/metering-world.js';
import { createUsageWorld, type UsageWorld } from '../../../../test/support/usage-world.js';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { parseSettings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import { type InspectedMeter, MeterInspection } from '../../billing/ports/diagnostics.js';
import { countPass } from '../../../../test/support/metering-world.js';
import { MeterEventBilling } from '../billing/meter-event-billing.js';
import { MoesifBilling } from '../moesif/moesif-billing.js';
import type { UsageBilling } from '../billing/usage-billing.js';
import { MeterTest, type MeterTestOptions } from './meter-test.js';
import { MeterTotals } from '../meter-events/index.js';
import { MeterTestProbes } from './meter-test-probes.js';
import type { MeterTestProgress } from './meter-test-progress.js';
import { SyntheticCustomers } from './synthetic-customers.js';

const DAY = 86_400_000;
const SECOND = 1_000;

const METER: MeterDefinition = {
  name: 'calls',
  displayName: 'Calls',
  eventName: 'calls',
  filter: { route: '/paid', status: ['200'] },
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: 3_600_000,
};
const PROVIDER = {
  name: 'calls',
  id: 'mtr_calls',
  eventName: 'calls',
  customerKey: 'stripe_customer_id',
  valueKey: 'value',
};
const PRICE = { stripePriceId: 'price_1', meter: 'calls' };
const CATALOG = new Catalog(
  'test',
  [METER],
  [{ id: 'standard', product: { name: 'API' }, price: PRICE }],
  'standard',
);
const USABLE: InspectedMeter = { state: 'usable', provider: PROVIDER, plans: ['standard'] };

class FakeInspection extends MeterInspection {
  answers: (InspectedMeter | Error)[] = [];

  override async inspect(): Promise<InspectedMeter> {
    const answer = this.answers.shift() ?? USABLE;
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

let world: UsageWorld;
let database: Database;
let inspection: FakeInspection;
beforeAll(async () => {
  world = await createUsageWorld([METER], new Date());
  database = new Database(Log.create('silent'));
  database.open({ connectionString: world.databaseUrl, poolSize: 2 });
});
afterAll(async () => {
  await database?.close();
  await world?.stop();
});
beforeEach(async () => {
  await world.empty();
  world.clock.set(new Date());
  inspection = new FakeInspection();
});

/** The stages of a test are all that is asked of it here. */
const METER_EVENTS = new (MeterEventBilling as unknown as new () => UsageBilling)();

function meterTest(changed: Record<string, string> = {}, billing = METER_EVENTS): MeterTest {
  const settings = parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET, ...changed });
  const totals = new MeterTotals(world.sink, world.clock);
  const looks = new MeterTestProbes(inspection, database, world.reporter, totals, world.clock);
  return new MeterTest(CATALOG, looks, new SyntheticCustomers(CATALOG, settings), billing, world.clock);
}

/** Runs a test; `meanwhile` happens one each time that it waits. */
async function run(
  meanwhile: (() => unknown)[] = [],
  { settings = {}, name = 'calls', billing, ...options }: Partial<MeterTestOptions> & Meanwhile = {},
): Promise<MeterTestProgress[]> {
  const seen: MeterTestProgress[] = [];
  const wait = async (): Promise<void> => {
    world.clock.advance(SECOND);
    await meanwhile.shift()?.();
  };
  for await (const progress of meterTest(settings, billing).run(name, {
    timeoutMs: 10 * SECOND,
    wait,
    ...options,
  }))
    seen.push(progress);
  return seen;
}
interface Meanwhile {
  settings?: Record<string, string>;
  billing?: UsageBilling;
  name?: string;
}

const subscribe = (customerId = CUSTOMER) =>
  world.period({
    customerId,
    subscriptionId: SUBSCRIPTION,
    providerMeter: 'mtr_calls',
    startsAt: new Date(world.clock.ms() - DAY),
    endsAt: new Date(world.clock.ms() + DAY),
  });
const call = (changed = {}) => world.call({ startedAt: world.clock.ms(), route: '/paid', ...changed });
const count = async (): Promise<void> => {
  while ((await countPass(world.client, [{ definition: METER, provider: PROVIDER }], 'wait')) > 0);
};
const stagesOf = (seen: MeterTestProgress[]): string[] =>
  seen.filter(({ state }) => state !== 'working').map(({ stage, state }) => `${stage} ${state}`);
const last = (seen: MeterTestProgress[]): MeterTestProgress | undefined => seen.at(-1);

const ALL = ['meter passed', 'subscription passed', 'call passed', 'report passed', 'stripe passed'];

describe('a meter test', () => {
  it('follows usage through all stages, and waits for what is not there yet', async () => {
    const seen = await run([subscribe, call, count]);
    expect(stagesOf(seen)).toEqual(ALL);
    expect(seen.map(({ message }) => message)).toEqual([
      'active at Stripe as mtr_calls, used by the price of standard',
      'no customer has a subscription to standard yet',
      `${CUSTOMER} has one`,
      'no paid call since the test began',
      '1 of 1 paid calls are not counted yet; the latest: GET /paid 200 on plan standard',
      `a call of ${CUSTOMER} was counted`,
      '1 of 1 units reported for this period',
      'Stripe shows 1 unit, as reported',
    ]);
    expect(seen.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 0, 1, 1, 2, 3, 3, 3].map((s) => s * SECOND));
  });

  it('is not satisfied with calls from before it began', async () => {
    await subscribe();
    await call();
    await count();
    world.clock.set(new Date(Date.now() + 2));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = await run();
    expect(last(seen)).toMatchObject({ stage: 'call', state: 'failed' });
    expect(last(seen)?.message).toBe('no paid call since the test began');
  });

  it('says which calls came and did not count', async () => {
    await subscribe();
    const seen = await run([() => call({ route: '/free' }), count]);
    expect(last(seen)).toMatchObject({
      stage: 'call',
      state: 'failed',
      message: '1 paid calls, none of which matches the meter; the latest: GET /free 200 on plan standard',
      advice: expect.stringContaining('filter'),
      elapsedMs: 10 * SECOND,
    });
  });

  it('waits until Stripe shows what it was told, and says how much it shows', async () => {
    await subscribe();
    world.sink.lagMs = 3 * SECOND;
    const seen = await run([call, count]);
    expect(stagesOf(seen)).toEqual(ALL);
    expect(seen.filter(({ stage }) => stage === 'stripe').map(({ message }) => message)).toEqual([
      ...Array<string>(3).fill('Stripe shows 0 of 1 units so far'),
      'Stripe shows 1 unit, as reported',
    ]);
  });

  it('ends when Stripe never shows it', async () => {
    await subscribe();
    world.sink.faults.push('rejected later');
    const seen = await run([call, count]);
    expect(last(seen)).toMatchObject({
      stage: 'stripe',
      state: 'failed',
      message: 'Stripe shows 0 of 1 units so far',
      advice: expect.stringContaining('usage reconcile'),
    });
  });

  it('says so when somebody else tells the meter too', async () => {
    await subscribe();
    await world.sink.send({
      meter: PROVIDER,
      customerId: CUSTOMER,
      identifier: 'by hand',
      at: new Date(world.clock.ms() - 60_000),
      value: 5n,
    });
    const seen = await run([call, count]);
    expect(last(seen)?.message).toMatch(/shows 6 units, but 1 were reported: another sender/);
  });

  it('reports again when Stripe was away', async () => {
    await subscribe();
    world.sink.faults.push('away');
    const seen = await run([call, count], { timeoutMs: 60 * SECOND });
    expect(stagesOf(seen)).toEqual(ALL);
    expect(seen.map(({ message }) => message)).toContain(
      'Stripe is not available at the moment; the usage is recorded',
    );
  });

  it('ends with the reason when Stripe refuses the usage', async () => {
    await subscribe();
    world.sink.faults.push('refused');
    expect(last(await run([call, count]))).toMatchObject({
      stage: 'report',
      state: 'failed',
      message: 'Stripe refuses the usage: meter_event_invalid_value.',
    });
  });

  it('with USAGE_REPORTER=moesif tells nothing, and waits for Moesif to', async () => {
    await subscribe();
    const moesif = () =>
      world.sink.send({
        meter: PROVIDER,
        customerId: CUSTOMER,
        identifier: 'moesif',
        at: new Date(world.clock.ms() - 60_000),
        value: 1n,
      });
    const settings = parseSettings({ STRIPE_KEY: 'sk_test_1', TOKEN_SECRET });
    const billing = new MoesifBilling(CATALOG, inspection, settings, Log.create('silent'));
    const seen = await run([call, count, moesif], { billing });
    expect(stagesOf(seen)).toEqual(ALL);
    expect(world.sink.taken.map(({ event }) => event.identifier)).toEqual(['moesif']);
  });
});

describe('the set-up', () => {
  it.each<[string, InspectedMeter, RegExp]>([
    ['missing', { ...USABLE, state: 'missing', provider: undefined }, /no such meter/],
    ['inactive', { ...USABLE, state: 'inactive' }, /switched off/],
    ['no sum', { ...USABLE, state: 'no_sum' }, /does not sum/],
    ['pre-aggregated', { ...USABLE, state: 'pre_aggregated' }, /event time window/],
    ['unread', { ...USABLE, plans: [] }, /never billed/],
  ])('%s ends the test at once, with what to do', async (_what, answer, message) => {
    inspection.answers.push(answer);
    const seen = await run();
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      stage: 'meter',
      state: 'failed',
      advice: expect.stringContaining('catalog apply'),
    });
    expect(seen[0]?.message).toMatch(message);
  });

  it('of a meter that the catalog does not have', async () => {
    const seen = await run([], { name: 'unknown' });
    expect(seen).toMatchObject([{ stage: 'meter', state: 'failed' }]);
  });

  it('is looked at again while Stripe is away', async () => {
    inspection.answers.push(new BillingUnavailableError(new Error('away')));
    expect(stagesOf(await run([subscribe, call, count]))).toEqual(ALL);
  });
});

describe('a synthetic customer', () => {
  it('is refused with a live key, before anything is made', async () => {
    const seen = await run([], { synthetic: true, settings: { STRIPE_KEY: 'sk_live_1' } });
    expect(stagesOf(seen)).toEqual(['meter passed', 'subscription failed']);
    expect(last(seen)?.message).toContain('billed for real');
  });

  it('is refused when the application does not answer', async () => {
    const seen = await run([], { synthetic: true, settings: { PUBLIC_URL: 'http://127.0.0.1:9' } });
    expect(last(seen)).toMatchObject({ stage: 'subscription', state: 'failed' });
    expect(last(seen)?.message).toContain('does not respond at http://127.0.0.1:9');
  });
});
