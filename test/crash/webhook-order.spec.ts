import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Farebox, post, startFarebox } from '../support/farebox.js';
import type { RunningProcess } from '../support/processes.js';
import { Random } from '../support/random.js';
import {
  booksOf,
  customersWithAPast,
  deliverInDisorder,
  expectAllApplied,
  forgetNews,
  type StormCustomer,
  stormEvents,
  truthOf,
} from '../support/webhook-storm.js';

const ORDERS = Math.min(20, Number(process.env['CRASH_ROUNDS'] ?? 3));
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const EVENTS = 500;
const SECRET = 'whsec_of_the_tests_0123456789';

let farebox: Farebox;
let sibling: { url: string; process: RunningProcess };
let customers: StormCustomer[];

beforeAll(async () => {
  farebox = await startFarebox({ STRIPE_WEBHOOK_SECRET: SECRET });
  sibling = await farebox.startSibling();
  // Stripe's limits are not what is tried here.
  await post(`${farebox.stripeUrl}/_sandbox/settings`, {
    rateLimitPerSecond: 100_000,
    endpointLimitPerSecond: 100_000,
  });
  customers = await customersWithAPast(farebox);
}, 60_000);
afterAll(async () => {
  await sibling?.process.kill('SIGTERM');
  await farebox?.stop();
});

it(`${EVENTS} events in ${ORDERS} orders, some twice and thrice, to two processes, one of them killed at times: what Stripe says (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const truth = await truthOf(farebox, customers);
  for (let order = 0; order < ORDERS; order++) {
    await forgetNews(farebox);
    const round = `storm${order}`;
    const events = stormEvents(customers, EVENTS, random, round);
    const kill = random.chance(0.5) ? random.between(50, 1_500) : undefined;
    const killing = kill === undefined ? undefined : killAndRestart(kill);
    const total = await deliverInDisorder(() => [farebox.url, sibling.url], events, random, SECRET);
    await killing;
    await expectAllApplied(farebox, round, EVENTS);
    expect(await booksOf(farebox, customers)).toEqual(truth);
    const killed = kill === undefined ? '' : `; one process killed after ${kill} ms`;
    process.stdout.write(`order ${order + 1}: ${total} deliveries, state as at Stripe${killed}\n`);
  }
});

async function killAndRestart(afterMs: number): Promise<void> {
  await delay(afterMs);
  await farebox.app.kill('SIGKILL');
  await farebox.startApp();
}
