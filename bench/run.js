/*
 * `npm run bench -- [--rounds N] [--seconds S] [--connections C] [--only name,name] [--soak MINUTES] [--short]`
 *
 * The servers side by side, in interleaved rounds, each on one core and everything else on the others; ratios first.
 * After every turn the ledger and the collector are compared with the calls that were answered: exit 1 when they differ.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { CANDIDATES, register, startCandidate } from './support/candidates.js';
import { load } from './support/load.js';
import { readOptions } from './support/options.js';
import { canPin, cpuSecondsOf, memoryOf, OTHER_CORES, stop } from './support/processes.js';
import { printReport, summarise } from './support/report.js';
import { percentile } from './support/statistics.js';
import { createWorld, rootPath } from './support/world.js';

const SETTLE_DEADLINE_MS = 120_000;
/** The tutorial's SDK sends every two seconds: what is not there after so many is lost. */
const EVENTS_DEADLINE_MS = 15_000;
const SOAK_RATE = 5_000;

const { rounds, seconds, connections, only, soak } = readOptions(
  process.argv.slice(2),
  CANDIDATES.map(({ name }) => name),
);

if (canPin) spawnSync('taskset', ['-acp', OTHER_CORES, String(process.pid)]);
else
  process.stdout.write(
    'Programs cannot be bound to cores here: the servers share them with everything else.\n',
  );

const world = await createWorld();
let mismatches = 0;
const servers = await startAll();
try {
  const measured = new Map(servers.map(({ name }) => [name, []]));
  // While all of them run: one that is suspended would keep the lines that it has just taken.
  await settle();
  for (const server of servers) await turn(server, { seconds: Math.min(seconds, 2) });
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another server: what a neighbour does to the machine hits everybody.
    for (let place = 0; place < servers.length; place++) {
      const server = servers[(place + round) % servers.length];
      measured.get(server.name).push(await turn(server, { seconds }));
    }
    process.stdout.write(`round ${round + 1} of ${rounds}\n`);
  }
  for (const server of servers) await halfRate(server, measured.get(server.name));
  const summary = summarise(servers, measured);
  printReport(summary, { rounds, seconds, connections });
  const soaked = soak > 0 ? await runSoak(soak) : undefined;
  writeResults({ summary, soak: soaked });
} finally {
  for (const { child } of servers) {
    child.kill('SIGCONT');
    await stop(child);
  }
  await world.stop();
}
process.exit(mismatches > 0 ? 1 : 0);

async function startAll() {
  // Whoever is first migrates the database and registers the account, for the others too.
  const first = await startCandidate({ ...CANDIDATES.find(({ name }) => name === 'guard only') }, world);
  const token = await register(first.base);
  await stop(first.child);
  const started = [];
  for (const candidate of CANDIDATES.filter(({ name }) => only.includes(name)))
    started.push({ ...(await startCandidate(candidate, world, token)), token });
  return started;
}

/** The others are suspended meanwhile: even idle they would take their moments of the core. */
function onlyRuns(server) {
  for (const { child } of servers) child.kill(child === server.child ? 'SIGCONT' : 'SIGSTOP');
}

/** One server's turn: load, with `rate` at that many a second, then the books. */
async function turn(server, { seconds: duration, rate }) {
  onlyRuns(server);
  const { url, token, child } = server;
  const before = await books(server);
  const cpuBefore = cpuSecondsOf(child.pid);
  const result = await load({ url, token, connections, seconds: duration, rate });
  const cpuSeconds = cpuSecondsOf(child.pid) - cpuBefore;
  const settledIn = await settle();
  const eventsLost = server.events ? await missingEvents(before, result.ok) : 0;
  check(server, result, { before, after: await books(server) });
  const { latencies, ok } = result;
  return {
    rate: ok / result.seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMicroseconds: (cpuSeconds / ok) * 1e6,
    busy: cpuSeconds / result.seconds,
    settledIn,
    eventsLost,
    memory: memoryOf(child.pid),
  };
}

async function books(server) {
  const collected = await world.collected();
  return {
    calls: server.ledger ? (await world.ledger()).calls : 0,
    events: server.moesif ? collected.distinct : collected.events,
  };
}

/** Answered calls = rows of the ledger = events at the collector, to the call. */
function check(server, { ok, failed }, { before, after }) {
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
    if (Date.now() - begun > SETTLE_DEADLINE_MS)
      throw new Error(`${lines} lines of the ledger are not read after two minutes`);
    last = events;
    await delay(250);
  }
}

/** How many of the answered calls did not come to the collector in time. */
async function missingEvents(before, answered) {
  const deadline = Date.now() + EVENTS_DEADLINE_MS;
  for (;;) {
    const missing = answered - ((await world.collected()).events - before.events);
    if (missing <= 0 || Date.now() > deadline) return missing;
    await delay(250);
  }
}

/** Latency at half of what the server itself can do. */
async function halfRate(server, turns) {
  const rate = turns.reduce((sum, { rate: one }) => sum + one, 0) / turns.length / 2;
  await turn(server, { seconds: 1, rate });
  const { p50, p99 } = await turn(server, { seconds, rate });
  turns.halfRate = { rate, p50, p99 };
}

/** Paid calls for minutes, with memory once a minute: a leak shows as a line that keeps rising. */
async function runSoak(minutes) {
  const server = servers.find(({ moesif }) => moesif) ?? servers.at(-1);
  const megabytes = [memoryOf(server.child.pid).now];
  for (let minute = 1; minute <= minutes; minute++) {
    const { memory, rate, p99 } = await turn(server, { seconds: 60, rate: SOAK_RATE });
    megabytes.push(memory.now);
    process.stdout.write(
      `soak of ${server.name}, minute ${minute}: ${rate.toFixed(0)}/s, p99 ${p99.toFixed(2)} ms, ${memory.now} MB (max ${memory.max})\n`,
    );
  }
  return { server: server.name, rate: SOAK_RATE, megabytes, max: memoryOf(server.child.pid).max };
}

function writeResults(results) {
  const machine = {
    node: process.version,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    pinned: canPin,
  };
  writeFileSync(
    rootPath('bench/results.json'),
    `${JSON.stringify({ ...machine, rounds, seconds, connections, ...results }, null, 2)}\n`,
  );
}
