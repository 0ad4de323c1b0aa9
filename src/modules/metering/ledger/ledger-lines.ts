import type pg from 'pg';

/** What a reader finds of a batch that was committed. */
export interface LedgerLine {
  id: string;
  /** The partition of the calls: a UTC day. */
  day: string;
  calls: readonly string[];
  /** For the reader of exchanges: UTF-8, as many lines of JSON as there are calls, in their order. */
  exchanges: Buffer | null;
}

type LineRow = Record<'place' | 'id' | 'day' | 'calls', Buffer> & { exchanges: Buffer | null };

/**
 * Takes lines of a reader, oldest first, has them applied and deletes those that were, all in one transaction: a reader
 * that dies on the way has taken nothing. Lines that another process is at are passed over.
 * @param apply is given the lines and says how many of them, from the first, it has applied.
 * @returns how many lines were applied.
 */
export async function takeLines(
  client: pg.ClientBase,
  reader: string,
  maxLines: number,
  apply: (lines: readonly LedgerLine[]) => Promise<number>,
): Promise<number> {
  await client.query('begin');
  try {
    const { rows } = await client.query<LineRow>(
      binaryResult({
        name: 'ledger_take_lines',
        text: `select ctid::text as place, id::text as id, day::text as day, array_to_string(calls, ',') as calls,
               convert_to(exchanges, 'UTF8') as exchanges
             from ledger_lines where reader = $1 order by ledger_lines.id limit $2 for update skip locked`,
        values: [reader, maxLines],
      }),
    );
    const lines = rows.map(({ id, day, calls, exchanges }) => ({
      id: String(id),
      day: String(day),
      calls: String(calls).split(','),
      exchanges,
    }));
    const applied = rows.slice(0, lines.length > 0 ? await apply(lines) : 0);
    // By where they lie, as they are locked: a plan made when the queue was short would take its time when it is long.
    if (applied.length > 0)
      await client.query('delete from ledger_lines where ctid = any ($1::tid[])', [
        applied.map(({ place }) => String(place)),
      ]);
    await client.query('commit');
    return applied.length;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Values as the server sent them: the exchanges are many, and go on as they are. pg's typings do not know the option. */
const binaryResult = (query: pg.QueryConfig): pg.QueryConfig & { binary: true } => ({
  ...query,
  binary: true,
  types: { getTypeParser: () => (value: Buffer) => value },
});

/** How many lines wait for a reader, and since when the oldest does (milliseconds since the epoch, from its id). */
export async function waitingLines(
  sql: pg.Pool,
  reader: string,
): Promise<{ lines: number; oldestId: string | null }> {
  const { rows } = await sql.query<{ lines: number; oldest: string | null }>(
    `select count(*)::int as lines, min(id::text) as oldest from ledger_lines where reader = $1`,
    [reader],
  );
  return { lines: rows[0]?.lines ?? 0, oldestId: rows[0]?.oldest ?? null };
}
