/* Programs of a benchmark: each on the core it belongs on, ended with the benchmark. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether programs can be bound to a core: Linux with two of them. */
export const canPin = process.platform === 'linux' && spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** The cores, as `taskset` names them, of the measured server and of everything else. */
export const SERVER_CORE = '0';
export const OTHER_CORES = availableParallelism() > 2 ? `1-${availableParallelism() - 1}` : '1';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program of Node's on the cores of the others, or on those given. Its output is shown when it fails. */
export function start(args, { env, cores = OTHER_CORES, ipc = false, cwd }) {
  const command = [process.execPath, ...args];
  const pinned = canPin ? ['taskset', '-c', cores, ...command] : command;
  const child = spawn(pinned[0], pinned.slice(1), {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? ['ipc'] : [])],
  });
  children.add(child);
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => (child.output = (child.output + String(data)).slice(-20_000)));
  }
  child.on('exit', () => children.delete(child));
  return child;
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await Promise.race([once(child, 'exit'), delay(30_000)]);
  child.kill('SIGKILL');
}

/** Waits until `url` answers with anything below 500. */
export async function answering(child, url, init) {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`a server ended at its start:\n${child.output}`);
    const response = await fetch(url, init).catch(() => undefined);
    await response?.arrayBuffer();
    if (response && response.status < 500) return;
    await delay(50);
  }
  throw new Error(`${url} does not answer:\n${child.output}`);
}

/** Resident memory in megabytes, now and at its highest; Linux only. */
export function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024);
    return { now: read('VmRSS'), max: read('VmHWM') };
  } catch {
    return { now: undefined, max: undefined };
  }
}

/** Processor time that a program has used so far, with all its threads, in seconds; Linux only. */
export function cpuSecondsOf(pid) {
  try {
    // The name of the program, in brackets, may hold anything; the fields come after it.
    const [, fields = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return (user + system) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
