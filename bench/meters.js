/*
 * `npm run bench:meters -- [--calls N] [--customers N] [--days N]`: what a pass of the meters costs, and that it costs what
 * is new and not what is old. Fills a ledger of its own with calls at 1,000 a second (or spread over some days, where
 * nearly each call is the first of its customer and hour), lets the meters read it, and at a tenth and at the whole of it
 * measures one more minute of 1,000 calls a second. Every call counts for four meters of different metrics.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureEmbeddedPostgres } from '../dist/platform/embedded-postgres/embedded-postgres.js';
import { migrateDatabase } from '../dist/platform/database/migrate.js';
import { createPartition } from '../dist/modules/ledger/store/partitions.js';
import { countPass } from '../dist/modules/meters/counting/meter-pass.js';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '10000000' },
    customers: { type: 'string', default: '10000' },
    days: { type: 'string' },
  },
});
const CALLS = Number(values.calls);
const CUSTOMERS = Number(values.customers);
const BATCH = 500;
const DAY_MS = 86_400_000;
const MINUTE_CALLS = 60_000;
const SPAN_MS = values.days ? Number(values.days) * DAY_MS : CALLS;

const meter = (name, metric, aggregation) => ({
  definition: {
    name,
    displayName: name,
    eventName: name,
    filter: { status: ['2xx'] },
    metric,
    aggregation,
    windowMs: 3_600_000,
  },
  provider: { name, id: `mtr_${name}`, eventName: name, customerKey: 'c', valueKey: 'v' },
});
const meters = [
  meter('calls', 'event_count', 'sum'),
  meter('users', 'unique_users', 'sum'),
  meter('peak', 'sum_of_units', 'maximum'),
  meter('sessions', 'unique_sessions', 'most_recent_in_period'),
];

const dir = mkdtempSync(join(tmpdir(), 'farebox-meters-'));
const postgres = await ensureEmbeddedPostgres({ home: dir, removeWhenStopped: true });
await migrateDatabase(postgres.connectionString);
const client = new pg.Client(postgres.connectionString);
await client.connect();
// Filling is not what is measured.
await client.query('set synchronous_commit = off');

const end = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const start = end - SPAN_MS;
for (let day = Math.floor(start / DAY_MS) * DAY_MS; day <= end; day += DAY_MS)
  await createPartition(client, new Date(day).toISOString().slice(0, 10));
await client.query(
  `insert into usage_periods (customer_id, provider_meter, starts_at, ends_at, subscription_id, price_id, cycle_start,
     counts_from, counts_to, closed)
   select 'cus_' || c, meter, $1, $2, 'sub_' || c, 'price', $1, '-infinity', 'infinity', false
   from generate_series(1, $3::int) c, unnest($4::text[]) meter`,
  [new Date(start), new Date(end + 2 * DAY_MS), CUSTOMERS, meters.map(({ provider }) => provider.id)],
);

/** So that no two fills make the same ids. */
let fills = 0;

/** Calls from one time to another, in batches as the ledger commits them, one after the other, each with its to-do line. */
async function fill(calls, fromMs, toMs) {
  await client.query(
    `with batch as (
       select g, to_timestamp(($2 + ($3::float8 - $2) * g / $1) / 1000.0) as at from generate_series(0, $1 - 1) g
     ), src as materialized (
       select b.g, b.at, (b.at at time zone 'UTC')::date as day,
         (lpad(to_hex((extract(epoch from b.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(b.g || '.' || i || '.' || $6), 1, 3)
           || '8' || substr(md5(i || '.' || b.g || '.' || $6), 1, 15))::uuid as id,
         1 + (random() * ($5 - 1))::int as c, (random() * 20)::int as u, (random() * 5)::int as s
       from batch b, generate_series(1, $4::int) i
     ), added as (
       insert into calls (day, id, account_id, customer_id, subscription_id, plan, company_id, user_id, session_id, route,
         verb, path, status, started_at, duration_us, units)
       select day, id, '00000000-0000-7000-8000-000000000000', 'cus_' || c, 'sub_' || c, 'standard', 'sub_' || c,
         'user_' || c || '_' || u, 'session_' || c || '_' || s, '/test-service', 'GET', '/test-service', 200, at, 800, u
       from src order by g
     )
     insert into ledger_lines (reader, id, day, calls)
     select 'meters', (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || substr(md5(g || 'l' || $6), 1, 15))::uuid,
       day, array_agg(id) from src group by g, at, day`,
    [Math.ceil(calls / BATCH), fromMs, toMs, BATCH, CUSTOMERS, fills++],
  );
}

async function read() {
  const begin = process.hrtime.bigint();
  let calls = 0;
  for (let taken; (taken = await countPass(client, meters, 'wait')) > 0;) calls += taken;
  return { calls, ms: Number(process.hrtime.bigint() - begin) / 1e6 };
}

async function oneMoreMinute(at) {
  const times = [];
  for (let n = 0; n < 3; n++) {
    await fill(MINUTE_CALLS, at + n * 60_000, at + (n + 1) * 60_000);
    times.push((await read()).ms);
  }
  return times.toSorted((one, other) => one - other)[1];
}

const STEPS = 20;
let total = { calls: 0, ms: 0 };
const minutes = {};
for (let step = 0; step < STEPS; step++) {
  const from = start + (SPAN_MS / STEPS) * step;
  await fill(CALLS / STEPS, from, from + SPAN_MS / STEPS);
  const { calls, ms } = await read();
  total = { calls: total.calls + calls, ms: total.ms + ms };
  const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `${total.calls.toLocaleString('en')} calls read, ${Math.round((calls / ms) * 1000).toLocaleString('en')} a second; ${rss} MB`,
  );
  if (step + 1 === STEPS / 10 || step + 1 === STEPS)
    minutes[total.calls] = await oneMoreMinute(from + SPAN_MS / STEPS - 4 * 60_000);
}
const [early, late] = Object.values(minutes);
for (const [calls, ms] of Object.entries(minutes))
  console.log(
    `one more minute (${MINUTE_CALLS.toLocaleString('en')} calls) after ${Number(calls).toLocaleString('en')}: ${ms.toFixed(0)} ms, ${Math.round((MINUTE_CALLS / ms) * 1000).toLocaleString('en')} calls a second`,
  );
console.log(`late / early: ${(late / early).toFixed(2)}`);
console.log(
  `all: ${Math.round((total.calls / total.ms) * 1000).toLocaleString('en')} calls a second, four meters each`,
);
const { rows } = await client.query(
  `select count(*)::int as rows, sum(value)::text as calls from meter_usage where meter = 'calls'`,
);
console.log(`counted: ${rows[0].calls} calls of ${rows[0].rows} customers`);
await client.end();
await postgres.stop?.();
rmSync(dir, { recursive: true, force: true });
process.exit(0);
