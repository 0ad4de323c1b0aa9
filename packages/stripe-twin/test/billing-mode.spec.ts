import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { at, Simulation } from './support/billing-target.js';
import { TwinProcess } from './support/twin-process.js';

let twin: TwinProcess;
beforeAll(async () => {
  twin = await TwinProcess.start();
});
afterAll(() => twin.close());

it('makes classic subscriptions where the account says so, and a request does not', async () => {
  const stripe = twin.client();
  const sim = await Simulation.start({ stripe }, at(2027, 1, 1));
  const price = await sim.price({ unit_amount: 100 });
  await twin.command('settings', { defaultBillingMode: 'classic' });
  expect((await sim.subscribe([price])).billing_mode.type).toBe('classic');
  const named = await sim.subscribe([price], { billing_mode: { type: 'flexible' } });
  expect(named.billing_mode.type).toBe('flexible');
});
