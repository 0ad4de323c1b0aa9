import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMeteringWorld, CUSTOMER, SUBSCRIPTION } from '../support/metering-world.js';
import type { MeteringWorld } from '../support/metering-world.js';
import type { MeterDefinition } from '../../src/catalog/index.js';
import { pastUsage } from '../../src/modules/meters/backtest/past-usage.js';
import { usageBuckets } from '../../src/modules/meters/views/usage-buckets.js';
import type { CountedMeter } from '../../src/modules/meters/directory/meter-directory.js';
import { countPass } from '../../src/modules/meters/counting/meter-pass.js';
import { recount } from '../../src/modules/meters/counting/recount.js';

const MARCH = { startsAt: new Date('2026-03-01T10:00:30Z'), endsAt: new Date('2026-04-01T10:00:30Z') };
const SCOPE = { from: MARCH.startsAt, to: MARCH.endsAt };

let world: MeteringWorld;
beforeAll(async () => {
  world = await createMeteringWorld();
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await world.empty();
  await world.period({
    customerId: CUSTOMER,
    subscriptionId: SUBSCRIPTION,
    providerMeter: 'mtr_calls',
    ...MARCH,
  });
  await world.call({ startedAt: Date.parse('2026-03-02T00:00:00Z') });
});

/** As a newer version, a script or a row of a database might name them, which no compiler has seen. */
const meterOf = (unknown: { metric?: string; aggregation?: string }): CountedMeter => ({
  definition: {
    name: 'calls',
    displayName: 'Calls',
    eventName: 'calls',
    filter: {},
    metric: 'event_count',
    aggregation: 'sum',
    windowMs: 3_600_000,
    ...unknown,
  } as MeterDefinition,
  provider: {
    name: 'calls',
    id: 'mtr_calls',
    eventName: 'calls',
    customerKey: 'customer',
    valueKey: 'value',
  },
});

// "constructor" is a property of every object.
describe.each([
  ['a metric', { metric: 'p95_latency' }, 'unknown metric: p95_latency'],
  ['a metric named as a property of objects', { metric: 'constructor' }, 'unknown metric: constructor'],
  ['an aggregation', { aggregation: 'median' }, 'unknown aggregation: median'],
  ['an aggregation named as a property', { aggregation: 'toString' }, 'unknown aggregation: toString'],
])('%s that this version does not know is an error by its name', (_what, unknown, message) => {
  const meter = meterOf(unknown);

  it('where calls are counted, and none is lost', async () => {
    await expect(countPass(world.client, [meter], 'wait')).rejects.toThrow(message);
    expect((await world.client.query('select 1 from ledger_lines')).rowCount).toBe(1);
    expect((await world.client.query('select 1 from meter_usage')).rowCount).toBe(0);
  });

  it('where they are counted anew', async () => {
    await expect(recount(world.client, meter.definition, 'mtr_calls', SCOPE)).rejects.toThrow(message);
  });

  it('where a changed meter is tried on the past', async () => {
    const past = pastUsage(world.client, meter.definition, 'mtr_calls', {
      ...SCOPE,
      keptSince: new Date(0),
    });
    await expect(past).rejects.toThrow(message);
  });

  it('where its hours are shown', async () => {
    const range = { from: MARCH.startsAt, to: MARCH.endsAt, stepMs: 3_600_000 };
    const shown = usageBuckets(world.client, CUSTOMER, meter.definition, [MARCH.startsAt], range);
    await expect(shown).rejects.toThrow(message);
  });
});
