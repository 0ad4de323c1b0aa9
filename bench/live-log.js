/*
 * `npm run -s build && node bench/live-log.js [--rounds N] [--seconds S] [--watchers W] [--connections C] [--rate R]`
 *
 * What watchers of the live log cost those who pay: calls to one process without and with W live logs open, interleaved,
 * at full speed and at a fixed rate; ratios first, then memory. The callers' own account is watched as often as it may.
 * Every answer is checked; exit 1 when a call failed, a live log broke, or one showed nothing.
 */
import { spawnSync } from 'node:child_process';
import { request as open } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CANDIDATES, startCandidate } from './support/candidates.js';
import { load } from './support/load.js';
import { canPin, memoryOf, stop } from './support/processes.js';
import { median, percentile } from './support/statistics.js';
import { createWorld } from './support/world.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    watchers: { type: 'string', default: '200' },
    connections: { type: 'string', default: '32' },
    rate: { type: 'string', default: '2000' },
  },
});
const [rounds, seconds, watchers] = [Number(values.rounds), Number(values.seconds), Number(values.watchers)];
const [connections, rate] = [Number(values.connections), Number(values.rate)];
/** As the application allows. */
const PER_ACCOUNT = 10;

if (canPin) spawnSync('taskset', ['-acp', '1', String(process.pid)]);
const world = await createWorld();
const server = await startCandidate({ ...CANDIDATES.find(({ name }) => name === 'ledger commit') }, world);
let failures = 0;
try {
  const tokens = [];
  for (let n = 0; n < Math.ceil(watchers / PER_ACCOUNT); n++) tokens.push(await register(n));
  const call = (more) => load({ url: server.url, token: tokens[0], connections, seconds, ...more });
  await call({});
  const idle = memoryOf(server.child.pid).now;
  const results = { 'at full speed': { without: [], with: [] }, [`at ${rate}/s`]: { without: [], with: [] } };
  let watched;
  let shown = 0;
  for (let round = 0; round < rounds; round++) {
    // Whoever is first in a round is second in the next.
    for (const kind of round % 2 === 0 ? ['without', 'with'] : ['with', 'without']) {
      const logs = kind === 'with' ? await watchAll(tokens) : [];
      for (const [name, more] of [
        ['at full speed', {}],
        [`at ${rate}/s`, { rate }],
      ]) {
        const result = await call(more);
        failures += result.failed;
        results[name][kind].push({
          perSecond: result.ok / result.seconds,
          p50: percentile(result.latencies, 0.5),
          p99: percentile(result.latencies, 0.99),
        });
      }
      if (kind === 'with') {
        watched = memoryOf(server.child.pid).now;
        failures += logs.filter((log) => log.broken).length;
        // Those of the account that calls have seen its calls.
        failures += logs.slice(0, PER_ACCOUNT).filter((log) => log.bytes < 1_000).length;
        shown += logs.reduce((sum, log) => sum + log.bytes, 0);
      }
      for (const log of logs) log.close();
      await delay(500);
    }
    process.stdout.write(`round ${round + 1} of ${rounds}\n`);
  }
  report(results);
  process.stdout.write(
    `memory: ${idle} MB before, ${watched} MB with ${watchers} live logs in the last round, ` +
      `${memoryOf(server.child.pid).max} MB at most; ${Math.round(shown / 1_048_576)} MB were shown; failures: ${failures}\n`,
  );
} finally {
  await stop(server.child);
  await world.stop();
}
process.exit(failures > 0 ? 1 : 0);

function report(results) {
  for (const [name, kinds] of Object.entries(results)) {
    for (const [measure, of] of [
      ['requests/s', (each) => each.perSecond],
      ['p50 ms', (each) => each.p50],
      ['p99 ms', (each) => each.p99],
    ]) {
      const [without, with_] = [median(kinds.without.map(of)), median(kinds.with.map(of))];
      process.stdout.write(
        `${name}, ${measure}: × ${(with_ / without).toFixed(2)} (${without.toFixed(2)} without, ${with_.toFixed(2)} with)\n`,
      );
    }
  }
}

async function register(n) {
  const response = await fetch(`${server.base}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `live-${n}@example.com`, firstname: 'Ada', lastname: 'Bench' }),
  });
  const { jwt } = await response.json();
  if (!jwt) throw new Error(`POST /register answered ${response.status}`);
  return jwt;
}

/** Opens the live logs, ten an account, and waits until each has begun. */
async function watchAll(tokens) {
  const logs = Array.from({ length: watchers }, (_, n) => watch(tokens[Math.floor(n / PER_ACCOUNT)]));
  await Promise.all(logs.map(({ begun }) => begun));
  // The second look at the ledger, a second after opening, is not what is measured.
  await delay(1_500);
  return logs;
}

function watch(token) {
  const log = { bytes: 0, broken: false, close: () => undefined, begun: undefined };
  log.begun = new Promise((resolve, reject) => {
    const request = open(`${server.base}/account/calls/live`, {
      headers: { authorization: `Bearer ${token}` },
    });
    let closing = false;
    log.close = () => {
      closing = true;
      request.destroy();
    };
    request.on('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`a live log was answered ${response.statusCode}`));
      response.on('data', (data) => {
        log.bytes += data.length;
        resolve();
      });
      response.on('close', () => (log.broken ||= !closing));
    });
    request.on('error', (error) => (closing ? undefined : reject(error)));
    request.end();
  });
  return log;
}
