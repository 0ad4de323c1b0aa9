import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { clientOf, countClients, LEAVING, SUPERVISOR } from './clients.js';
import type { Cluster } from './cluster.js';
import { isRunning } from '../processes/process-table.js';
import { findPostmaster } from './postmaster-file.js';

/** Restarts after a crash: so many within the window, then it is given up. */
const MAX_RESTARTS = 5;
const RESTART_WINDOW_MS = 60_000;
/** How long recovery after a crash, or another server's shutdown, may take: much is to be replayed, on a busy machine. */
const READY_TIMEOUT_MS = 5 * 60_000;
/** How long a server that ends at once is started again: less than a first start is waited for, which then says why. */
const FIRST_START_MS = 20_000;
/** After a crash, what it left in memory may stay for as long as its processes take to end. */
const RESTART_MS = 2 * 60_000;
const LONGEST_PAUSE_MS = 2_000;
const FAST_SHUTDOWN_MS = 10_000;

/** The PostgreSQL server of one cluster: started or taken over, watched, started again after a crash, stopped. */
export class PostgresServer {
  private pid = 0;
  private stopping = false;
  private currentPort = 0;
  private crashes: number[] = [];
  /** Its connection to the server. */
  private admin: Client | undefined;
  /** Resolves when the server's process is gone. */
  private gone: Promise<string> = Promise.resolve('not started');

  constructor(
    private readonly cluster: Cluster,
    private readonly handlers: {
      /** It can be used on its port: after a start, a take-over, or a crash. */
      ready(): void;
      /** A client leaves, and has seen no other. */
      left(): void;
      /** It crashed and could not be brought back. */
      givenUp(reason: string): void;
    },
  ) {}

  get port(): number {
    return this.currentPort;
  }

  async start(patienceMs = FIRST_START_MS): Promise<void> {
    await this.startOrAdopt(patienceMs);
    this.watch();
    this.handlers.ready();
  }

  /** Fast shutdown: open transactions are rolled back, clients cut off, everything is on disk. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      if (this.pid === 0 || !isRunning(this.pid)) return;
      this.cluster.log.write(`stopping PostgreSQL ${this.pid} (${signal})`);
      try {
        process.kill(this.pid, signal);
      } catch {
        return;
      }
      const given = delay(FAST_SHUTDOWN_MS, undefined, { ref: false });
      if (await Promise.race([this.gone.then(() => true), given])) return;
    }
  }

  /** Counts the connections of clients. @throws when PostgreSQL cannot be asked now */
  async countClients(): Promise<number> {
    if (!this.admin) throw new Error('not connected');
    return (await countClients(this.admin)).clients;
  }

  private async startOrAdopt(patienceMs: number): Promise<void> {
    const running = findPostmaster(this.cluster.data);
    if (running && (await this.adopt(running.pid, running.port))) return;
    const deadline = performance.now() + patienceMs;
    let port = this.cluster.keptPort;
    for (let attempt = 1; ; attempt++) {
      if (port === undefined || !(await isFree(port))) port = await freePort();
      const ended = this.spawn(port);
      const reason = await this.waitUntilReady(ended);
      if (reason === undefined) break;
      if (performance.now() > deadline || this.stopping)
        throw new Error(`PostgreSQL did not become ready: ${reason}.`);
      this.cluster.log.write(`PostgreSQL did not become ready: ${reason}; trying again`);
      // The last backends of a server that was killed may still hold its shared memory for a moment.
      await delay(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS));
    }
    this.cluster.keptPort = port;
  }

  /** Takes over a server whose supervisor was killed. False when it ended meanwhile. */
  private async adopt(pid: number, port: number): Promise<boolean> {
    this.pid = pid;
    this.currentPort = port;
    this.gone = pollUntilGone(pid);
    this.cluster.log.write(`taking over PostgreSQL ${pid} on port ${port}, left by an earlier supervisor`);
    const reason = await this.waitUntilReady(this.gone);
    if (reason === undefined) return true;
    if (isRunning(pid))
      throw new Error(`PostgreSQL ${pid} runs on this data and does not answer: ${reason}.`);
    this.cluster.log.write(`PostgreSQL ${pid} ended meanwhile`);
    return false;
  }

  private spawn(port: number): Promise<string> {
    const { cluster } = this;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      // No values of rows and no statements in the log: they can hold personal data.
      log_error_verbosity: 'terse',
      log_min_error_statement: 'panic',
      ...(cluster.durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', cluster.data, '-p', String(port), ...flags];
    const [command, all, options] = cluster.account.command(cluster.binaries.postgres, args);
    const stdio: ['ignore', number, number] = ['ignore', cluster.log.fd, cluster.log.fd];
    const child = spawn(command, all, { ...options, cwd: cluster.folder, stdio });
    this.pid = child.pid ?? 0;
    this.currentPort = port;
    this.gone = new Promise((done) => {
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => done(`it ended with ${signal ?? `code ${code}`}`));
    });
    return this.gone;
  }

  /** @returns why it cannot be used; undefined when it can. */
  private async waitUntilReady(gone: Promise<string>): Promise<string | undefined> {
    let ended: string | undefined;
    void gone.then((reason) => (ended = reason));
    const deadline = Date.now() + READY_TIMEOUT_MS;
    let last = 'no answer';
    while (Date.now() < deadline) {
      if (ended !== undefined) return ended;
      try {
        await this.connect();
        return undefined;
      } catch (error) {
        last = (error as Error).message;
      }
      await delay(20);
    }
    return last;
  }

  private watch(): void {
    void this.gone.then(async (reason) => {
      if (this.stopping) return;
      this.cluster.log.write(`PostgreSQL crashed: ${reason}`);
      const now = performance.now();
      this.crashes = [...this.crashes.filter((at) => now - at < RESTART_WINDOW_MS), now];
      try {
        if (this.crashes.length > MAX_RESTARTS) {
          throw new Error(`PostgreSQL crashed ${this.crashes.length} times within a minute.`);
        }
        await delay(50 * 2 ** this.crashes.length);
        if (this.stopping) return;
        await this.start(RESTART_MS);
        this.cluster.log.write(`PostgreSQL ${this.pid} runs again on port ${this.currentPort}`);
      } catch (error) {
        if (!this.stopping) this.handlers.givenUp((error as Error).message);
      }
    });
  }

  private async connect(): Promise<void> {
    const admin = clientOf(this.currentPort, this.cluster.password, SUPERVISOR);
    admin.on('notification', () => this.handlers.left());
    try {
      await admin.connect();
      await admin.query(`listen ${LEAVING}`);
    } catch (error) {
      await admin.end().catch(() => undefined);
      throw error;
    }
    this.admin = admin;
  }
}

/** For a server that is not our child: its end is seen by looking. */
async function pollUntilGone(pid: number): Promise<string> {
  while (isRunning(pid)) await delay(200, undefined, { ref: false });
  return 'it ended';
}

function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return listenOnce(0);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : port));
    });
  });
}
