import { and, asc, eq, getTableColumns, type InferSelectModel, lte, min, type SQL } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Clock } from '../clock/clock.js';
import type { Database, Sql } from '../database/database.js';
import { retryDelay } from './backoff.js';

/** The most rows in a round of a sweep. */
const BATCH = 100;

type Attempted = PgTable & { attempts: PgColumn; nextAttemptAt: PgColumn };
type Row<T extends Attempted> = InferSelectModel<T>;

export interface WorkTableOptions {
  /** The condition that a row has work left; absent: every row has. */
  open?: SQL | undefined;
  /** The wait after the first failure; doubled after each one more, up to `lastRetryMs`. */
  firstRetryMs: number;
  lastRetryMs: number;
  /** Among rows that are due since the same time, the lowest is first. */
  tieBreak?: PgColumn;
}

/**
 * A module's table of work, each row with the number of its failed attempts and the time of the next: due rows are
 * taken under a lock or lease, and postponed when they fail. A `WorkQueue` or a search of the sweep does the due work.
 */
export class WorkTable<T extends Attempted> {
  private readonly key: [name: string, column: PgColumn][];

  constructor(
    protected readonly database: Database,
    protected readonly clock: Clock,
    private readonly table: T,
    private readonly options: WorkTableOptions,
  ) {
    const { name, primaryKeys } = getTableConfig(table);
    // Not the same objects as the table's columns.
    const together = primaryKeys.flatMap(({ columns }) => columns.map((column) => column.name));
    this.key = Object.entries<PgColumn>(getTableColumns(table)).filter(
      ([, column]) => column.primary || together.includes(column.name),
    );
    if (this.key.length === 0) throw new Error(`${name} has no primary key`);
  }

  /** The condition that a row is open and its next attempt due now. */
  due(where?: SQL): SQL | undefined {
    return and(this.options.open, lte(this.table.nextAttemptAt, this.clock.now()), where);
  }

  /** The longest waiting row that is due, locked until the transaction of `tx` ends. Rows with another lock are skipped. */
  async take(tx: Sql, where?: SQL): Promise<Row<T> | undefined> {
    const { tieBreak } = this.options;
    const rows = await tx
      .select()
      .from(this.table as PgTable)
      .where(this.due(where))
      .orderBy(asc(this.table.nextAttemptAt), ...(tieBreak ? [asc(tieBreak)] : []))
      .limit(1)
      .for('update', { skipLocked: true });
    return rows[0] as Row<T> | undefined;
  }

  /** Rows that are due, the longest waiting first, without a lock. */
  async listDue(limit = BATCH, where?: SQL): Promise<Row<T>[]> {
    const rows = await this.database.run((db) =>
      db
        .select()
        .from(this.table as PgTable)
        .where(this.due(where))
        .orderBy(asc(this.table.nextAttemptAt))
        .limit(limit),
    );
    return rows as Row<T>[];
  }

  /** Leases the row while its work is done without a transaction. A worker that dies meanwhile has used an attempt. */
  async lease(tx: Sql, row: Row<T>, ms: number, set: Partial<Row<T>> = {}): Promise<void> {
    await this.set(row, { ...set, ...this.attempted(row, ms) }, tx);
  }

  /** After a failed attempt. @param row as it was taken, before a lease. */
  async postpone(row: Row<T>, { tx, set = {} }: { tx?: Sql; set?: Partial<Row<T>> } = {}): Promise<void> {
    const { firstRetryMs, lastRetryMs } = this.options;
    const wait = retryDelay(attemptsOf(row), firstRetryMs, lastRetryMs);
    await this.set(row, { ...set, ...this.attempted(row, wait) }, tx);
  }

  /** Writes values into the row. @param tx the transaction, if it is to be part of one. */
  async set(row: Row<T>, values: Partial<Row<T>>, tx?: Sql): Promise<void> {
    if (!tx) return this.database.run((own) => this.set(row, values, own));
    const isRow = this.key.map(([name, column]) => eq(column, (row as Record<string, unknown>)[name]));
    await tx
      .update(this.table as PgTable)
      .set(values as never)
      .where(and(...isRow));
  }

  /** When the next open row is due, UTC; undefined: none is open. */
  async nextAt(where?: SQL): Promise<Date | undefined> {
    const [next] = await this.database.run((db) =>
      db
        .select({ at: min(this.table.nextAttemptAt) })
        .from(this.table as PgTable)
        .where(and(this.options.open, where)),
    );
    return (next?.at as Date | null | undefined) ?? undefined;
  }

  /** How many rows are open. */
  async pending(where?: SQL): Promise<number> {
    return this.database.run((db) => db.$count(this.table, and(this.options.open, where)));
  }

  private attempted(row: Row<T>, waitMs: number): Partial<Row<T>> {
    const nextAttemptAt = new Date(this.clock.ms() + waitMs);
    return { attempts: attemptsOf(row) + 1, nextAttemptAt } as unknown as Partial<Row<T>>;
  }
}

const attemptsOf = (row: object): number => (row as { attempts: number }).attempts;
