import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning } from '../processes/process-table.js';
import { clientOf, countClients, LEASE, LEAVING, type EmbeddedClient } from './clients.js';
import { embeddedPostgresPaths, type SupervisorState } from './places.js';

/** How often it is looked whether the supervisor lives. */
const LOOK_MS = 250;
/** How long the lease of another process is looked at: one that was killed is gone by then. */
const OTHERS_MS = 2_000;
/** As a process leaves, its other connections may take a moment longer. */
const REST_MS = 5_000;
const END_MS = 20_000;

/**
 * A connection to the server that is kept open: while there is one, the cluster is in use. The kernel closes it when its
 * owner dies.
 */
export class Lease {
  private closed = false;

  private constructor(
    private readonly client: EmbeddedClient,
    readonly port: number,
    /** Of the supervisor. */
    readonly pid: number,
  ) {
    client.once('end', () => (this.closed = true));
  }

  /** With the database `farebox` made when it is missing. Undefined when the server cannot be used now. */
  static async open(home: string, { pid, port, failure }: SupervisorState): Promise<Lease | undefined> {
    if (port === undefined || failure !== undefined) return undefined;
    const password = readFileSync(embeddedPostgresPaths(home).password, 'utf8').trim();
    const client = clientOf(port, password, LEASE);
    try {
      await client.connect();
      const lease = new Lease(client, port, pid);
      const found = await client.query("select 1 from pg_database where datname = 'farebox'");
      if (found.rowCount === 0) await client.query('create database farebox');
      // Only now: until it is open, nothing else may keep the process alive.
      client.unref();
      return lease;
    } catch {
      // Not up, recovering, or another client makes the database at this moment.
      await client.end().catch(() => undefined);
      return undefined;
    }
  }

  /** Resolves when the server has ended or the supervisor has, or when it is no longer wanted. */
  async lost(unwanted: AbortSignal): Promise<void> {
    while (!this.closed && !unwanted.aborted && isRunning(this.pid)) {
      await delay(LOOK_MS, undefined, { ref: false });
    }
  }

  release(): void {
    void this.client.end().catch(() => undefined);
  }

  /** Has the supervisor end, and waits for that, unless there are other clients. */
  async stop(): Promise<void> {
    this.client.ref();
    let asked = false;
    let deadline = 0;
    try {
      await this.client.query(`set application_name to '${LEAVING}'`);
      for (let alone = Date.now(); isRunning(this.pid); await delay(20)) {
        const { clients, leases } = await countClients(this.client);
        if (clients > 0 && Date.now() - alone > (leases > 0 ? OTHERS_MS : REST_MS)) break;
        if (clients > 0) continue;
        alone = Date.now();
        asked = true;
        await this.client.query(`notify ${LEAVING}`);
      }
    } catch {
      // The server cut the connection off: its supervisor ends after it.
      if (asked) deadline = Date.now() + END_MS;
    }
    while (isRunning(this.pid) && Date.now() < deadline) await delay(20);
    this.release();
  }
}
