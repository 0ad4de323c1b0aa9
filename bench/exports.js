/*
 * `npm run -s build && node bench/exports.js [--rounds N] [--seconds S] [--rate R] [--partitions P]`
 *
 * What one account's look-ups cost the others: paid calls of another account at a fixed rate and `GET /health/ready`, beside
 * 30 and 80 connections that export calls as CSV again and again, and beside 30 of an account that has no call, in a ledger
 * of P partitions. Ratios are against the same load without them in the same run. Exit 1 when a paid call failed or the
 * process was not ready.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { CANDIDATES, startCandidate } from './support/candidates.js';
import { load } from './support/load.js';
import { canPin, stop } from './support/processes.js';
import { median, percentile } from './support/statistics.js';
import { createWorld } from './support/world.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '100' },
    partitions: { type: 'string', default: '408' },
  },
});
const [rounds, seconds, rate] = [Number(values.rounds), Number(values.seconds), Number(values.rate)];
const CALLS = 20_000;

if (canPin) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
const world = await createWorld();
const server = await startCandidate({ ...CANDIDATES.find(({ name }) => name === 'ledger commit') }, world);
const sql = new pg.Client(world.env.DATABASE_URL);
let failures = 0;
try {
  await sql.connect();
  await makePartitions(Number(values.partitions));
  const [payer, exporter, empty] = [
    await register('payer'),
    await register('exporter'),
    await register('empty'),
  ];
  await book(exporter.customerId);
  const loads = {
    idle: { connections: 0 },
    '30 exports': { connections: 30, token: exporter.jwt, path: '/account/calls?format=csv' },
    '80 exports': { connections: 80, token: exporter.jwt, path: '/account/calls?format=csv' },
    '30 look-ups of an empty account': { connections: 30, token: empty.jwt, path: '/account/calls' },
  };
  const results = Object.fromEntries(Object.keys(loads).map((name) => [name, []]));
  await measure({ connections: 0 });
  for (let round = 0; round < rounds; round++) {
    for (const [name, others] of Object.entries(loads)) results[name].push(await measure(others));
    process.stdout.write(`round ${round + 1} of ${rounds}\n`);
  }
  report(results);

  async function measure({ connections, token, path }) {
    const ending = new AbortController();
    const counts = {};
    const others = Array.from({ length: connections }, () => repeat(token, path, counts, ending.signal));
    const readiness = watchReadiness(ending.signal);
    const paid = await load({ url: server.url, token: payer.jwt, connections: 8, seconds, rate });
    ending.abort();
    await Promise.all(others);
    const { latencies, notReady } = await readiness;
    failures += paid.failed + notReady;
    await delay(300);
    return {
      'paid p50': percentile(paid.latencies, 0.5),
      'paid p99': percentile(paid.latencies, 0.99),
      'ready p50': percentile(latencies, 0.5),
      'ready max': latencies.at(-1),
      counts,
    };
  }
} finally {
  await sql.end();
  await stop(server.child);
  await world.stop();
}
process.exit(failures > 0 ? 1 : 0);

function report(results) {
  for (const [name, all] of Object.entries(results)) {
    const text = ['paid p50', 'paid p99', 'ready p50', 'ready max'].map((measured) => {
      const of = (each) => median(each.map((one) => one[measured]));
      return `${measured} ${of(all).toFixed(1)} ms (× ${(of(all) / of(results.idle)).toFixed(2)})`;
    });
    const answers = {};
    for (const { counts } of all)
      for (const [status, count] of Object.entries(counts)) answers[status] = (answers[status] ?? 0) + count;
    process.stdout.write(`${name}: ${text.join(', ')}; answered ${JSON.stringify(answers)}\n`);
  }
  process.stdout.write(`failures: ${failures}\n`);
}

/** Asks again and again, and a second after a refusal. */
async function repeat(token, path, counts, signal) {
  while (!signal.aborted) {
    const response = await fetch(server.base + path, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    counts[response.status] = (counts[response.status] ?? 0) + 1;
    if (response.status !== 200) await delay(1_000);
  }
}

async function watchReadiness(signal) {
  const latencies = [];
  let notReady = 0;
  while (!signal.aborted) {
    const began = performance.now();
    const response = await fetch(`${server.base}/health/ready`);
    await response.text();
    latencies.push(performance.now() - began);
    if (response.status !== 200) notReady++;
    await delay(50);
  }
  return { latencies: latencies.toSorted((one, other) => one - other), notReady };
}

async function register(name) {
  const response = await fetch(`${server.base}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.com`, firstname: 'Ada', lastname: 'Bench' }),
  });
  const account = await response.json();
  if (!account.jwt) throw new Error(`POST /register answered ${response.status}`);
  return account;
}

/** So many days before today. */
async function makePartitions(count) {
  for (let n = 1; n < count; n++) {
    const day = new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
    const next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    await sql.query(
      `create table if not exists calls_${day.replaceAll('-', '_')} partition of calls for values from ('${day}') to ('${next}')`,
    );
  }
}

/** Calls of today with paths of a kilobyte. */
async function book(customerId) {
  await sql.query(
    `insert into calls
     select (now() at time zone 'utc')::date,
       (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
       gen_random_uuid(), $1, 'sub', 'standard', 'sub', $1, 'token', '/r', 'GET', '/' || repeat('x', 1000), 200, now(), 1500, 0
     from generate_series(1, $2::integer) as n`,
    [customerId, CALLS],
  );
}
