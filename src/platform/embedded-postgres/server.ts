import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { EMBEDDED_POSTGRES_USER } from './embedded-postgres.js';
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
  private databaseTurn: Promise<void> = Promise.resolve();
  /** Resolves when the server's process is gone. */
  private gone: Promise<string> = Promise.resolve('not started');

  constructor(
    private readonly cluster: Cluster,
    /** Called when the server crashed and could not be brought back. */
    private readonly onGivenUp: (reason: string) => void,
  ) {}

  get port(): number {
    return this.currentPort;
  }

  async start(patienceMs = FIRST_START_MS): Promise<void> {
    await this.startOrAdopt(patienceMs);
    this.watch();
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

  /** Makes the database unless it is there. */
  async ensureDatabase(name: string): Promise<void> {
    // One after the other: of two that find it missing at the same moment, one would fail.
    const turn = this.databaseTurn.then(() =>
      this.onceConnected(async (admin) => {
        const found = await admin.query('select 1 from pg_database where datname = $1', [name]);
        if (found.rowCount === 0) await admin.query(`create database ${escapeIdentifier(name)}`);
      }),
    );
    this.databaseTurn = turn.catch(() => undefined);
    await turn;
  }

  /** How many clients are connected to PostgreSQL itself, whoever they are. */
  async countClients(): Promise<number> {
    return this.withAdmin(async (admin) => {
      const result = await admin.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      return result.rows[0]?.n ?? 0;
    });
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
        await this.withAdmin((admin) => admin.query('select 1'));
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
        if (!this.stopping) this.onGivenUp((error as Error).message);
      }
    });
  }

  /** The same, also while the server recovers or is started again. */
  private async onceConnected<T>(work: (admin: Client) => Promise<T>): Promise<T> {
    for (const deadline = performance.now() + READY_TIMEOUT_MS; ;) {
      try {
        return await this.withAdmin(work);
      } catch (error) {
        if (this.stopping || !isPassing(error) || performance.now() > deadline) throw error;
      }
      await delay(100);
    }
  }

  private async withAdmin<T>(work: (admin: Client) => Promise<T>): Promise<T> {
    const admin = new Client({
      host: '127.0.0.1',
      port: this.currentPort,
      user: EMBEDDED_POSTGRES_USER,
      password: this.cluster.password,
      database: 'postgres',
      application_name: 'farebox-supervisor',
      connectionTimeoutMillis: 5_000,
    });
    admin.on('error', () => undefined);
    try {
      await admin.connect();
      return await work(admin);
    } finally {
      await admin.end().catch(() => undefined);
    }
  }
}

/** It starts, shuts down or recovers (57P01 to 57P03), or is being started again. */
function isPassing(error: unknown): boolean {
  const { code = '', message } = error as Error & { code?: string };
  return (
    /^(57P0[123]|08...|ECONN(REFUSED|RESET)|EPIPE)$/.test(code) || message.startsWith('Connection terminated')
  );
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
