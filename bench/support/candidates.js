/* The servers that are compared. Each answers one path to the same token with the same text. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { answering, freePort, SERVER_CORE, start } from './processes.js';
import { MOESIF_APPLICATION_ID, rootPath, TOKEN_SECRET } from './world.js';

const FAREBOX = { script: 'dist/main.js', path: '/test-service', farebox: true };

/**
 * `ledger`: its calls must stand in the ledger. `moesif`: and arrive at the collector, to the call. `events`: they should
 * arrive there, without ids, by an SDK that may lose them: counted and shown.
 */
export const CANDIDATES = [
  { name: 'bare', script: 'bench/servers/bare.js', path: '/' },
  {
    name: 'tutorial current',
    script: 'bench/servers/tutorial.cjs',
    path: '/test-service',
    packages: 'tutorial-current',
    events: true,
  },
  {
    name: 'tutorial pinned',
    script: 'bench/servers/tutorial.cjs',
    path: '/test-service',
    packages: 'tutorial-pinned',
    events: true,
  },
  { name: 'guard only', script: 'bench/servers/farebox-guard.js', path: '/guarded', farebox: true },
  { name: 'ledger commit', ...FAREBOX, ledger: true },
  { name: 'ledger async', ...FAREBOX, ledger: true, env: { LEDGER_DURABILITY: 'async' } },
  { name: 'ledger + Moesif', ...FAREBOX, ledger: true, moesif: true },
];

/** Starts a server on its core, on `candidate.port` or a free one, and waits until it answers the path. */
export async function startCandidate(candidate, world, token) {
  const port = candidate.port ?? (await freePort());
  const child = start([...(process.env.BENCH_NODE_OPTIONS?.split(' ') ?? []), rootPath(candidate.script)], {
    env: environment(candidate, world, port),
    cores: SERVER_CORE,
    cwd: world.dir,
  });
  const base = `http://127.0.0.1:${port}`;
  await answering(child, candidate.farebox ? `${base}/health/ready` : base);
  const url = base + candidate.path;
  if (token !== undefined) await answering(child, url, { headers: { authorization: `Bearer ${token}` } });
  return { ...candidate, child, url, base };
}

function environment({ packages, moesif, farebox, env }, world, port) {
  const moesifEnv = { MOESIF_APPLICATION_ID, MOESIF_BASE_URI: world.collectorUrl };
  if (packages) return { PORT: String(port), TOKEN_SECRET, TUTORIAL: install(packages), ...moesifEnv };
  if (!farebox) return { PORT: String(port), TOKEN_SECRET };
  return { ...world.env, PORT: String(port), ...(moesif ? moesifEnv : {}), ...env };
}

/** The tutorial's packages are no part of Farebox: they are installed the first time, and when their lock file changed. */
function install(packages) {
  const folder = rootPath(join('bench', packages));
  const changed = (file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
    process.stdout.write(`installing the packages of bench/${packages} …\n`);
    const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`npm ci in bench/${packages} failed:\n${stderr}`);
  }
  return folder;
}

/** Registers somebody at a Farebox, and gives the token. */
export async function register(base) {
  const response = await fetch(`${base}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `bench-${Date.now()}@example.com`, firstname: 'Ada', lastname: 'Bench' }),
  });
  const { jwt } = await response.json();
  if (!jwt) throw new Error(`POST /register answered ${response.status}`);
  return jwt;
}
