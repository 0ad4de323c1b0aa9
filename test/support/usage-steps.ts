import type { MeterDefinition } from '../../src/catalog/index.js';
import type { CountedMeter } from '../../src/modules/meters/directory/meter-directory.js';
import { CUSTOMER, SUBSCRIPTION } from './metering-world.js';
import { CANARY } from './fake-usage-sink.js';
import type { UsageWorld } from './usage-world.js';

/** What the specs of usage have in common: three meters, a customer's periods, and calls in them. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const meter = (name: string, changed: Partial<MeterDefinition> = {}): MeterDefinition => ({
  name,
  displayName: name,
  eventName: name,
  filter: {},
  metric: 'event_count',
  aggregation: 'sum',
  windowMs: HOUR,
  ...changed,
});
const CALLS = meter('calls');
export const averageMeter = (): MeterDefinition => meter('average', { metric: 'average_units' });
export const METERS = [
  CALLS,
  meter('latest', { metric: 'sum_of_units', aggregation: 'most_recent_in_period' }),
  meter('ever', { metric: 'sum_of_units', aggregation: 'most_recent_ever' }),
];
export const COUNTED: CountedMeter = {
  definition: CALLS,
  provider: {
    name: 'calls',
    id: 'mtr_calls',
    eventName: 'calls',
    customerKey: 'customer',
    valueKey: 'value',
  },
};

/** In March. */
export const START = new Date('2026-03-10T12:00:20Z');
export const MARCH = {
  startsAt: new Date('2026-03-01T10:00:30Z'),
  endsAt: new Date('2026-04-01T10:00:30Z'),
};
export const APRIL = { startsAt: MARCH.endsAt, endsAt: new Date('2026-05-01T10:00:30Z') };
/** No minute is whole in it. */
export const SECONDS = { startsAt: START, endsAt: new Date(START.getTime() + 30_000) };

export const period = (
  world: UsageWorld,
  name: string,
  { startsAt, endsAt } = MARCH,
  customerId = CUSTOMER,
): Promise<void> =>
  world.period({ customerId, subscriptionId: SUBSCRIPTION, providerMeter: `mtr_${name}`, startsAt, endsAt });

export async function calls(
  world: UsageWorld,
  count: number,
  startedAt = world.clock.ms(),
  units = 0,
): Promise<void> {
  await world.call(...Array.from({ length: count }, () => ({ startedAt, units })));
}

/** The values that Stripe took of customers, in order. */
export const told = (world: UsageWorld): number[] =>
  ofCustomers(world).map(({ event }) => Number(event.value));

/** What Stripe took, but for the canaries. */
export const ofCustomers = (world: UsageWorld) =>
  world.sink.taken.filter(({ event }) => event.customerId !== CANARY);

/** What counts of them for a meter. */
export const counted = (world: UsageWorld, name = 'calls'): number =>
  ofCustomers(world)
    .filter(({ counts, event }) => counts && event.meter.name === name)
    .reduce((sum, { event }) => sum + Number(event.value), 0);
