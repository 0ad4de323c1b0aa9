import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Database } from '../../../platform/database/database.js';
import { dayOfId, leastIdOf } from '../../../platform/ids/ids.js';
import type { CallFilter, CallRecord } from './call-record.js';

/** So many of a customer's calls are looked through for one page; where a filter is rare, the page may come out empty. */
const SCANNED = 20_000;
/** The id of a call is made before its clock is read: by so much the two may differ, in milliseconds. */
const LEEWAY_MS = 60_000;

const COLUMNS = `id, day, customer_id, started_at, verb, route, path, status, duration_us, units, user_id, session_id,
  plan, corrects`;
const NEWEST_FIRST = 'order by day desc, id desc';

interface CallRow {
  id: string;
  customer_id: string;
  started_at: Date;
  verb: string;
  route: string;
  path: string;
  status: number;
  duration_us: string;
  units: string;
  user_id: string;
  session_id: string;
  plan: string;
  corrects: string | null;
}

export interface CallPage {
  /** Newest first. */
  calls: CallRecord[];
  /** Where to go on: `before` of the next page. Null at the end. */
  next: string | null;
}

/**
 * A condition of somebody who knows the ledger's columns, on a row `c`. @param take has the statement take a value along,
 * and gives its placeholder.
 */
export type CallCondition = (take: (value: unknown) => string) => string;

/** Reads calls of one customer from the ledger, by the index of customer and time: no other row is touched. */
@Injectable()
export class CallLog {
  constructor(private readonly database: Database) {}

  /**
   * @param before the id below which to begin; absent: at the newest.
   * @throws {DatabaseUnavailableError}
   */
  async page(
    customerId: string,
    query: { filter?: CallFilter; before?: string; limit: number; condition?: CallCondition },
  ): Promise<CallPage> {
    const { filter = {}, before, limit, condition } = query;
    const sql = new Statement();
    const range = rangeOf(sql, customerId, filter, before);
    const narrow = [narrowOf(sql, filter), condition?.((value) => sql.take(value)) ?? '']
      .filter((part) => part !== '')
      .join(' and ');
    const rows = await this.rows(
      narrow === ''
        ? `select ${COLUMNS} from calls where ${range} ${NEWEST_FIRST} limit ${sql.take(limit + 1)}`
        : `select ${COLUMNS} from (
             select ${COLUMNS}, subscription_id, headers from calls where ${range} ${NEWEST_FIRST} limit ${SCANNED}
           ) as c where ${narrow} ${NEWEST_FIRST} limit ${sql.take(limit + 1)}`,
      sql.values,
    );
    const calls = rows.slice(0, limit);
    if (rows.length > limit) return { calls, next: calls.at(-1)?.id ?? null };
    return { calls, next: narrow === '' ? null : await this.lastScanned(customerId, filter, before) };
  }

  /** The newest calls after an id, oldest first; `limit` of them at most, and then there may have been more. */
  async after(customerId: string, id: string, limit: number): Promise<CallRecord[]> {
    const rows = await this.rows(
      `select ${COLUMNS} from calls where customer_id = $1 and day >= $2::date and id > $3::uuid
       ${NEWEST_FIRST} limit $4`,
      [customerId, dayOfId(id), id, limit],
    );
    return rows.toReversed();
  }

  /** The calls of these ids, of whichever customer, oldest first. Ids that are not in the ledger are left out. */
  async byIds(ids: readonly string[]): Promise<CallRecord[]> {
    if (ids.length === 0) return [];
    return this.rows(
      `select ${COLUMNS} from calls where day = any($1::date[]) and id = any($2::uuid[]) order by day, id`,
      [[...new Set(ids.map((id) => dayOfId(id)))], ids],
    );
  }

  /** Where the look for a rare filter stopped; null when it came to the end. */
  private async lastScanned(
    customerId: string,
    filter: CallFilter,
    before: string | undefined,
  ): Promise<string | null> {
    const sql = new Statement();
    const range = rangeOf(sql, customerId, filter, before);
    const [row] = await this.database.run(() =>
      this.query<{ id: string }>(
        `select id from calls where ${range} ${NEWEST_FIRST} offset ${SCANNED - 1} limit 1`,
        sql.values,
      ),
    );
    return row?.id ?? null;
  }

  private rows(text: string, values: readonly unknown[]): Promise<CallRecord[]> {
    return this.database.run(async () => (await this.query<CallRow>(text, values)).map(toRecord));
  }

  private async query<T extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<T[]> {
    return (await this.database.pool.query<T>(text, [...values])).rows;
  }
}

/** The values of a statement, in the order in which its text asks for them. */
class Statement {
  readonly values: unknown[] = [];

  /** @returns the placeholder. */
  take(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What the index answers: customer, days, ids. */
function rangeOf(sql: Statement, customerId: string, filter: CallFilter, before: string | undefined): string {
  const conditions = [`customer_id = ${sql.take(customerId)}`];
  if (before !== undefined)
    conditions.push(`day <= ${sql.take(dayOfId(before))}::date`, `id < ${sql.take(before)}::uuid`);
  if (filter.from !== undefined) {
    const least = leastIdOf(filter.from - LEEWAY_MS);
    conditions.push(`day >= ${sql.take(dayOfId(least))}::date`, `id >= ${sql.take(least)}::uuid`);
  }
  if (filter.to !== undefined) {
    const most = leastIdOf(filter.to + LEEWAY_MS);
    conditions.push(`day <= ${sql.take(dayOfId(most))}::date`, `id <= ${sql.take(most)}::uuid`);
  }
  return conditions.join(' and ');
}

/** What is looked at row by row; `''` when nothing is. */
function narrowOf(sql: Statement, { route, verb, status, from, to }: CallFilter): string {
  const conditions: string[] = [];
  if (route !== undefined) conditions.push(`route = ${sql.take(route)}`);
  if (verb !== undefined) conditions.push(`verb = ${sql.take(verb)}`);
  if (status !== undefined)
    conditions.push(`status between ${sql.take(status.from)} and ${sql.take(status.to)}`);
  if (from !== undefined) conditions.push(`started_at >= ${sql.take(new Date(from))}`);
  if (to !== undefined) conditions.push(`started_at < ${sql.take(new Date(to))}`);
  return conditions.join(' and ');
}

function toRecord(row: CallRow): CallRecord {
  return {
    id: row.id,
    customerId: row.customer_id,
    startedAt: row.started_at,
    verb: row.verb,
    route: row.route,
    path: row.path,
    status: row.status,
    durationUs: Number(row.duration_us),
    units: Number(row.units),
    user: row.user_id,
    tokenId: row.session_id,
    plan: row.plan,
    corrects: row.corrects,
  };
}
