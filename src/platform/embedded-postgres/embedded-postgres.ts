import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { builtProgram } from '../project/project.js';

/** The database that the application uses inside the embedded cluster. */
const DATABASE = 'farebox';
/** The one role of the embedded cluster. */
export const EMBEDDED_POSTGRES_USER = 'farebox';

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

/** Files of the embedded cluster, the same for the supervisor and its clients. */
export function embeddedPostgresPaths(home: string): Record<'folder' | 'state' | 'password' | 'log', string> {
  const folder = join(resolve(home), 'postgres');
  return {
    folder,
    /** JSON `SupervisorState` of the supervisor that lives or lived last. */
    state: join(folder, 'supervisor.json'),
    password: join(folder, 'password'),
    log: join(folder, 'postgres.log'),
  };
}

/** The content of a supervisor's state file. */
export interface SupervisorState {
  pid: number;
  /** Port of its control connection on 127.0.0.1. */
  controlPort: number;
  /** Must open a control connection: proves read access to the 0600 state file. */
  token: string;
  /** Why it gave up, if it did. */
  failure?: string;
}

/** Lines of JSON on the control connection, which is also the lease: while it is open the cluster is in use. */
export type ControlRequest = { open: string; database: string } | { stop: true };
export type ControlAnswer =
  { ready: { port: number; pid: number } } | { failed: string } | { stopping: true } | { kept: true };

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

/** Whenever the supervisor is lost without a closing message, has a new one take the cluster over. */
async function keepLease(
  first: Lease,
  options: EmbeddedPostgresOptions,
  unwanted: AbortSignal,
  onRenewed: (lease: Lease) => void,
): Promise<void> {
  let lease = first;
  while ((await lease.closed) === 'lost') {
    let next: Lease | undefined;
    for (let pause = 250; next === undefined; pause = Math.min(pause * 2, 15_000)) {
      await delay(pause, undefined, { ref: false });
      if (unwanted.aborted) return;
      next = await acquire(options).catch(() => undefined);
    }
    if (unwanted.aborted) return next.release();
    lease = next;
    onRenewed(lease);
  }
}

function connectionString(home: string, port: number): string {
  const password = readFileSync(embeddedPostgresPaths(home).password, 'utf8').trim();
  return `postgresql://${EMBEDDED_POSTGRES_USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
}

/** Finds a living supervisor or starts one, until one of them has answered. */
async function acquire(options: EmbeddedPostgresOptions): Promise<Lease> {
  const paths = embeddedPostgresPaths(options.home);
  const timeoutMs = options.startTimeoutMs ?? 30_000;
  const deadline = Date.now() + timeoutMs;
  let started: ChildProcess | undefined;
  while (Date.now() < deadline) {
    const state = readState(paths.state);
    const living = state?.failure === undefined ? state : undefined;
    const answer = living ? await Lease.open(living, deadline) : undefined;
    if (answer instanceof Lease) return answer;
    if (answer) throw failure(answer.failed, paths.log);
    if (started?.exitCode && state?.pid === started.pid && state?.failure) {
      throw failure(state.failure, paths.log);
    }
    if (started?.exitCode && started.exitCode > 0) {
      throw failure('Its supervisor could not start.', paths.log);
    }
    // A supervisor that finds another one at work ends with 0; that other one may be just ending, so try again.
    if (!started || started.exitCode !== null || started.signalCode !== null) started = launch(options);
    await delay(30);
  }
  throw failure(`It was not ready within ${timeoutMs / 1000} s.`, paths.log);
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

/** An open control connection to a supervisor. */
class Lease {
  /** `lost`: the connection broke without a message, as when the supervisor is killed. */
  readonly closed: Promise<'lost' | 'stopped' | 'released'>;
  private ending: 'lost' | 'stopped' | 'released' = 'lost';
  private onKept: () => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    readonly port: number,
    readonly pid: number,
  ) {
    this.closed = new Promise((done) => socket.once('close', () => done(this.ending)));
  }

  /** Undefined when nothing answers there, or the peer is about to end or is not our supervisor. */
  static open(
    { controlPort, token, pid }: SupervisorState,
    deadline: number,
  ): Promise<Lease | { failed: string } | undefined> {
    return new Promise((done) => {
      const socket = connect(controlPort, '127.0.0.1');
      socket.setTimeout(Math.max(1, deadline - Date.now()), () => socket.destroy());
      socket.on('error', () => undefined);
      socket.once('close', () => done(undefined));
      socket.once('connect', () => send(socket, { open: token, database: DATABASE }));
      let lease: Lease | undefined;
      onMessages<ControlAnswer>(socket, (answer) => {
        if ('failed' in answer) done(answer);
        else if ('ready' in answer && answer.ready.pid === pid) {
          socket.setTimeout(0);
          socket.unref();
          lease ??= new Lease(socket, answer.ready.port, pid);
          done(lease);
        } else if ('stopping' in answer && lease) lease.ending = 'stopped';
        else if ('kept' in answer) lease?.onKept();
      });
    });
  }

  release(): void {
    this.ending = 'released';
    this.socket.destroy();
  }

  async stop(): Promise<void> {
    if (this.socket.destroyed) return;
    this.socket.ref();
    this.onKept = () => this.release();
    send(this.socket, { stop: true });
    await this.closed;
  }
}

/**
 * Calls back for every line of JSON that arrives. A peer that sends anything else, or a line without end, is no
 * supervisor and no client of one: it is cut off.
 */
export function onMessages<T>(socket: Socket, handle: (message: T) => void): void {
  let pending = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    try {
      if (pending.length > 10_000) throw new Error('line too long');
      for (const line of lines) handle(JSON.parse(line) as T);
    } catch {
      socket.destroy();
    }
  });
}

function send(socket: Socket, request: ControlRequest): void {
  socket.write(`${JSON.stringify(request)}\n`);
}
