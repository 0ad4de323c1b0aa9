import { withTables } from '../support/postgres.js';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  type Answer,
  bearer,
  createWebhookEndpoint,
  type Farebox,
  newPerson,
  post,
  request,
  startFarebox,
} from '../support/farebox.js';
import type { RunningProcess } from '../support/processes.js';
import { startCallers } from './support/callers.js';

/** The promise is a second; a machine that is shared with others takes longer at times, but the sweep takes a minute. */
const DEADLINE_MS = 20_000;
const ROUNDS = Math.min(10, Number(process.env['CRASH_ROUNDS'] ?? 3));

let farebox: Farebox;
let siblings: { url: string; process: RunningProcess }[];
let load: { stop(): Promise<unknown> };

beforeAll(async () => {
  farebox = await startFarebox(async ({ STRIPE_API_BASE = '', PORT = '' }) => ({
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(STRIPE_API_BASE, PORT),
  }));
  siblings = await Promise.all([farebox.startSibling(), farebox.startSibling()]);
  const others = await register();
  load = startCallers(everywhere(), others.token, 12, 5);
}, 60_000);
afterAll(async () => {
  await load?.stop();
  await Promise.all((siblings ?? []).map(({ process }) => process.kill('SIGTERM')));
  await farebox?.stop();
});

interface Customer {
  token: string;
  subscriptionId: string;
}

async function register(): Promise<Customer> {
  const { json } = await post(`${farebox.url}/register`, newPerson());
  return { token: String(json['jwt']), subscriptionId: String(json['subscriptionId']) };
}

const everywhere = (): string[] => [farebox.url, ...siblings.map(({ url }) => url)];
const statusAt = async (url: string, { token }: Customer): Promise<number> =>
  (await request(`${url}/test-service`, bearer(token))).status;

/** @returns after how many milliseconds the last of the processes answered so. @throws when one does not by the deadline. */
async function followed(customer: Customer, status: number): Promise<number> {
  const begun = performance.now();
  const times = await Promise.all(
    everywhere().map(async (url) => {
      while ((await statusAt(url, customer)) !== status) {
        if (performance.now() - begun > DEADLINE_MS) throw new Error(`${url} does not answer ${status}`);
        await delay(10);
      }
      return performance.now() - begun;
    }),
  );
  return Math.round(Math.max(...times));
}

type Change = (customer: Customer) => Promise<Answer>;
const setStatus =
  (status: string): Change =>
  ({ subscriptionId }) =>
    post(`${farebox.stripeUrl}/_sandbox/subscriptions/${subscriptionId}`, { status });
const cancel: Change = ({ token }) =>
  post(`${farebox.url}/account/cancel`, {}, { authorization: `Bearer ${token}` });
const revoke: Change = ({ token }) => {
  const { jti } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    jti: string;
  };
  return request(`${farebox.url}/account/tokens/${jti}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
};

/** What is done, one after the other, and what a call is answered after it. */
const STORIES: readonly [name: string, steps: readonly [what: string, change: Change, status: number][]][] = [
  [
    'not paid, and paid again, by webhook',
    [
      ['not paid', setStatus('unpaid'), 402],
      ['paid again', setStatus('active'), 200],
    ],
  ],
  ['cancelled', [['cancelled', cancel, 402]]],
  ['revoked', [['revoked', revoke, 401]]],
];

async function measure(steps: (typeof STORIES)[number][1]): Promise<Map<string, number[]>> {
  const taken = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    const customer = await register();
    await followed(customer, 200);
    for (const [what, change, status] of steps) {
      const answer = await change(customer);
      if (answer.status >= 300)
        throw new Error(`${what}: ${answer.status} ${answer.text}\n${farebox.app.output().slice(-3_000)}`);
      taken.set(what, [...(taken.get(what) ?? []), await followed(customer, status)]);
    }
  }
  return taken;
}

function report(how: string, taken: Map<string, number[]>): void {
  for (const [what, times] of taken) {
    const sorted = times.toSorted((one, other) => one - other);
    const median = sorted[sorted.length >> 1] ?? Number.NaN;
    const most = sorted.at(-1) ?? Number.NaN;
    process.stdout.write(`${what}, ${how}: ${median} ms, at most ${most} (${times.length} rounds)\n`);
    // Figures to read: how long it may take is a matter of the machine.
    expect(times).toHaveLength(ROUNDS);
  }
}

describe('a token stops, or works again, in three processes under load, by notification and not by the sweep', () => {
  it.each(STORIES)('%s', async (_name, steps) => {
    report('by notification', await measure(steps));
  });
});

describe('the same, while the connections for notifications are killed again and again', () => {
  let killing: Promise<number>;
  const stopping = new AbortController();

  beforeAll(() => {
    killing = killListeners();
  });
  afterAll(async () => {
    stopping.abort();
    expect(await killing).toBeGreaterThan(0);
  });

  /** Every connection whose last word was LISTEN: ours, and that of the job runner. @returns how many it killed. */
  async function killListeners(): Promise<number> {
    const client = new pg.Client(withTables(farebox.databaseUrl));
    await client.connect();
    let killed = 0;
    while (!stopping.signal.aborted) {
      const { rows } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
           and (application_name = 'farebox notifications' or query ilike 'listen %')`,
      );
      killed += rows.length;
      await delay(100);
    }
    await client.end();
    return killed;
  }

  it.each(STORIES)('%s', async (_name, steps) => {
    report('without notifications', await measure(steps));
  });
});
