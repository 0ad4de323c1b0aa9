import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandOf, isRunning } from '../processes/process-table.js';
import { builtProgram } from '../project/project.js';
import { Lease } from './lease.js';
import { embeddedPostgresPaths, EMBEDDED_POSTGRES_USER, type SupervisorState } from './places.js';

export { embeddedPostgresPaths, type SupervisorState };

export interface EmbeddedPostgresOptions {
  /** Folder of the data (`FAREBOX_HOME`): the cluster lives in `postgres` inside it. */
  home: string;
  /** The cluster stops automatically after this time without connections; 15 by default. */
  idleSeconds?: number;
  /** How long to wait for a usable database; 30 s by default. */
  startTimeoutMs?: number;
  /** False: no fsync, for throwaway data. It counts when this call is the one that starts the cluster. */
  durable?: boolean;
  /** True: the cluster and its folder are deleted when it stops. It counts as `durable` does. */
  removeWhenStopped?: boolean;
}

export interface EmbeddedPostgres {
  /** `postgresql://…` of the database `farebox`. It holds the password. */
  connectionString: string;
  /** Process id of the supervisor. */
  supervisorPid: number;
  /** Ends this use of the cluster, and the cluster itself unless another client is connected. Resolves when that is done. */
  stop(): Promise<void>;
  /** Ends this use and leaves the cluster running; without connections it stops after `idleSeconds`. */
  release(): void;
}

/** The embedded PostgreSQL is not available. The message says what to do and names the log file. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

/**
 * Returns a running PostgreSQL for this home, started if none is running, with the database `farebox` in it. Any number
 * of processes may call it at once. The cluster belongs to a small detached process, the supervisor, and is kept while
 * any caller lives; if the supervisor is killed, a new one takes the cluster over.
 * @throws {EmbeddedPostgresError} when there is no usable database within the time.
 */
export async function ensureEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  let lease = await acquire(options);
  const unwanted = new AbortController();
  void keepLease(lease, options, unwanted.signal, (next) => (lease = next));
  return {
    connectionString: connectionString(options.home, lease.port),
    get supervisorPid() {
      return lease.pid;
    },
    stop: async () => {
      unwanted.abort();
      await lease.stop();
    },
    release: () => {
      unwanted.abort();
      lease.release();
    },
  };
}

/** Whenever supervisor or server is lost, has a new one take the cluster over. After an orderly end there is none to take. */
async function keepLease(
  first: Lease,
  options: EmbeddedPostgresOptions,
  unwanted: AbortSignal,
  onRenewed: (lease: Lease) => void,
): Promise<void> {
  const { state } = embeddedPostgresPaths(options.home);
  let lease = first;
  for (;;) {
    await lease.lost(unwanted);
    // `stop` and `release` close it themselves: `stop` uses its connection until the cluster has ended.
    if (unwanted.aborted) return;
    let next: Lease | undefined;
    for (let pause = 250; next === undefined; pause = Math.min(pause * 2, 15_000)) {
      if (unwanted.aborted || !existsSync(state)) return lease.release();
      next = await acquire(options, () => existsSync(state)).catch(() => undefined);
      if (next === undefined) await delay(pause, undefined, { ref: false });
    }
    lease.release();
    if (unwanted.aborted) return next.release();
    lease = next;
    onRenewed(lease);
  }
}

function connectionString(home: string, port: number): string {
  const password = readFileSync(embeddedPostgresPaths(home).password, 'utf8').trim();
  return `postgresql://${EMBEDDED_POSTGRES_USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/farebox`;
}

/**
 * Finds a living supervisor or starts one, until there is a server to use.
 * @param wanted false: it ended in an orderly way meanwhile, and is not started again.
 */
async function acquire(options: EmbeddedPostgresOptions, wanted = () => true): Promise<Lease> {
  const paths = embeddedPostgresPaths(options.home);
  const timeoutMs = options.startTimeoutMs ?? 30_000;
  const deadline = Date.now() + timeoutMs;
  let started: ChildProcess | undefined;
  while (Date.now() < deadline && wanted()) {
    const state = readState(paths.state);
    const lease = isAtWork(state) ? await Lease.open(options.home, state) : undefined;
    if (lease) {
      // It may have been about to end: it withdraws its state first, and then checks for clients.
      if (readState(paths.state)?.pid === lease.pid) return lease;
      lease.release();
    }
    if (started?.exitCode && state?.pid === started.pid && state?.failure) {
      throw failure(state.failure, paths.log);
    }
    if (started?.exitCode && started.exitCode > 0) {
      throw failure('Its supervisor could not start.', paths.log);
    }
    // A supervisor that finds another one at work ends with 0; that other one may be just ending, so try again.
    const ended = !started || started.exitCode !== null || started.signalCode !== null;
    if (ended && !isAtWork(state)) started = launch(options);
    await delay(30);
  }
  throw failure(`It was not ready within ${timeoutMs / 1000} s.`, paths.log);
}

/** A killed supervisor leaves its state and its server; its number may be another process's by now. */
function isAtWork(state: SupervisorState | undefined): state is SupervisorState {
  if (state === undefined || state.failure !== undefined) return false;
  return process.platform === 'win32'
    ? isRunning(state.pid)
    : Boolean(commandOf(state.pid)?.includes('supervisor.js'));
}

function failure(reason: string, log: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL did not start. ${reason}\n` +
      `Its log is ${log}. To use a PostgreSQL of your own instead, set DATABASE_URL.`,
  );
}

function readState(path: string): SupervisorState | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SupervisorState;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES') {
      throw new EmbeddedPostgresError(
        `${path} belongs to another user. Run as that user, or set FAREBOX_HOME to a folder of your own.`,
      );
    }
    if (code === 'ENOENT' || code === 'ENOTDIR' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Starts a supervisor in a session of its own, so that a terminal's Ctrl-C does not reach it. */
function launch(options: EmbeddedPostgresOptions): ChildProcess | undefined {
  const { folder, log } = embeddedPostgresPaths(options.home);
  const script = builtProgram('platform/embedded-postgres/supervisor.js');
  if (!existsSync(script)) throw new EmbeddedPostgresError(`${script} is missing: run npm run build`);
  let logFile: number;
  try {
    mkdirSync(resolve(options.home), { recursive: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    logFile = openSync(log, 'a', 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    // A throwaway cluster that is just ending takes its folder along.
    if (code === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot write to ${folder} (${code}). Set FAREBOX_HOME to a folder of your own.`,
    );
  }
  const args = [script, '--home', resolve(options.home), '--idle-seconds', String(options.idleSeconds ?? 15)];
  if (options.durable === false) args.push('--not-durable');
  if (options.removeWhenStopped) args.push('--remove-when-stopped');
  // An environment of its own: no secret of the application, no PG… or NODE_OPTIONS of the shell reaches the server.
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', logFile, logFile],
    cwd: folder,
    ...(process.platform === 'win32' ? {} : { env }),
  });
  closeSync(logFile);
  child.on('error', () => undefined);
  child.unref();
  return child;
}
