import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Log } from '../logging/logger.js';
import {
  clientConfig,
  clientOf,
  type Connecting,
  type DatabaseAddress,
  DEADLINES,
  guestOf,
  limitStatements,
  openClient,
  queriesOf,
  sessionsOf,
} from './connections.js';
import {
  DatabaseUnavailableError,
  isDatabaseUnavailable,
  translateDatabaseError,
} from './database-errors.js';
import { collectNotices, type Notice } from './notices.js';
import { ownName } from './schema.js';
import type { Sql } from './sql.js';

export { abandon } from './connections.js';
export type { Sql };

/** Locks taken with `withLock` live in this class of advisory locks, apart from the one for migrations. */
const LOCK_CLASS = 0x4642;
const LOCK_KEY = `hashtext(${ownName('$2')})`;
/** No statement may take 15 s: a caller that waits longer for a lock asks again. */
const LONGEST_WAIT_MS = 10_000;

/** `slow` is `locks` for queries. */
interface Pools {
  pool: pg.Pool;
  orm: NodePgDatabase;
  locks: pg.Pool;
  slow: NodePgDatabase;
  queries: Connecting;
  /** Whether `pool` leads to sessions too. */
  hasSessions: boolean;
  /** Where the pools with sessions lead. */
  sessions: Connecting;
}

export interface DatabaseOptions extends DatabaseAddress {
  poolSize: number;
}

/**
 * PostgreSQL for all modules: queries, transactions and locks. Until `open` has been called, and whenever the server
 * cannot be reached, every method throws `DatabaseUnavailableError`.
 */
export class Database {
  private pools: Pools | undefined;
  private onNotices: (notices: readonly Notice[]) => void = () => undefined;

  constructor(private readonly log: Log) {}

  /** Points at a server that has been migrated. */
  open(options: DatabaseOptions): void {
    const { poolSize } = options;
    const [queries, sessions] = [queriesOf(options), sessionsOf(options)];
    const hasSessions = options.sessions === undefined || options.sessions === options.connectionString;
    const pool = options.pool
      ? guestOf(options.pool, queries.schema)
      : this.createPool(queries, poolSize, 'farebox', { hasSessions });
    // Lock holders wait for external services meanwhile: more connections, and longer waits for one.
    const locks = this.createPool(sessions, poolSize * 2, 'farebox locks', { waitMs: 15_000 });
    this.pools = { pool, orm: drizzle(pool), locks, slow: drizzle(locks), queries, sessions, hasSessions };
  }

  /** The PostgreSQL schema of our tables. */
  get schema(): string {
    return this.opened().queries.schema;
  }

  /** Another pool for single queries and transactions. The caller must end it. */
  sidePool(name: string, max: number, waitMs: number): pg.Pool {
    const { queries, hasSessions } = this.opened();
    return this.createPool(queries, max, `farebox ${name}`, { waitMs, hasSessions });
  }

  /** Passes `listener` the notices of this process's own transactions, as soon as they are committed. */
  hearOwn(listener: (notices: readonly Notice[]) => void): void {
    this.onNotices = listener;
  }

  get isOpen(): boolean {
    return this.pools !== undefined;
  }

  /** The pool itself, for single queries: two may run in different sessions, and none has a name. */
  get pool(): pg.Pool {
    return this.opened().pool;
  }

  /** Runs queries one by one, each its own transaction. */
  async run<T>(work: (db: Sql) => Promise<T>): Promise<T> {
    const { orm } = this.opened();
    try {
      return await work(orm);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Runs queries in one transaction (read committed): all of it, or nothing when `work` throws. It should be short:
   * code that needs another connection while it holds this one, or calls Stripe, uses a `slowTransaction`.
   */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.transact(this.opened().orm, work);
  }

  /**
   * The same for work that calls external services meanwhile, or runs queries beside it: on a connection of the lock
   * pool. However slow Stripe is, code that only runs queries finds a connection.
   */
  async slowTransaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.transact(this.opened().slow, work);
  }

  /**
   * Runs `work` while this connection holds the lock of that name, in the whole cluster of processes. The lock ends
   * with the connection, so a killed process holds nothing. With `wait` it queues for up to that many milliseconds.
   * @returns `undefined` without running `work` when another connection holds the lock.
   */
  async withLock<T>(name: string, wait: number, work: () => Promise<T>): Promise<{ result: T } | undefined> {
    const { locks } = this.opened();
    let client: pg.PoolClient;
    try {
      client = await locks.connect();
    } catch (error) {
      throw translateDatabaseError(error);
    }
    let broken: Error | undefined;
    try {
      return await this.holding(client, name, wait, work, (error) => (broken = error));
    } catch (error) {
      if (isDatabaseUnavailable(error)) broken ??= error as Error;
      throw translateDatabaseError(error);
    } finally {
      client.release(broken);
    }
  }

  /**
   * The same on a connection of its own, as of `connect`, which is passed to `work`. For callers that may hold another
   * lock already: in the pool, all connections could be held by callers that wait for one more.
   */
  async withLockOnOwn<T>(
    { name, wait, deadlineMs }: { name: string; wait: number; deadlineMs: number },
    work: (client: pg.Client) => Promise<T>,
  ): Promise<{ result: T } | undefined> {
    const client = await this.connect(name, deadlineMs);
    try {
      return await this.holding(client, name, wait, () => work(client));
    } catch (error) {
      throw translateDatabaseError(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /**
   * A connection of one's own, outside the pools: for work that must not wait behind others. The caller must end it.
   * `deadlineMs` bounds connecting and every query on it, by our clock and by the server's.
   */
  async connect(name: string, deadlineMs: number): Promise<pg.Client> {
    try {
      return await openClient(this.opened().sessions, `farebox ${name}`, {
        connect: Math.min(deadlineMs, 15_000),
        answer: deadlineMs,
        statement: deadlineMs,
      });
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Whether the server answers now. */
  async ping(): Promise<void> {
    await this.run((db) => db.execute('select 1'));
  }

  async close(): Promise<void> {
    const { pools } = this;
    this.pools = undefined;
    if (!pools) return;
    await Promise.all([pools.pool.end(), pools.locks.end()]);
  }

  /** @param unlockFailed a connection that failed to unlock must not go back to the pool with the lock on it. */
  private async holding<T>(
    client: pg.ClientBase,
    name: string,
    wait: number,
    work: () => Promise<T>,
    unlockFailed: (error: Error) => void = () => undefined,
  ): Promise<{ result: T } | undefined> {
    if (!(await this.acquire(client, name, wait))) return undefined;
    try {
      return { result: await work() };
    } finally {
      await client
        .query(`select pg_advisory_unlock($1, ${LOCK_KEY})`, [LOCK_CLASS, name])
        .catch(unlockFailed);
    }
  }

  private async acquire(client: pg.ClientBase, name: string, wait: number): Promise<boolean> {
    if (wait <= 0) {
      const { rows } = await client.query<{ ok: boolean }>(
        `select pg_try_advisory_lock($1, ${LOCK_KEY}) as ok`,
        [LOCK_CLASS, name],
      );
      return rows[0]?.ok === true;
    }
    const deadline = performance.now() + wait;
    for (let left = wait; left > 0; left = deadline - performance.now())
      if (await this.waitFor(client, name, Math.min(left, LONGEST_WAIT_MS))) return true;
    return false;
  }

  private async waitFor(client: pg.ClientBase, name: string, wait: number): Promise<boolean> {
    try {
      await client.query(`set lock_timeout = ${Math.ceil(wait)}`);
      await client.query(`select pg_advisory_lock($1, ${LOCK_KEY})`, [LOCK_CLASS, name]);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') return false;
      throw error;
    } finally {
      await client.query('set lock_timeout = 0').catch(() => undefined);
    }
  }

  private async transact<T>(orm: NodePgDatabase, work: (tx: Sql) => Promise<T>): Promise<T> {
    let notices: Notice[] = [];
    try {
      const result = await orm.transaction((tx) => {
        notices = collectNotices(tx);
        return work(tx);
      });
      this.onNotices(notices);
      return result;
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  private opened(): Pools {
    if (!this.pools) throw new DatabaseUnavailableError(new Error('the database is not open'));
    return this.pools;
  }

  private createPool(
    { config, schema }: Connecting,
    max: number,
    name: string,
    { waitMs = DEADLINES.connect, hasSessions = true }: { waitMs?: number; hasSessions?: boolean } = {},
  ): pg.Pool {
    const pool = new pg.Pool({
      ...clientConfig(config, name, { ...DEADLINES, connect: waitMs }),
      Client: clientOf(schema),
      max,
      idleTimeoutMillis: 30_000,
      // In a pooler's transaction mode they would stay on the server's connection for its next user.
      ...(hasSessions ? { onConnect: (client: pg.ClientBase) => limitStatements(client) } : {}),
    });
    // A client that breaks while in use reports to its query; without a listener it would end the process.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', (error) => this.log.warn('An idle database connection was lost.', {}, error));
    return pool;
  }
}
