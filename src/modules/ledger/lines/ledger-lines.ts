import type pg from 'pg';
import type { PassResult } from './reader-loop.js';

/** Permanent names of the readers, under which their lines are stored: the meters, and analytics' forwarder. */
export const METER_READER = 'meters';
export const EXCHANGE_READER = 'analytics';

/** An outbox line: a reader's record of a committed batch. */
export interface LedgerLine {
  id: string;
  /** The partition of the calls: a UTC day. */
  day: string;
  calls: readonly string[];
  /** For the reader of exchanges: UTF-8, as many lines of JSON as there are calls, in their order. */
  exchanges: Buffer | null;
}

/** How much a reader takes at once: as many lines as fit, one at least. */
export interface LinesLimit {
  lines: number;
  calls: number;
  /** Of exchanges. */
  bytes: number;
}

type LineRow = Record<'place' | 'id' | 'day' | 'calls' | 'waiting', Buffer> & { exchanges: Buffer | null };

/** Sizes are read first, and then only the exchanges that fit: with a backlog, a hundred lines wait for each one taken. */
const TAKE = `
  with oldest as materialized (
    select ctid, id, cardinality(calls) as calls, octet_length(exchanges) as bytes
    from farebox.ledger_lines where reader = $1 order by id limit $2 for update skip locked
  ), running as (
    select ctid, row_number() over oldest_first as place, sum(calls) over oldest_first as calls,
      sum(coalesce(bytes, 0)) over oldest_first as bytes
    from oldest window oldest_first as (order by id, ctid)
  )
  select ctid::text as place, id::text as id, day::text as day, array_to_string(calls, ',') as calls,
    convert_to(exchanges, 'UTF8') as exchanges, (select count(*) from oldest)::text as waiting
  from farebox.ledger_lines
  where ctid = any (array(select ctid from running where place = 1 or (calls <= $3 and bytes <= $4)))
  order by ledger_lines.id, ledger_lines.ctid`;

/**
 * Takes lines of a reader, oldest first, has them applied and deletes them, all in one transaction: a reader that crashes
 * midway has taken nothing. Lines locked by another process are skipped.
 */
export async function takeLines(
  client: pg.ClientBase,
  reader: string,
  limit: LinesLimit,
  apply: (lines: readonly LedgerLine[]) => Promise<void>,
): Promise<PassResult> {
  await client.query('begin');
  try {
    const { rows } = await client.query<LineRow>(
      binaryResult({
        name: 'ledger_take_lines',
        text: TAKE,
        values: [reader, limit.lines, limit.calls, limit.bytes],
      }),
    );
    if (rows.length > 0) {
      await apply(rows.map(lineOf));
      // By ctid, as the rows are locked: a plan made when the queue was short would be slow when it is long.
      await client.query('delete from farebox.ledger_lines where ctid = any ($1::tid[])', [
        rows.map(({ place }) => String(place)),
      ]);
    }
    await client.query('commit');
    const waiting = Number(rows[0]?.waiting ?? 0);
    if (waiting === 0) return 'nothing';
    return rows.length === waiting && waiting < limit.lines ? 'all' : 'part';
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

const lineOf = ({ id, day, calls, exchanges }: LineRow): LedgerLine => ({
  id: String(id),
  day: String(day),
  calls: String(calls).split(','),
  exchanges,
});

/** Values as the server sent them: the exchanges are many, and are passed on unchanged. pg's typings do not know the option. */
const binaryResult = (query: pg.QueryConfig): pg.QueryConfig & { binary: true } => ({
  ...query,
  binary: true,
  types: { getTypeParser: () => (value: Buffer) => value },
});

/** The id of the oldest line of a reader, which says since when it waits (`msOfId`); null without lines. */
export async function oldestLine(sql: pg.Pool, reader: string): Promise<string | null> {
  const { rows } = await sql.query<{ oldest: string | null }>(
    `select min(id::text) as oldest from farebox.ledger_lines where reader = $1`,
    [reader],
  );
  return rows[0]?.oldest ?? null;
}
