import { mkdirSync, rmSync, rmdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BoundedLog } from '../processes/bounded-log.js';
import { replaceFile } from '../processes/replace-file.js';
import { Cluster } from './cluster.js';
import { embeddedPostgresPaths, type SupervisorState } from './places.js';
import { PostgresServer } from './server.js';
import { takeLock } from '../processes/single-instance-lock.js';

/**
 * The owner of the embedded PostgreSQL of one home, a program of its own: `supervisor.js --home DIR`.
 * It outlives the process that started it, and stops, with PostgreSQL, on SIGTERM or SIGINT, when the last client leaves, and
 * when no client has been connected for `--idle-seconds`. A second one on the same home ends at once with exit code 0.
 */
class Supervisor {
  private ending = false;
  private server: PostgresServer | undefined;
  private readonly cluster: Promise<Cluster>;
  private readonly ready: Promise<PostgresServer>;
  private looking = false;

  constructor(
    private readonly options: { home: string; idleMs: number; durable: boolean; removeWhenStopped: boolean },
    private readonly log: BoundedLog,
  ) {
    this.cluster = Cluster.open(options.home, log, options.durable);
    this.ready = this.start();
    this.ready.catch((error: Error) => this.end(error.message, true));
  }

  async run(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => void this.end(signal));
    }
    this.writeState();
    await this.ready.catch(() => undefined);
    await this.endWhenIdle();
  }

  private async start(): Promise<PostgresServer> {
    const cluster = await this.cluster;
    this.server = new PostgresServer(cluster, {
      ready: () => this.writeState(),
      left: () => void this.endIfUnused('its last client has left'),
      givenUp: (reason) => void this.end(reason, true),
    });
    if (this.ending) throw new Error('It was stopped.');
    await this.server.start();
    this.log.write(`PostgreSQL is ready on port ${this.server.port}`);
    return this.server;
  }

  private async endWhenIdle(): Promise<void> {
    const pause = Math.min(1_000, this.options.idleMs / 4);
    let lastUsed = performance.now();
    while (!this.ending) {
      await delay(pause);
      this.log.rotate();
      if (await this.isUsed()) lastUsed = performance.now();
      else if (performance.now() - lastUsed >= this.options.idleMs) {
        await this.endIfUnused(`no client has been connected for ${this.options.idleMs / 1000} s`);
      }
    }
  }

  /** Also when it cannot be asked, as while it recovers: then those who wait for it are not seen. */
  private async isUsed(): Promise<boolean> {
    const clients = await this.server?.countClients().catch(() => undefined);
    return clients !== 0;
  }

  private async endIfUnused(reason: string): Promise<void> {
    if (this.looking || (await this.isUsed())) return;
    this.looking = true;
    // A client that connects now finds that out, or is found.
    this.removeState();
    if (!(await this.isUsed())) return this.end(reason);
    this.writeState();
    this.looking = false;
  }

  private async end(reason: string, failed = false): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.log.write(`ending: ${reason}`);
    // Those whose connections break are not to start it again.
    if (!failed) this.removeState();
    // An initdb under way is let through: it takes a second, and nothing half-done stays behind.
    await this.cluster.catch(() => undefined);
    await this.server?.stop();
    if (failed) this.writeState(reason);
    if (this.options.removeWhenStopped) this.remove();
    process.exit(failed ? 1 : 0);
  }

  private removeState(): void {
    rmSync(embeddedPostgresPaths(this.options.home).state, { force: true });
  }

  private remove(): void {
    const { folder } = embeddedPostgresPaths(this.options.home);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    try {
      rmdirSync(this.options.home);
    } catch {
      // It holds something else: then it is not ours to remove.
    }
  }

  private writeState(failure?: string): void {
    if (this.ending && failure === undefined) return;
    const port = this.server?.port;
    const state: SupervisorState = {
      pid: process.pid,
      ...(port ? { port } : {}),
      ...(failure === undefined ? {} : { failure }),
    };
    replaceFile(embeddedPostgresPaths(this.options.home).state, JSON.stringify(state));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      'idle-seconds': { type: 'string', default: '15' },
      'not-durable': { type: 'boolean', default: false },
      'remove-when-stopped': { type: 'boolean', default: false },
    },
  });
  if (!values.home) throw new Error('--home DIR is missing: the folder of the data');
  const { folder, log } = embeddedPostgresPaths(values.home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!(await takeLock(folder))) return;
  await new Supervisor(
    {
      home: values.home,
      idleMs: Number(values['idle-seconds']) * 1000,
      durable: !values['not-durable'],
      removeWhenStopped: values['remove-when-stopped'],
    },
    new BoundedLog(log, 'supervisor'),
  ).run();
}

await main();
