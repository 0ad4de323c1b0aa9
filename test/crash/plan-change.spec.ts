import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  bearer,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { Random } from '../support/random.js';
import { until } from '../support/processes.js';
import { askStripe } from '../support/webhooks.js';

const ROUNDS = Math.min(40, Number(process.env['CRASH_ROUNDS'] ?? 3));
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

let farebox: Farebox;

beforeAll(async () => {
  farebox = await startFarebox();
}, 60_000);
afterAll(() => farebox?.stop());

interface StripeEvent {
  data: { object: { id: string }; previous_attributes?: { items?: unknown } };
}

/** How often the items of the subscription were changed. */
async function changesOf(subscriptionId: string): Promise<number> {
  const path = '/v1/events?type=customer.subscription.updated&limit=100';
  const events = (await stripeList(farebox, path)) as unknown as StripeEvent[];
  return events.filter(
    ({ data }) => data.object.id === subscriptionId && data.previous_attributes?.items !== undefined,
  ).length;
}

it(`changes the plan once in ${ROUNDS} rounds of kill -9 at any moment (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  let cut = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { json } = await post(`${farebox.url}/register`, newPerson());
    const [token, subscriptionId] = [String(json['jwt']), String(json['subscriptionId'])];
    const plan = random.pick(['volume', 'package', 'graduated'] as const);
    const change = () =>
      post(`${farebox.url}/account/plan`, { plan }, { authorization: `Bearer ${token}` }).catch(
        () => undefined,
      );
    // Calls are paused for a second before usage is told and Stripe is asked.
    const killAfter = random.between(0, 2_200);
    const first = change();
    await delay(killAfter);
    await farebox.app.kill('SIGKILL');
    if (!(await first)) cut++;
    await farebox.startApp();
    // The same request again, or the sweep alone.
    const [intent] = await query(farebox, 'select 1 from subscription_changes where ended_at is null');
    if (intent && random.chance(0.5)) {
      await query(farebox, 'update subscription_changes set next_attempt_at = now() where ended_at is null');
      await farebox.app.kill('SIGKILL');
      await farebox.startApp();
    } else expect((await change())?.status).toBe(200);
    await until(
      async () => (await request(`${farebox.url}/account`, bearer(token))).json['plan'] === plan,
      30_000,
    );
    await until(
      async () =>
        (await query(farebox, 'select 1 from subscription_changes where ended_at is null')).length === 0,
    );
    const subscription = await askStripe(farebox, 'GET', `subscriptions/${subscriptionId}`);
    const items = (subscription['items'] as { data: { price: { lookup_key: string } }[] }).data;
    expect(items.map(({ price }) => price.lookup_key)).toEqual([expect.stringContaining(plan)]);
    expect(await changesOf(subscriptionId)).toBe(1);
  }
  process.stdout.write(`${ROUNDS} changes of plan, each made once; ${cut} cut off by the kill\n`);
});

it(`schedules a change once in ${ROUNDS} rounds of kill -9 at any moment (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const { json } = await post(`${farebox.url}/register`, newPerson());
    const [token, subscriptionId] = [String(json['jwt']), String(json['subscriptionId'])];
    const headers = { authorization: `Bearer ${token}` };
    const schedule = () =>
      post(`${farebox.url}/account/plan`, { plan: 'volume', when: 'period_end' }, headers).catch(
        () => undefined,
      );
    // Creating the schedule and telling it its phases are two requests: the kill comes before, between or after them.
    const path = random.pick(['/v1/subscription_schedules', '/v1/subscriptions'] as const);
    await post(`${farebox.stripeUrl}/_sandbox/faults`, { path, delayMs: 150, times: 4 });
    const first = schedule();
    await delay(random.between(0, 900));
    await farebox.app.kill('SIGKILL');
    await first;
    await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
    await farebox.startApp();
    expect((await schedule())?.status).toBe(200);
    const account = (await request(`${farebox.url}/account`, bearer(token))).json;
    expect([account['plan'], (account['pendingChange'] as { plan: string } | null)?.plan]).toEqual([
      'standard',
      'volume',
    ]);
    const made = await stripeList(
      farebox,
      `/v1/subscription_schedules?customer=${String(json['customerId'])}`,
    );
    expect(
      made.map(({ status, subscription, phases }) => [status, subscription, (phases as unknown[]).length]),
    ).toEqual([['active', subscriptionId, 2]]);
    expect(await changesOf(subscriptionId)).toBe(0);
    expect(
      (await post(`${farebox.url}/account/plan/cancel-change`, {}, headers)).json['pendingChange'],
    ).toBeNull();
  }
});
