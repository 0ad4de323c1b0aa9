import { METER_READER } from './ledger-lines.js';

/**
 * The meters' outbox lines, as parts of the meters' own statements: these take lines, find their calls and count them
 * without fetching them.
 */
export const meterLines = {
  /**
   * Common table expressions that take the oldest lines until they hold so many calls (a single line may hold more), and
   * skip those that another process takes. They end with `taken (day, calls)`. Lines are addressed by ctid.
   * @param limit parameters of the statement.
   */
  take: ({ lines, calls }: { lines: string; calls: string }): string => `
    oldest as materialized (
      select ctid, id, cardinality(calls) as calls from farebox.ledger_lines where reader = '${METER_READER}'
      order by id limit ${lines} for update skip locked
    ), fitting as (
      select ctid, sum(calls) over (order by id, ctid) - calls as before from oldest
    ), taken as (
      delete from farebox.ledger_lines where ctid = any (array(select ctid from fitting where before < ${calls}))
      returning day, calls
    )`,

  /** A query of the calls that are in lines: `(day, id)`. */
  unread: `select day, unnest(calls) as id from farebox.ledger_lines where reader = '${METER_READER}'`,

  /** A statement that adds a line for each day of `source (day, id)`. @param id of the lines: a parameter. */
  add: (source: string, id: string): string => `
    insert into farebox.ledger_lines (reader, id, day, calls)
    select '${METER_READER}', ${id}::uuid, day, array_agg(id) from ${source} group by day`,
} as const;
