import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  createMeteringWorld,
  CUSTOMER,
  type MeteringWorld,
  SUBSCRIPTION,
} from '../../../../test/support/metering-world.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { COUNTED, MARCH, START } from '../../../../test/support/usage-steps.js';
import { MeterCounter } from './meter-counter.js';
import type { MeterDirectory } from '../directory/meter-directory.js';
import { resumeWaiting } from './waiting-calls.js';

let world: MeteringWorld;
beforeAll(async () => {
  world = await createMeteringWorld();
});
beforeEach(() => world.empty());
afterAll(() => world?.stop());

const directory: Pick<MeterDirectory, 'meters'> = { meters: async () => [COUNTED] };
const counter = new MeterCounter(directory as MeterDirectory, new TestClock(START));
const march = () =>
  world.period({
    customerId: CUSTOMER,
    subscriptionId: SUBSCRIPTION,
    providerMeter: COUNTED.provider.id,
    ...MARCH,
  });
const counted = async (): Promise<string[]> => {
  const { rows } = await world.client.query<{ value: string }>('select value from farebox.meter_usage');
  return rows.map(({ value }) => value);
};

/** Does something more whenever a pass has ended. */
function afterEachPass(client: pg.Client, more: () => Promise<unknown>): pg.ClientBase {
  const query = async (text: string, values?: unknown[]) => {
    const result = await client.query(text, values);
    if (text === 'commit') await more();
    return result;
  };
  return { query } as unknown as pg.ClientBase;
}

it('counts what is there when it is asked to, and does not go on for as long as calls come', async () => {
  await march();
  for (let calls = 0; calls < 3; calls++) await world.call({ startedAt: START.getTime() });
  let left = 50;
  // As on a busy API.
  const calling = async () => left-- > 0 && (await world.call({ startedAt: START.getTime() }));
  await counter.catchUp(afterEachPass(world.client, calling));
  expect(await counted()).toEqual(['3']);
});

it('counts what waited for its period, though the loop of the application gives it back at the same time', async () => {
  await world.call({ startedAt: START.getTime() });
  await counter.catchUp(world.client);
  expect(await counted()).toEqual([]);
  await march();
  await counter.catchUp(afterEachPass(world.client, () => resumeWaiting(world.client)));
  expect(await counted()).toEqual(['1']);
});
