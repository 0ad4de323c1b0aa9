import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Log } from '../logging/logger.js';
import { withLastSteps } from './before-commit.js';
import {
  DatabaseUnavailableError,
  isDatabaseUnavailable,
  translateDatabaseError,
} from './database-errors.js';
import type { Sql } from './sql.js';

export type { Sql };

/** Locks taken with `withLock` live in this class of advisory locks, apart from the one for migrations. */
const LOCK_CLASS = 0x4642;
/** No statement may take 15 s: who waits longer for a lock asks again. */
const LONGEST_WAIT_MS = 10_000;

/** `slow` is `locks` for queries. */
interface Pools {
  pool: pg.Pool;
  orm: NodePgDatabase;
  locks: pg.Pool;
  slow: NodePgDatabase;
}

export interface DatabaseOptions {
  connectionString: string;
  poolSize: number;
}

/**
 * PostgreSQL for everybody: queries, transactions and locks. Until `open` has been called, and whenever the server
 * cannot be reached, every method throws `DatabaseUnavailableError`.
 */
export class Database {
  private pools: Pools | undefined;

  constructor(private readonly log: Log) {}

  /** Points at a server that has been migrated. */
  open(options: DatabaseOptions): void {
    const pool = this.createPool(options.connectionString, options.poolSize, 'farebox');
    // Whoever holds a lock talks to somebody outside meanwhile: more of them, and they queue for longer.
    const locks = this.createPool(options.connectionString, options.poolSize * 2, 'farebox locks', 15_000);
    this.pools = { pool, orm: drizzle(pool), locks, slow: drizzle(locks) };
  }

  get isOpen(): boolean {
    return this.pools !== undefined;
  }

  /** The pool itself, for libraries that bring their own queries. */
  get pool(): pg.Pool {
    return this.opened().pool;
  }

  /** Runs queries one by one, each its own transaction. */
  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const { orm } = this.opened();
    try {
      return await work(orm);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Runs queries in one transaction (read committed): all of it, or nothing when `work` throws. It should be short:
   * whoever needs another connection while it holds this one, or asks Stripe, takes a `slowTransaction`.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return transact(this.opened().orm, work);
  }

  /**
   * The same for work that talks to somebody outside meanwhile, or runs queries beside it: on a connection of those who
   * hold locks. However slow Stripe is, whoever only has queries to run finds a connection.
   */
  async slowTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return transact(this.opened().slow, work);
  }

  /**
   * Runs `work` while this connection holds the lock of that name, in the whole cluster of processes. The lock dies
   * with the connection, so a killed process holds nothing. With `wait` it queues for up to that many milliseconds.
   * @returns `undefined` without running `work` when somebody else holds the lock.
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
   * The same on a connection of its own, which `work` is given, as of `connect`. For who may hold another lock already:
   * in the pool, all connections could be held by those who wait for one more.
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
   * A connection of one's own, outside the pools: for work that must not wait behind others. Whoever takes it ends it.
   * `deadlineMs` bounds connecting and every query on it, by our clock and by the server's.
   */
  async connect(name: string, deadlineMs: number): Promise<pg.Client> {
    const { connectionString } = this.opened().pool.options;
    const client = new pg.Client({
      ...connectionDefaults(connectionString ?? '', `farebox ${name}`),
      connectionTimeoutMillis: Math.min(deadlineMs, 15_000),
      query_timeout: deadlineMs,
      statement_timeout: deadlineMs,
    });
    // Its query hears of a broken connection; without a listener the process would end.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      abandon(client);
      throw translateDatabaseError(error);
    }
  }

  /** Whether the server answers now. */
  async ping(): Promise<void> {
    await this.run((sql) => sql.execute('select 1'));
  }

  async close(): Promise<void> {
    const { pools } = this;
    this.pools = undefined;
    await Promise.all([pools?.pool.end(), pools?.locks.end()]);
  }

  /** @param unlockFailed a connection that cannot say "unlock" must not go back to the pool with the lock on it. */
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
        .query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, name])
        .catch(unlockFailed);
    }
  }

  private async acquire(client: pg.ClientBase, name: string, wait: number): Promise<boolean> {
    if (wait <= 0) {
      const { rows } = await client.query<{ ok: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as ok',
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
      await client.query('select pg_advisory_lock($1, hashtext($2))', [LOCK_CLASS, name]);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === '55P03') return false;
      throw error;
    } finally {
      await client.query('set lock_timeout = 0').catch(() => undefined);
    }
  }

  private opened(): Pools {
    if (!this.pools) throw new DatabaseUnavailableError(new Error('the database is not open'));
    return this.pools;
  }

  private createPool(
    connectionString: string,
    max: number,
    name: string,
    connectionTimeoutMillis = 3_000,
  ): pg.Pool {
    const pool = new pg.Pool({
      ...connectionDefaults(connectionString, name),
      connectionTimeoutMillis,
      max,
      idleTimeoutMillis: 30_000,
    });
    // A client that breaks while somebody holds it reports to that query; without a listener it would end the process.
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('error', (error) => this.log.warn('An idle database connection was lost.', {}, error));
    return pool;
  }
}

async function transact<T>(orm: NodePgDatabase, work: (sql: Sql) => Promise<T>): Promise<T> {
  try {
    return await orm.transaction((sql) => withLastSteps(sql, work));
  } catch (error) {
    throw translateDatabaseError(error);
  }
}

/** Lets go of a connection whose answer nobody waits for any more, without a farewell that may never be heard. */
export function abandon(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
  stream.destroy();
}

/**
 * Deadlines, in milliseconds, so that a half-open connection cannot hold a request: connecting, the answer to a query
 * (as the client counts), and the query itself (as the server counts).
 */
export function connectionDefaults(connectionString: string, applicationName: string): pg.ClientConfig {
  return {
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: 3_000,
    query_timeout: 20_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  };
}
