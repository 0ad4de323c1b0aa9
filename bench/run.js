/*
 * `npm run bench -- [--rounds N] [--seconds S] [--connections C] [--only name,name] [--half-rate] [--soak MINUTES] [--short]`
 *
 * The servers side by side, in interleaved rounds, each on one core and everything else on the other; ratios first.
 * Afterwards the ledger and the collector are compared with the calls that were answered: exit 1 when they differ.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CANDIDATES, register, startCandidate } from './support/candidates.js';
import { load } from './support/load.js';
import { canPin, memoryOf, stop } from './support/processes.js';
import { printReport, summarise } from './support/report.js';
import { percentile } from './support/statistics.js';
import { createWorld, rootPath } from './support/world.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string' },
    'half-rate': { type: 'boolean', default: false },
    soak: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const rounds = values.short ? 1 : Number(values.rounds);
const seconds = values.short ? 1 : Number(values.seconds);
const connections = Number(values.connections);
const wanted = values.only?.split(',').map((name) => name.trim());
const chosen = CANDIDATES.filter(({ name }) => !wanted || wanted.includes(name));
if (chosen.length === 0)
  throw new Error(`--only: choose from ${CANDIDATES.map(({ name }) => name).join(', ')}`);

/** Everything but the servers shares the other core. */
if (canPin) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
else process.stdout.write('taskset is not there: the servers share the cores with everything else.\n');

const world = await createWorld();
let mismatches = 0;
const servers = await startAll();
try {
  const measured = new Map(servers.map(({ name }) => [name, []]));
  for (const server of servers) await load({ ...options(server), seconds: Math.min(seconds, 2) });
  await settle();
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another server: what a neighbour does to the machine hits everybody.
    for (let place = 0; place < servers.length; place++) {
      const server = servers[(place + round) % servers.length];
      measured.get(server.name).push(await measure(server));
    }
    process.stdout.write(`round ${round + 1} of ${rounds}\n`);
  }
  if (values['half-rate']) await measureHalfRate(measured);
  if (values.soak) await soak(Number(values.soak));
  const summary = summarise(servers, measured);
  printReport(summary, { rounds, seconds, connections });
  writeFileSync(
    rootPath('bench/results.json'),
    `${JSON.stringify({ node: process.version, rounds, seconds, connections, summary }, null, 2)}\n`,
  );
} finally {
  for (const { child } of servers) {
    child.kill('SIGCONT');
    await stop(child);
  }
  await world.stop();
}
process.exit(mismatches > 0 ? 1 : 0);

function options(server) {
  return { url: server.url, token: server.token, connections };
}

async function startAll() {
  // Whoever is first migrates the database and registers the account, for the others too.
  const first = await startCandidate({ ...CANDIDATES.find(({ name }) => name === 'guard only') }, world);
  const token = await register(first.base);
  await stop(first.child);
  const started = [];
  for (const candidate of chosen) started.push({ ...(await startCandidate(candidate, world, token)), token });
  return started;
}

/** The others are suspended meanwhile: even idle they would take their moments of the core. */
function onlyRuns(server) {
  for (const { child } of servers) child.kill(child === server.child ? 'SIGCONT' : 'SIGSTOP');
}

/** One server's turn: load, then the books. */
async function measure(server) {
  onlyRuns(server);
  const before = await books(server);
  const result = await load({ ...options(server), seconds });
  const settledIn = await settle();
  const after = await books(server);
  check(server, result, before, after);
  const { latencies, ok, failed } = result;
  return {
    rate: ok / result.seconds,
    failed,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    settledIn,
    memory: memoryOf(server.child.pid),
  };
}

async function books(server) {
  return {
    calls: server.ledger ? (await world.ledger()).calls : 0,
    events: server.moesif ? (await world.collected()).distinct : 0,
  };
}

/** Answered calls = rows of the ledger = events at the collector, to the call. */
function check(server, { ok, failed }, before, after) {
  const problems = [];
  if (failed > 0) problems.push(`${failed} calls were not answered as expected`);
  if (server.ledger && after.calls - before.calls !== ok)
    problems.push(`${ok} calls answered, ${after.calls - before.calls} in the ledger`);
  if (server.moesif && after.events - before.events !== ok)
    problems.push(`${ok} calls answered, ${after.events - before.events} at the collector`);
  for (const problem of problems) process.stdout.write(`MISMATCH ${server.name}: ${problem}\n`);
  mismatches += problems.length;
}

/** Waits until nothing of the last turn is under way: the lines of the ledger read, the collector quiet. @returns seconds. */
async function settle() {
  const begun = Date.now();
  for (let last = -1; ;) {
    const { lines } = await world.ledger();
    const { events } = await world.collected();
    if (lines === 0 && events === last) return (Date.now() - begun) / 1_000;
    if (Date.now() - begun > 120_000)
      throw new Error(`${lines} lines of the ledger are not read after two minutes`);
    last = events;
    await delay(250);
  }
}

async function measureHalfRate(measured) {
  for (const server of servers) {
    onlyRuns(server);
    const turns = measured.get(server.name);
    const rate = turns.reduce((sum, turn) => sum + turn.rate, 0) / turns.length / 2;
    await load({ ...options(server), seconds: 1, rate });
    const { latencies } = await load({ ...options(server), seconds, rate });
    turns.halfRate = { rate, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
    await settle();
  }
}

/** Half rate for minutes, with memory once a minute. */
async function soak(minutes) {
  const server = servers.find(({ name }) => name === 'ledger + Moesif') ?? servers[0];
  onlyRuns(server);
  const memory = [memoryOf(server.child.pid).now];
  for (let minute = 0; minute < minutes; minute++) {
    await load({ ...options(server), seconds: 60, rate: 5_000 });
    memory.push(memoryOf(server.child.pid).now);
    process.stdout.write(`soak of ${server.name} at 5,000/s, minute ${minute + 1}: ${memory.at(-1)} MB\n`);
  }
}
