import type pg from 'pg';
import type { CallColumn, MeterFilter } from '../../../catalog/index.js';
import type { CountedMeter } from '../directory/meter-directory.js';
import { meterLines } from '../../ledger/index.js';
import { columnsOf, memberSql } from './meter-sql.js';

/** The columns of a call that meters may read, with types: the compiler requires those that a filter or metric adds. */
const COLUMNS: Record<
  CallColumn | Exclude<keyof MeterFilter, 'header'> | 'headers' | 'started_at' | 'corrects',
  string
> = {
  started_at: 'timestamptz',
  corrects: 'uuid',
  units: 'bigint',
  route: 'text',
  verb: 'text',
  status: 'smallint',
  plan: 'text',
  headers: 'text',
  company_id: 'text',
  user_id: 'text',
  session_id: 'text',
};

/**
 * The pass's own tables: its calls, the billing periods they lie in, and what they add. Local to this connection and
 * emptied with each transaction, so that a pass leaves nothing in the catalog or in the write-ahead log.
 *
 * A span is a stretch of time in which a subscription's calls count for the same periods of its meters; mostly there is
 * one for each customer. Calls refer to it instead of customer and subscription: meters then group by a number. A call at
 * a moment for which meters have different periods is there once for each span it lies in, and a meter has a period in
 * one of them.
 */
const WORK_TABLES = `
  create temp table if not exists pass_calls (
    span int, ${Object.entries(COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')}
  ) on commit delete rows;
  create temp table if not exists pass_periods (
    span int, provider_meter text, customer_id text, starts_at timestamptz
  ) on commit delete rows;
  create temp table if not exists pass_added (
    meter text, customer_id text, starts_at timestamptz, bucket timestamptz, amount numeric, state numeric[]
  ) on commit delete rows;`;

const readSql = (column: string): string =>
  column === 'company_id' ? `${memberSql(column)} as company_id` : column;

/**
 * Lines are found once and addressed by ctid, each call by its key, and periods by their customer: no plan costs more
 * than what is taken. The rest is joined by hashes. A customer with a span over all of the calls has none to set aside.
 * @param columns what meters read of a call.
 */
const takeSql = (columns: readonly string[]): string => `
  with ${meterLines.take({ lines: '$1', calls: '$2' })}, found as materialized (
    select c.* from taken cross join lateral (
      select day, id, customer_id, subscription_id, ${columns.map(readSql).join(', ')} from farebox.calls c
      where c.day = taken.day and c.id = any (taken.calls) offset 0) c
  ), callers as materialized (
    select customer_id, subscription_id, min(started_at) as first, max(started_at) as last from found group by 1, 2
  ), periods as materialized (
    select c.customer_id, c.subscription_id, p.* from callers c cross join lateral (
      select provider_meter, starts_at, counts_from, counts_to from farebox.usage_periods p
      where p.customer_id = c.customer_id and p.subscription_id = c.subscription_id
        and p.counts_from <= c.last and p.counts_to > c.first offset 0) p
  ), spans as materialized (
    select row_number() over ()::int as span, s.* from (
      select distinct customer_id, subscription_id, counts_from, counts_to from periods) s
  ), laid_out_periods as (
    insert into pass_periods (span, provider_meter, customer_id, starts_at)
    select span, provider_meter, customer_id, starts_at
    from periods join spans using (customer_id, subscription_id, counts_from, counts_to)
  ), laid_out_calls as (
    insert into pass_calls (span, ${columns.join(', ')})
    select s.span, ${columns.join(', ')} from found c join spans s
      on s.customer_id = c.customer_id and s.subscription_id = c.subscription_id
      and c.started_at >= s.counts_from and c.started_at < s.counts_to
  ), uncovered as materialized (
    select customer_id, subscription_id from callers c where not exists (
      select 1 from spans s where s.customer_id = c.customer_id and s.subscription_id = c.subscription_id
        and s.counts_from <= c.first and s.counts_to > c.last)
  ), set_aside as (
    insert into farebox.meter_waiting (day, id, customer_id, subscription_id, started_at, since)
    select day, id, customer_id, subscription_id, started_at, now()
    from found c join uncovered using (customer_id, subscription_id)
    where not exists (
      select 1 from spans s where s.customer_id = c.customer_id and s.subscription_id = c.subscription_id
        and c.started_at >= s.counts_from and c.started_at < s.counts_to)
    on conflict do nothing
  )
  select coalesce(sum(cardinality(calls)), 0)::int as calls from taken`;

/** From this many calls on, it pays to give the planner statistics. */
const MANY = 5_000;

/**
 * Takes the oldest lines of the meters, until they hold `limit.calls` calls (a single line may hold more), and lays
 * out their calls and those calls' billing periods for the meters. Calls in no known period, such as a cycle that the
 * provider has not reported yet, are set aside and counted once it is known. In the transaction of the pass: undone with
 * it.
 *
 * The planner knows little of a queue, of today's partition and of tables just filled; settings rule out bad plans.
 * @returns the number of calls in the lines.
 */
export async function takeCalls(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  limit: { lines: number; calls: number },
): Promise<number> {
  const columns = [...new Set(['started_at', ...meters.flatMap(({ definition }) => columnsOf(definition))])];
  await client.query(`${WORK_TABLES} set local enable_seqscan = off;`);
  const { rows } = await client.query<{ calls: number }>(takeSql(columns), [limit.lines, limit.calls]);
  const calls = rows[0]?.calls ?? 0;
  await client.query(
    `set local enable_seqscan to default; ${calls >= MANY ? 'analyze pass_calls, pass_periods' : ''}`,
  );
  return calls;
}
