import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type Answer,
  bearer,
  type Farebox,
  moesifList,
  post,
  query,
  request,
  startFarebox,
  stripeList,
} from '../support/farebox.js';
import { until } from '../support/processes.js';
import { Random } from '../support/random.js';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 3);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const PEOPLE = 50;
const PATIENCE_MS = 60_000;

interface Person {
  body: { email: string; firstname: string; lastname: string };
  headers: Record<string, string>;
  /** The 200 that came before the kill, if it did. */
  before?: Answer;
  /** How it ended. */
  outcome?: Answer;
}

let farebox: Farebox;
beforeAll(async () => {
  farebox = await startFarebox({
    REGISTRATION_RATE_LIMIT: '1000000',
    REGISTRATION_CONFLICT_LIMIT: '1000000',
  });
}, 60_000);
afterAll(() => farebox?.stop());

const send = (person: Person): Promise<Answer> =>
  post(`${farebox.url}/register`, person.body, person.headers);
const settled = ({ status }: Answer): boolean => status === 200 || status === 409;

function peopleOf(round: number): Person[] {
  return Array.from({ length: PEOPLE }, (_, index) => ({
    body: {
      email: `crash-${SEED}-${round}-${index}@example.com`,
      firstname: 'Ada',
      lastname: `Number ${index}`,
    },
    headers: index % 2 === 0 ? { 'idempotency-key': `crash-${SEED}-${round}-${index}` } : {},
  }));
}

/** Faults of Stripe in about half of the rounds. A 500 is stored under the idempotency key, as Stripe does. */
async function plantFault(random: Random): Promise<string> {
  // As slow as the real one: a kill then finds requests that Stripe has carried out and nobody has heard the answer of.
  const processingMs = random.between(20, 200);
  expect((await post(`${farebox.stripeUrl}/_sandbox/settings`, { processingMs })).status).toBe(200);
  const path = random.pick(['/v1/customers', '/v1/subscriptions']);
  const fault = random.pick([
    {},
    {},
    { status: 500 },
    { status: 429 },
    { drop: 'before' },
    { drop: 'after' },
  ]);
  if (Object.keys(fault).length === 0) return 'no fault';
  const times = random.between(1, 12);
  const { status } = await post(`${farebox.stripeUrl}/_sandbox/faults`, {
    path,
    method: 'POST',
    times,
    ...fault,
  });
  expect(status).toBe(201);
  return `${times} × ${JSON.stringify(fault)} at ${path}`;
}

/** Sends everything at once, and kills in the middle. */
async function registerAndKill(people: readonly Person[], random: Random): Promise<string> {
  const killAfter = random.between(5, 1_500);
  const stripeToo = random.chance(0.3);
  const requests = people.map(async (person) => {
    const answer = await send(person).catch(() => undefined);
    if (answer?.status === 200) person.before = answer;
  });
  await delay(killAfter);
  await Promise.all([farebox.app.kill('SIGKILL'), ...(stripeToo ? [farebox.stripe.kill('SIGKILL')] : [])]);
  await Promise.all(requests);
  if (stripeToo) await farebox.startStripe();
  await farebox.startApp();
  return `killed after ${killAfter} ms${stripeToo ? ', Stripe too' : ''}`;
}

/** Each repeats the same request until it is registered or refused. */
async function finish(person: Person): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await send(person);
    if (settled(answer)) {
      person.outcome = answer;
      return;
    }
    if (Date.now() > deadline)
      throw new Error(`${person.body.email} is stuck: ${answer.status} ${String(answer.json['code'])}`);
    await delay(100);
  }
}

async function assertExactlyOnce(person: Person): Promise<void> {
  const { outcome, before, body, headers } = person;
  const customers = await stripeList(farebox, `/v1/customers?email=${body.email}`);
  expect(customers.map(({ email }) => email)).toEqual([body.email]);
  const customerId = String(customers[0]?.['id']);
  const subscriptions = await stripeList(farebox, `/v1/subscriptions?customer=${customerId}&status=all`);
  expect(subscriptions.map(({ status }) => status)).toEqual(['active']);
  if ('idempotency-key' in headers) {
    // A key protects the answer too: registered whatever happened, and the same to the byte.
    expect(outcome?.status).toBe(200);
    if (before) expect(outcome?.text).toBe(before.text);
  }
  const answer = outcome?.status === 200 ? outcome : before;
  if (!answer) return;
  expect(answer.json).toMatchObject({ customerId, subscriptionId: subscriptions[0]?.['id'] });
  expect((await request(`${farebox.url}/test-service`, bearer(String(answer.json['jwt'])))).status).toBe(200);
}

async function openRegistrations(): Promise<number> {
  const rows = await query(farebox, 'select count(*)::int from registrations where completed_at is null');
  return Number(rows[0]?.['count']);
}

it(`survives ${ROUNDS} rounds of kill -9 in the middle of ${PEOPLE} registrations (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const people = peopleOf(round);
    const fault = await plantFault(random);
    const kill = await registerAndKill(people, random);
    await Promise.all(people.map(finish));
    for (const person of people) await assertExactlyOnce(person);
    expect(await openRegistrations()).toBe(0);
    const profiles = await until(async () => {
      const users = new Set(
        (await moesifList(farebox, 'users')).map((user) => (user['metadata'] as { email?: string }).email),
      );
      return people.every(({ body }) => users.has(body.email)) ? users.size : undefined;
    });
    const answered = people.filter(({ before }) => before).length;
    const lost = people.filter(({ before, outcome }) => !before && outcome?.status === 409).length;
    process.stdout.write(
      `round ${round + 1}: ${kill}, ${fault}; ${answered} answered before, ${lost} refused after (token claimed, answer lost), ${profiles} profiles\n`,
    );
    await request(`${farebox.stripeUrl}/_sandbox/faults`, { method: 'DELETE' });
  }
});
