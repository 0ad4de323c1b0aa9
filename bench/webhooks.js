/*
 * `npm run bench:webhooks -- [--seconds S] [--connections C] [--short]`
 *
 * How many signed events a second the application stores: it runs on one core, PostgreSQL, the Stripe twin and whoever
 * delivers on the other. Afterwards what is stored is compared with what was acknowledged: exit 1 when they differ.
 */
import { createHmac } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startCandidate } from './support/candidates.js';
import { canPin, memoryOf, stop } from './support/processes.js';
import { percentile } from './support/statistics.js';
import { createWorld } from './support/world.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    short: { type: 'boolean', default: false },
  },
});
const seconds = values.short ? 1 : Number(values.seconds);
const connections = Number(values.connections);
const SECRET = 'whsec_of_the_benchmark_0123456789';
const CUSTOMERS = 1_000;

if (canPin) spawnSync('taskset', ['-acp', '1', String(process.pid)]);

const world = await createWorld();
const server = await startCandidate(
  {
    name: 'webhooks',
    script: 'dist/main.js',
    path: '/plans',
    farebox: true,
    env: { STRIPE_WEBHOOK_SECRET: SECRET },
  },
  world,
);
const sql = new pg.Client(world.env.DATABASE_URL);
await sql.connect();
const agent = new Agent({ keepAlive: true, maxSockets: connections });
let sent = 0;
let failed = 0;
let code = 0;
try {
  await deliverFor(Math.min(2, seconds));
  const before = await stored();
  const { acknowledged, latencies, took } = await deliverFor(seconds);
  const after = await stored();
  const rate = acknowledged / took;
  const ms = (share) => percentile(latencies, share).toFixed(1);
  process.stdout.write(
    `${Math.round(rate)} events/s stored (${connections} connections, ${took.toFixed(1)} s), ` +
      `p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms, ${memoryOf(server.child.pid).now} MB\n`,
  );
  if (failed > 0 || after - before !== acknowledged) {
    process.stdout.write(
      `MISMATCH: ${acknowledged} acknowledged, ${after - before} stored, ${failed} failed\n`,
    );
    code = 1;
  }
} finally {
  agent.destroy();
  await sql.end();
  await stop(server.child);
  await world.stop();
}
process.exit(code);

async function stored() {
  return (await sql.query('select count(*)::int as n from webhook_events')).rows[0].n;
}

async function deliverFor(duration) {
  const begun = performance.now();
  const end = begun + duration * 1_000;
  const latencies = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const from = performance.now();
        if ((await deliver(eventText(++sent))) === 200) latencies.push(performance.now() - from);
        else failed++;
      }
    }),
  );
  latencies.sort((one, other) => one - other);
  return { acknowledged: latencies.length, latencies, took: (performance.now() - begun) / 1_000 };
}

/** About as long as what Stripe says of a subscription with one item. */
function eventText(n) {
  return JSON.stringify({
    id: `evt_bench_${n}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    type: 'customer.subscription.updated',
    data: {
      object: {
        id: `sub_bench_${n % CUSTOMERS}`,
        object: 'subscription',
        customer: `cus_bench_${n % CUSTOMERS}`,
        status: 'active',
        description: 'x'.repeat(2_000),
      },
    },
  });
}

function deliver(body) {
  const at = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex');
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${server.base}/webhooks/stripe`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          'stripe-signature': `t=${at},v1=${signature}`,
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
