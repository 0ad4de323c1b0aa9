import type pg from 'pg';
import { READER } from './meter-reader-name.js';

/**
 * The pass's own tables: its calls, and what they add. Of this connection alone, emptied with each transaction, so that
 * no pass leaves anything in the catalogue or in the write-ahead log.
 */
const WORK_TABLES = `
  create temp table if not exists pass_calls (
    day date, id uuid, customer_id text, subscription_id text, plan text, company_id text, user_id text, session_id text,
    route text, verb text, status smallint, started_at timestamptz, units bigint, corrects uuid, headers text
  ) on commit delete rows;
  create temp table if not exists pass_added (
    meter text, customer_id text, starts_at timestamptz, bucket timestamptz, amount numeric
  ) on commit delete rows;`;

const COLUMNS =
  'day, id, customer_id, subscription_id, plan, company_id, user_id, session_id, route, verb, status, started_at, units, corrects, headers';

/** From so many calls on it is worth it to tell the planner what there is. */
const MANY = 5_000;

/**
 * Takes the oldest lines of the meters, until they hold `maxCalls` calls (one line by itself may hold more), and lays out
 * their calls as `pass_calls`. In the transaction of the pass: undone with it.
 *
 * The planner knows little of a queue, of today's partition and of tables just filled. Lines are therefore found once and
 * addressed by where they lie, and each call by its key: no plan costs more than what is taken, whatever it estimates.
 * @returns how many calls the lines named.
 */
export async function takeCalls(client: pg.ClientBase, maxLines: number, maxCalls: number): Promise<number> {
  await client.query(`${WORK_TABLES} set local enable_seqscan = off;`);
  const { rows } = await client.query<{ calls: number }>(
    `with oldest as materialized (
       select ctid, id, cardinality(calls) as calls from ledger_lines where reader = '${READER}'
       order by id limit $1 for update skip locked
     ), fitting as (
       select ctid, sum(calls) over (order by id, ctid) - calls as before from oldest
     ), taken as (
       delete from ledger_lines where ctid = any (array(select ctid from fitting where before < $2))
       returning day, calls
     ), laid_out as (
       insert into pass_calls (${COLUMNS})
       select c.* from taken
       cross join lateral (select ${COLUMNS} from calls where calls.day = taken.day and calls.id = any (taken.calls) offset 0) c
     )
     select coalesce(sum(cardinality(calls)), 0)::int as calls from taken`,
    [maxLines, maxCalls],
  );
  const calls = rows[0]?.calls ?? 0;
  await client.query(`set local enable_seqscan to default; ${calls >= MANY ? 'analyze pass_calls' : ''}`);
  return calls;
}
