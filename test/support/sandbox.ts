import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import { freePort } from './free-port.js';
import { isRunning, startProcess, until, type RunningProcess } from './processes.js';

/** A home and ports of one's own, to start sandboxes on one after the other. */
export interface SandboxPlace {
  home: string;
  /** FAREBOX_HOME and the ports. */
  env: Record<
    'FAREBOX_HOME' | 'PORT' | 'SANDBOX_STRIPE_PORT' | 'SANDBOX_MOESIF_PORT' | 'SANDBOX_MAIL_PORT',
    string
  >;
  application: string;
  stripe: string;
  moesif: string;
  /** The page of the mails. */
  mail: string;
}

const LAUNCHER = fileURLToPath(new URL('../../dist/sandbox/launch.js', import.meta.url));
const homes: string[] = [];

afterAll(async () => {
  for (const home of homes) {
    // PostgreSQL of a sandbox that was cut off would end by itself, only later.
    await until(async () => {
      for (const pid of sandboxPids(home)) kill(pid, 'SIGKILL');
      return !(await Promise.all(sandboxPids(home).map(isRunning))).includes(true);
    });
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  }
});

export async function sandboxPlace(): Promise<SandboxPlace> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'farebox sandbox ')));
  homes.push(home);
  const [port, stripe, moesif, mail] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return {
    home,
    env: {
      FAREBOX_HOME: home,
      PORT: String(port),
      SANDBOX_STRIPE_PORT: String(stripe),
      SANDBOX_MOESIF_PORT: String(moesif),
      SANDBOX_MAIL_PORT: String(mail),
    },
    application: `http://127.0.0.1:${port}`,
    stripe: `http://127.0.0.1:${stripe}`,
    moesif: `http://127.0.0.1:${moesif}`,
    mail: `http://127.0.0.1:${mail}`,
  };
}

export interface StartSandbox {
  args?: readonly string[];
  /** Laid over the place's. */
  env?: Readonly<Record<string, string>>;
  script?: string;
  /** False: resolves at once. */
  untilReady?: boolean;
}

/** The launcher as `npm run sandbox` starts it, in a process group of its own. */
export function startSandbox(place: SandboxPlace, options: StartSandbox = {}): Promise<RunningProcess> {
  return startProcess({
    script: options.script ?? LAUNCHER,
    args: options.args ?? [],
    env: { ...place.env, ...options.env },
    ownGroup: true,
    ...(options.untilReady === false ? {} : { ready: 'message' as const }),
  });
}

/** Every process that belongs to a sandbox on this home and is not the launcher. */
export function sandboxPids(home: string): number[] {
  const read = (file: string): string => {
    const path = join(home, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const record = JSON.parse(read('sandbox.json') || '{"processes":[]}') as { processes: { pid: number }[] };
  const supervisor = JSON.parse(read('postgres/supervisor.json') || '{}') as { pid?: number };
  return [
    ...record.processes.map(({ pid }) => pid),
    supervisor.pid ?? 0,
    Number.parseInt(read('postgres/data/postmaster.pid') || '0', 10),
  ].filter((pid) => pid > 0);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
