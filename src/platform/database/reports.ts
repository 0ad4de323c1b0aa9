import { Injectable, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Shutdown } from '../lifecycle/shutdown.js';
import { Database } from './database.js';
import { DatabaseUnavailableError, isDatabaseBusy, translateDatabaseError } from './database-errors.js';
import { Turns } from './turns.js';

/** Connections for reports, whatever DATABASE_POOL_SIZE is. */
export const REPORT_CONNECTIONS = 4;
/** No page takes a tenth of it. */
const STATEMENT_MS = 8_000;
/** How long a report waits for a connection. */
const WAIT_MS = 5_000;
const AT_ONCE = 2;
const WAITING = 20;

/** Queries the database, as a pool does. */
export interface Queries {
  query<T extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<{ rows: T[] }>;
}

/**
 * Queries for customers' own pages: on a few connections of its own with a short deadline, so that they never keep a
 * paid call from the database. Each account has two queries run at a time, and twenty wait.
 */
@Injectable()
export class Reports implements OnModuleInit {
  private readonly turns = new Turns(AT_ONCE, WAITING);
  private pool: pg.Pool | undefined;

  constructor(
    private readonly database: Database,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.release(async () => this.pool?.end());
  }

  /**
   * Queries on behalf of an account, each its own transaction, which cannot write.
   * @throws {DatabaseUnavailableError} {FareboxError} `rate_limited` when the account asks for too much at once
   */
  of(account: string): Queries {
    return { query: (text, values) => this.turns.run(account, () => this.read(text, values)) };
  }

  private async read<T extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<{ rows: T[] }> {
    let broken: Error | undefined;
    try {
      const client = await this.opened().connect();
      try {
        // Set per transaction, so that it holds behind a pooler too, and affects no later query on the connection.
        await client.query(`begin read only; set local statement_timeout = ${STATEMENT_MS}`);
        const result = await client.query<T>(text, [...values]);
        await client.query('commit');
        return result;
      } catch (error) {
        broken = await rolledBack(client, error);
        throw error;
      } finally {
        client.release(broken);
      }
    } catch (error) {
      throw isDatabaseBusy(error) ? new DatabaseUnavailableError(error) : translateDatabaseError(error);
    }
  }

  private opened(): pg.Pool {
    return (this.pool ??= this.database.sidePool('reports', REPORT_CONNECTIONS, WAIT_MS));
  }
}

/** @returns the error with which the connection must not be used again, if it must not. */
async function rolledBack(client: pg.PoolClient, error: unknown): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch {
    return error instanceof Error ? error : new Error('the connection is broken');
  }
}
