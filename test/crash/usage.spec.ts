import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  query,
  request,
  startFarebox,
  STRIPE_KEY,
} from '../support/farebox.js';
import { type RunningProcess, runProcess, until } from '../support/processes.js';
import { startCallers } from './support/callers.js';
import { Random } from '../support/random.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const DAY_MS = 86_400_000;
/** The customers' billing period began so long ago: every report finds a minute of its own. */
const AGE_MS = 20 * DAY_MS;
const LAG_MS = 1_500;
/** What Stripe has refused to take many times is tried again after a quarter of an hour at the latest. */
const SETTLE_MS = 250_000;

interface Customer {
  token: string;
  customerId: string;
  subscriptionId: string;
}

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
const customers: Customer[] = [];
const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

beforeAll(async () => {
  farebox = await startFarebox(async (defaults) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(
      String(defaults['STRIPE_API_BASE']),
      String(defaults['PORT']),
    ),
    REPORT_INTERVAL: '1s',
    USAGE_SETTLING: '5s',
    USAGE_PROOF_INTERVAL: '1s',
  }));
  await stripeSettings({ clockOffsetMs: -AGE_MS });
  for (let n = 0; n < 3; n++) {
    const { json } = await post(`${farebox.url}/register`, newPerson());
    customers.push({
      token: String(json['jwt']),
      customerId: String(json['customerId']),
      subscriptionId: String(json['subscriptionId']),
    });
  }
  await stripeSettings({ clockOffsetMs: 0, summaryLagMs: LAG_MS });
  sibling = await farebox.startSibling();
}, 90_000);
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

const stripeSettings = (values: object) => post(`${farebox.stripeUrl}/_sandbox/settings`, values);

/** What goes wrong at Stripe in a round: some of everything that can. */
async function breakStripe(random: Random): Promise<string[]> {
  const path = '/v1/billing/meter_events';
  const faults = [
    { name: '500', body: { path, status: 500 } },
    { name: '429', body: { path, status: 429 } },
    { name: 'cut before', body: { path, drop: 'before' } },
    { name: 'cut after', body: { path, drop: 'after' } },
    { name: 'stall', body: { path, delayMs: random.chance(0.1) ? 12_000 : 700 } },
    { name: 'totals 500', body: { path: '/v1/billing/meters/*', status: 500 } },
  ];
  const chosen = faults.filter(() => random.chance(0.4));
  for (const { body } of chosen)
    await post(`${farebox.stripeUrl}/_sandbox/faults`, { ...body, times: random.between(1, 4) });
  if (random.chance(0.3)) {
    await post(`${farebox.stripeUrl}/_sandbox/meter-events/reject`, { times: 1 });
    return [...chosen.map(({ name }) => name), 'rejected later'];
  }
  return chosen.map(({ name }) => name);
}

/** What a person could do in Stripe's dashboard: another price on the same meter, in the middle of the period. */
async function changePlan(random: Random, { subscriptionId }: Customer): Promise<void> {
  const headers = { authorization: `Bearer ${STRIPE_KEY}` };
  const { json } = await request(`${farebox.stripeUrl}/v1/subscriptions/${subscriptionId}`, { headers });
  const item = (json['items'] as { data: { id: string }[] }).data[0]?.id ?? '';
  const { json: prices } = await request(
    `${farebox.stripeUrl}/v1/prices?lookup_keys[]=farebox:${random.pick(['standard', 'package', 'volume'] as const)}`,
    { headers },
  );
  await request(`${farebox.stripeUrl}/v1/subscriptions/${subscriptionId}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams([
      ['items[0][id]', item],
      ['items[0][price]', (prices['data'] as { id: string }[])[0]?.id ?? ''],
    ]),
  });
}

it(`bills every answered call once in ${ROUNDS} rounds of kills and of Stripe at its worst (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const changes = new Map<number, number>();
  const served = new Map(customers.map(({ customerId }) => [customerId, { answered: 0, unheard: 0 }]));
  for (let round = 0; round < ROUNDS; round++) {
    const broken = await breakStripe(random);
    const callers = customers.map(({ token }) => startCallers([farebox.url, sibling.url], token, 6));
    const chosen = random.chance(0.15) ? random.pick([0, 1, 2] as const) : undefined;
    // A period of which no minute is whole shares its only one with its neighbours: nobody can tell them apart.
    const changed =
      chosen !== undefined && performance.now() - (changes.get(chosen) ?? -1e9) > 180_000
        ? chosen
        : undefined;
    if (changed !== undefined) changes.set(changed, performance.now());
    const killAfter = random.between(300, 3_000);
    const victims = random.pick(['first', 'second', 'both'] as const);
    await Promise.all([
      delay(killAfter),
      changed === undefined ? undefined : changePlan(random, customers[changed] as Customer),
    ]);
    await Promise.all([
      ...(victims === 'second' ? [] : [farebox.app.kill('SIGKILL')]),
      ...(victims === 'first' ? [] : [sibling.process.kill('SIGKILL')]),
    ]);
    for (const [index, { customerId }] of customers.entries()) {
      const seen = await callers[index]?.stop();
      expect(Object.fromEntries(seen?.others ?? [])).toEqual({});
      const sum = served.get(customerId);
      if (!sum || !seen) continue;
      sum.answered += seen.answered.size;
      sum.unheard += seen.unanswered;
    }
    if (victims !== 'second') await farebox.startApp();
    if (victims !== 'first') sibling = await farebox.startSibling({ PORT: new URL(sibling.url).port });
    process.stdout.write(
      `round ${round + 1}: killed ${victims} after ${killAfter} ms; Stripe: ${broken.join(', ') || 'well'}${changed === undefined ? '' : '; a plan changed'}\n`,
    );
  }
  await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
  await expectEqualBooks(served);
}, 3_600_000);

/** Answers received = ledger = meter = Stripe's totals, for each customer, when everything has settled. */
async function expectEqualBooks(
  served: ReadonlyMap<string, { answered: number; unheard: number }>,
): Promise<void> {
  const reconcile = () =>
    runProcess({
      script: cli,
      args: ['usage', 'reconcile', '--json', '--all'],
      env: farebox.env,
      cwd: join(String(farebox.env['FAREBOX_HOME'])),
    });
  let said = '';
  const rows = await until(async () => {
    const { code, output } = await reconcile();
    said = output();
    if (code !== 0) return undefined;
    const json = output()
      .split('\n')
      .find((line) => line.startsWith('{"compared"'));
    if (json === undefined) return undefined;
    const found = (JSON.parse(json) as { rows: Record<string, string>[] }).rows;
    // `pending`: the totals agree, and a price that was left is on the invoice of the cycle, which is yet to come.
    return found.every(({ verdict }) => verdict === 'equal' || verdict === 'pending') ? found : undefined;
  }, SETTLE_MS).catch(async (cause: unknown) => {
    const intents = await query(
      farebox,
      `select customer_id, starts_at, n, value::text, at, own_minute, state, reason, attempts, next_attempt_at, sent_at
       from usage_intents where state <> 'proven' order by 1, 2, 3`,
    );
    throw new Error(`the books differ:\n${said}\n${JSON.stringify(intents)}`, { cause });
  });
  for (const [customerId, { answered, unheard }] of served) {
    const [ledger] = await query(
      farebox,
      'select count(*)::int as calls from calls where customer_id = $1 and corrects is null',
      [customerId],
    );
    const calls = Number(ledger?.['calls']);
    const own = rows.filter((row) => row['customerId'] === customerId);
    const sum = (column: string) => own.reduce((total, row) => total + Number(row[column]), 0);
    process.stdout.write(
      `${customerId}: ${answered} answered (${unheard} cut off), ${calls} in the ledger, ${sum('counted')} counted, ${sum('stripe')} at Stripe\n`,
    );
    expect(calls).toBeGreaterThanOrEqual(answered);
    expect(calls).toBeLessThanOrEqual(answered + unheard);
    expect([sum('counted'), sum('stripe'), await totalAtStripe(customerId)]).toEqual([calls, calls, calls]);
  }
}

/** Straight from Stripe, over everything, and not through our own code. */
async function totalAtStripe(customerId: string): Promise<number> {
  const headers = { authorization: `Bearer ${STRIPE_KEY}` };
  const { json: meters } = await request(`${farebox.stripeUrl}/v1/billing/meters`, { headers });
  const [meter] = meters['data'] as { id: string }[];
  const minute = Math.floor(Date.now() / 60_000) * 60;
  const { json } = await request(
    `${farebox.stripeUrl}/v1/billing/meters/${meter?.id}/event_summaries?customer=${customerId}&start_time=${minute - 30 * 86_400}&end_time=${minute + 600}`,
    { headers },
  );
  return (json['data'] as { aggregated_value: number }[]).reduce((sum, row) => sum + row.aggregated_value, 0);
}
