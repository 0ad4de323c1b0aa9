/*
 * `npm run bench:period-end -- [--customers N] [--latency MS]`
 *
 * N billing periods that end in the same moment, each with a call that nobody has told, at one process. Stripe's twin takes
 * MS milliseconds for each request, and 100 requests a second. Shows how long it took until the drafts were held, from
 * when Stripe makes them final after an hour without their last usage otherwise, and until they were released. Then an hour
 * passes: exit 1 when an invoice does not bill its call.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startCandidate } from './support/candidates.js';
import { freePort, stop } from './support/processes.js';
import { createWorld } from './support/world.js';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000' },
    latency: { type: 'string', default: '200' },
  },
});
const CUSTOMERS = Number(values.customers);
const LATENCY_MS = Number(values.latency);
const AT_ONCE = 16;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CENTS_A_CALL = 100;
const CATALOG = `
currency: usd
withoutCard: unlimited
defaultPlan: daily
meters:
  - { name: calls, displayName: Calls, eventName: calls, filter: { status: 2xx }, metric: event_count, aggregation: sum }
plans:
  - id: daily
    product: { name: Daily }
    price: { model: standard, amount: 1.00, meter: calls, billingPeriod: { interval: day, count: 1 } }
`;

const world = await createWorld((dir) => {
  const file = join(dir, 'daily.yaml');
  writeFileSync(file, CATALOG);
  return file;
});
const stripe = world.env.STRIPE_API_BASE;
const port = await freePort();
const endpoint = await askStripe('webhook_endpoints', {
  url: `http://127.0.0.1:${port}/webhooks/stripe`,
  'enabled_events[]': '*',
});
const server = await startCandidate(
  {
    name: 'period end',
    script: 'dist/main.js',
    path: '/test-service',
    farebox: true,
    port,
    env: {
      STRIPE_WEBHOOK_SECRET: endpoint.secret,
      REPORT_INTERVAL: '24h',
      REGISTRATION_RATE_LIMIT: '1000000',
    },
  },
  world,
);
const sql = new pg.Client(world.env.DATABASE_URL);
await sql.connect();
let code = 0;
try {
  await signUp();
  await post(`${stripe}/_sandbox/faults`, { path: '/v1/*', delayMs: LATENCY_MS, times: 1_000_000_000 });
  await settings({ clockOffsetMs: 5 * MINUTE_MS });
  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1_000);
  process.stdout.write(`${CUSTOMERS} billing periods end\n`);
  const held = await until((drafts) => drafts.held + drafts.ended, seconds);
  process.stdout.write(`${held} s: every draft is held\n`);
  const released = await until((drafts) => drafts.ended, seconds);
  process.stdout.write(`${released} s: every draft is released\n`);
  await fetch(`${stripe}/_sandbox/faults`, { method: 'DELETE' });
  await settings({ clockOffsetMs: 67 * MINUTE_MS });
  const wrong = await wronglyBilled();
  if (wrong > 0) process.stdout.write(`WRONG: ${wrong} invoices do not bill the call of their period\n`);
  code = wrong > 0 ? 1 : 0;
} finally {
  await sql.end();
  await stop(server.child);
  await world.stop();
}
process.exit(code);

/** Customers whose day ends in five minutes, each with a call. */
async function signUp() {
  await settings({ clockOffsetMs: 5 * MINUTE_MS - DAY_MS, rateLimitPerSecond: 100_000 });
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < CUSTOMERS; n = next++) {
        const { jwt } = await post(`${server.base}/register`, {
          email: `bench-${n}@example.com`,
          firstname: 'Ada',
          lastname: 'Bench',
        });
        const response = await fetch(server.url, { headers: { authorization: `Bearer ${jwt}` } });
        if (response.status !== 200) throw new Error(`a call was answered ${response.status}`);
      }
    }),
  );
  // Their billing periods are read from Stripe by and by.
  const known = async () =>
    (await sql.query('select count(distinct customer_id)::int as n from usage_periods')).rows[0].n;
  while ((await known()) < CUSTOMERS) await delay(200);
  await settings({ rateLimitPerSecond: 100 });
}

/** Shows the way every ten seconds. @returns after how many seconds `reached` were all. */
async function until(reached, seconds) {
  for (let looks = 0; ; looks++) {
    await releaseSoon();
    const { rows } = await sql.query(
      `select count(*) filter (where state = 'seen')::int as seen, count(*) filter (where state = 'guarded')::int as held,
         count(*) filter (where ended_at is not null)::int as ended from invoice_holds`,
    );
    const [drafts] = rows;
    if (reached(drafts) >= CUSTOMERS) return seconds();
    if (looks % 10 === 9)
      process.stdout.write(
        `${seconds()} s: ${drafts.seen} seen, ${drafts.held} held, ${drafts.ended} ended\n`,
      );
    await delay(1_000);
  }
}

/** In life drafts are released an hour after they were made: all that is measured here is how long it takes. */
async function releaseSoon() {
  const { rowCount } = await sql.query(
    `with early as (select invoice_id, seen_at + interval '2 minutes' as at from invoice_holds where ended_at is null)
     update invoice_holds h set release_after = early.at, next_attempt_at = least(next_attempt_at, early.at)
     from early where early.invoice_id = h.invoice_id and h.release_after > early.at`,
  );
  if (rowCount > 0) await sql.query(`select pg_notify('farebox_work', 'billing.invoice-holds')`);
}

async function wronglyBilled() {
  const { rows } = await sql.query('select invoice_id as id, state from invoice_holds');
  let wrong = Math.abs(rows.length - CUSTOMERS);
  for (const { id, state } of rows) {
    const { total, status } = await askStripe(`invoices/${id}`);
    if (total !== CENTS_A_CALL || status === 'draft' || state !== 'released') wrong++;
  }
  return wrong;
}

async function askStripe(path, form) {
  const response = await fetch(`${stripe}/v1/${path}`, {
    method: form ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${world.env.STRIPE_KEY}` },
    ...(form && { body: new URLSearchParams(form) }),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

function settings(changes) {
  return post(`${stripe}/_sandbox/settings`, changes);
}
