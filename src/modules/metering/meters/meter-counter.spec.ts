import { afterAll, beforeAll, expect, it } from '@jest/globals';
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
import type { MeterDirectory } from './meter-directory.js';

let world: MeteringWorld;
beforeAll(async () => {
  world = await createMeteringWorld();
});
afterAll(() => world?.stop());

/** Whenever a pass has ended there is one call more, as on a busy API; no more than so many. */
function whileCallsCome(client: pg.Client, most: number): pg.ClientBase {
  let left = most;
  const query = async (text: string, values?: unknown[]) => {
    const result = await client.query(text, values);
    if (text === 'commit' && left-- > 0) await world.call({ startedAt: START.getTime() });
    return result;
  };
  return { query } as unknown as pg.ClientBase;
}

it('counts what is there when it is asked to, and does not go on for as long as calls come', async () => {
  await world.period({
    customerId: CUSTOMER,
    subscriptionId: SUBSCRIPTION,
    providerMeter: COUNTED.provider.id,
    ...MARCH,
  });
  for (let calls = 0; calls < 3; calls++) await world.call({ startedAt: START.getTime() });

  const directory: Pick<MeterDirectory, 'meters'> = { meters: async () => [COUNTED] };
  const counter = new MeterCounter(directory as MeterDirectory, new TestClock(START));
  await counter.catchUp(whileCallsCome(world.client, 50));

  const { rows } = await world.client.query<{ value: string }>('select value from meter_usage');
  expect(rows).toEqual([{ value: '3' }]);
});
