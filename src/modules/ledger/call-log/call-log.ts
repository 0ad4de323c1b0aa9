import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../../platform/database/database.js';
import { Reports } from '../../../platform/database/reports.js';
import { dayOfId, leastIdOf, msOfId, newId } from '../../../platform/ids/ids.js';
import type { CallFilter, CallRecord } from './call-record.js';
import { type DaySpan, daySpans } from './day-spans.js';

/** Calls of a customer that are scanned for one page; where matches are rare, the page may come out empty. */
const SCANNED = 20_000;
/** The id of a call is made before its clock is read: how far the two may differ, in milliseconds. */
const LEEWAY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Calls that came late (from a spool) are shown after this time at the latest. */
const BEGINNING_MS = 30_000;
const MAX_BEGINNINGS = 10_000;

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

/** Filter and starting point for a customer's calls. */
export interface CallQuery {
  filter?: CallFilter;
  /** The id below which to begin; absent: at the newest. */
  before?: string;
  condition?: CallCondition;
}

export interface CallPage {
  /** Newest first. */
  calls: CallRecord[];
  /** The `before` of the next page. Null at the end. */
  next: string | null;
}

/** Calls that can be paged through. */
export interface CallSource {
  page(query: CallQuery & { limit: number }): Promise<CallPage>;
  /** `next` of that page, without its calls. */
  endOf(query: CallQuery & { limit: number }): Promise<string | null>;
}

/**
 * A condition on a row `c`, from a caller that knows the ledger's columns. @param take adds a value to the statement and
 * returns its placeholder.
 */
export type CallCondition = (take: (value: unknown) => string) => string;

/** Some of a customer's calls. */
export interface CallSelection {
  condition: CallCondition;
  /** Narrows a filter to the time in which they can lie, so that no other days are scanned. */
  within: (filter: CallFilter) => CallFilter;
}

/** Reads calls of one customer from the ledger, by the index of customer and time: no other row is touched. */
@Injectable()
export class CallLog {
  /** Days before which a customer was seen to have no calls. */
  private readonly beginnings = new LRUCache<string, string>({ max: MAX_BEGINNINGS, ttl: BEGINNING_MS });

  constructor(
    private readonly database: Database,
    private readonly reports: Reports,
  ) {}

  /** The calls of a customer, or some of them. Its methods throw as those here do. */
  of(customerId: string, some?: CallSelection): CallSource {
    const selected = <T extends CallQuery>(query: T): T =>
      some ? { ...query, filter: some.within(query.filter ?? {}), condition: some.condition } : query;
    return {
      page: (query) => this.page(customerId, selected(query)),
      endOf: (query) => this.endOf(customerId, selected(query)),
    };
  }

  /**
   * Reads the newest days first, and older ones until the page is full: each day is a partition, and there are hundreds.
   * @param before the id below which to begin; absent: at the newest.
   * @throws {DatabaseUnavailableError} {FareboxError} `rate_limited` when the customer asks for too much at once
   */
  async page(customerId: string, query: CallQuery & { limit: number }): Promise<CallPage> {
    const { limit, before } = query;
    const calls: CallRecord[] = [];
    let scanned = 0;
    for (const span of this.spansOf(customerId, query)) {
      const left = SCANNED - scanned;
      const found = await this.look(customerId, query, span, limit + 1 - calls.length, left);
      calls.push(...found.map(toRecord));
      if (calls.length > limit) return { calls: calls.slice(0, limit), next: calls[limit - 1]?.id ?? null };
      const { count, last } = isNarrow(query)
        ? await this.scan(customerId, query, span, left)
        : { count: 0, last: null };
      scanned += count;
      if (scanned >= SCANNED) return { calls, next: last };
    }
    const oldest = calls.at(-1)?.id ?? before;
    if (!isNarrow(query) && query.filter?.from === undefined) this.noteBeginning(customerId, oldest);
    return { calls, next: null };
  }

  /** `next` of a page of this size, without the calls. @throws as `page` does */
  async endOf(customerId: string, query: CallQuery & { limit: number }): Promise<string | null> {
    let left = query.limit;
    let last: string | null = null;
    let scanned = 0;
    for (const span of this.spansOf(customerId, query)) {
      const rows = await this.look(customerId, query, span, left + 1, SCANNED - scanned, 'id');
      last = rows[Math.min(left, rows.length) - 1]?.id ?? last;
      if (rows.length > left) return last;
      left -= rows.length;
      if (!isNarrow(query)) continue;
      const looked = await this.scan(customerId, query, span, SCANNED - scanned);
      scanned += looked.count;
      if (scanned >= SCANNED) return looked.last;
    }
    return null;
  }

  /** The newest calls after an id, oldest first; if there are `limit` of them, there may have been more. */
  async after(customerId: string, id: string, limit: number): Promise<CallRecord[]> {
    const { rows } = await this.reports.of(customerId).query<CallRow>(
      `select ${COLUMNS} from farebox.calls where customer_id = $1 and day >= $2::date and id > $3::uuid
       ${NEWEST_FIRST} limit $4`,
      [customerId, dayOfId(id), id, limit],
    );
    return rows.map(toRecord).toReversed();
  }

  /** The calls with these ids, of any customer, oldest first. Ids that are not in the ledger are left out. */
  async byIds(ids: readonly string[]): Promise<CallRecord[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.database.run(() =>
      this.database.pool.query<CallRow>(
        `select ${COLUMNS} from farebox.calls where day = any($1::date[]) and id = any($2::uuid[]) order by day, id`,
        [[...new Set(ids.map((id) => dayOfId(id)))], ids],
      ),
    );
    return rows.map(toRecord);
  }

  /** The matching rows of a span, up to a number of scanned calls. */
  private async look(
    customerId: string,
    query: CallQuery,
    span: DaySpan,
    limit: number,
    scanned: number,
    columns = COLUMNS,
  ): Promise<CallRow[]> {
    const sql = new Statement();
    const { filter = {}, condition } = query;
    const range = rangeOf(sql, customerId, query, span);
    const narrow = [narrowOf(sql, filter), condition?.((value) => sql.take(value)) ?? '']
      .filter((part) => part !== '')
      .join(' and ');
    const text =
      narrow === ''
        ? `select ${columns} from farebox.calls where ${range} ${NEWEST_FIRST} limit ${sql.take(limit)}`
        : `select ${columns} from (
             select ${COLUMNS}, subscription_id, headers from farebox.calls
             where ${range} ${NEWEST_FIRST} limit ${sql.take(scanned)}
           ) as c where ${narrow} ${NEWEST_FIRST} limit ${sql.take(limit)}`;
    return (await this.reports.of(customerId).query<CallRow>(text, sql.values)).rows;
  }

  /** The number of calls of a span that a search with a rare filter scans, and the oldest of them. */
  private async scan(
    customerId: string,
    query: CallQuery,
    span: DaySpan,
    limit: number,
  ): Promise<{ count: number; last: string | null }> {
    const sql = new Statement();
    const range = rangeOf(sql, customerId, query, span);
    const { rows } = await this.reports.of(customerId).query<{ count: number; last: string | null }>(
      `select count(*)::integer as count, min(id::text) as last from (
         select id from farebox.calls where ${range} ${NEWEST_FIRST} limit ${sql.take(limit)}) as scanned`,
      sql.values,
    );
    return rows[0] ?? { count: 0, last: null };
  }

  private spansOf(customerId: string, { filter = {}, before }: CallQuery): DaySpan[] {
    const from = filter.from === undefined ? undefined : dayOfId(leastIdOf(filter.from - LEEWAY_MS));
    const to = filter.to === undefined ? undefined : dayOfId(leastIdOf(filter.to + LEEWAY_MS));
    const end = before === undefined ? to : dayOfId(before);
    return daySpans({
      from: latest(from, this.beginnings.get(customerId)),
      to: end,
      today: dayOfId(newId()),
    });
  }

  /** Days more than one day before the oldest call need not be searched for a while. */
  private noteBeginning(customerId: string, oldest: string | undefined): void {
    const ms = msOfId(oldest ?? newId()) - DAY_MS;
    this.beginnings.set(customerId, dayOfId(leastIdOf(ms)));
  }
}

const latest = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined ? (one ?? other) : one > other ? one : other;

const isNarrow = ({ filter = {}, condition }: CallQuery): boolean =>
  condition !== undefined || Object.keys(filter).length > 0;

/** The values of a statement, in the order in which its text asks for them. */
class Statement {
  readonly values: unknown[] = [];

  /** @returns the placeholder. */
  take(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** The conditions that the index covers: customer, days, ids. */
function rangeOf(
  sql: Statement,
  customerId: string,
  { filter = {}, before }: CallQuery,
  span: DaySpan,
): string {
  const conditions = [`customer_id = ${sql.take(customerId)}`];
  if (span.from !== undefined) conditions.push(`day >= ${sql.take(span.from)}::date`);
  if (span.to !== undefined) conditions.push(`day <= ${sql.take(span.to)}::date`);
  if (before !== undefined) conditions.push(`id < ${sql.take(before)}::uuid`);
  if (filter.from !== undefined)
    conditions.push(`id >= ${sql.take(leastIdOf(filter.from - LEEWAY_MS))}::uuid`);
  if (filter.to !== undefined) conditions.push(`id <= ${sql.take(leastIdOf(filter.to + LEEWAY_MS))}::uuid`);
  return conditions.join(' and ');
}

/** The conditions checked row by row; `''` when there are none. */
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
