import type pg from 'pg';
import type { CountedMeter } from '../directory/meter-directory.js';
import { filterSql, periodJoin } from '../counting/meter-sql.js';
import { meterLines } from '../../ledger/index.js';

type Queries = Pick<pg.ClientBase, 'query'>;

/** A billing period of a customer, UTC. */
export interface TestedPeriod {
  customerId: string;
  startsAt: Date;
  endsAt: Date;
}

/** Calls since the test began, and their outcome. */
export interface CallsSeen {
  calls: number;
  /** Of these, not read by the meters yet, or with an unknown billing period. */
  uncounted: number;
  /** The last one, as `GET /route 200 on plan standard`. */
  last: string | null;
}

/** The customer with the newest subscription to a price that uses the meter. */
export async function openPeriod(
  sql: Queries,
  providerMeter: string,
  now: Date,
  customerId?: string,
): Promise<(TestedPeriod & { customers: number }) | undefined> {
  const { rows } = await sql.query<TestedPeriod & { customers: number }>(
    `select customer_id as "customerId", starts_at as "startsAt", ends_at as "endsAt", count(*) over ()::int as customers
     from farebox.usage_periods
     where provider_meter = $1 and not closed and ends_at > $2 and ($3::text is null or customer_id = $3)
     order by cycle_start desc limit 1`,
    [providerMeter, now, customerId ?? null],
  );
  return rows[0];
}

/** The period of the first call since then that the meter has counted. */
export async function countedCall(
  sql: Queries,
  { definition, provider }: CountedMeter,
  since: Date,
  customerId?: string,
): Promise<TestedPeriod | undefined> {
  const { rows } = await sql.query<TestedPeriod>(
    `with ${UNCOUNTED}
     select c.customer_id as "customerId", p.starts_at as "startsAt", p.ends_at as "endsAt"
     from farebox.calls c ${periodJoin('$4')}
     where ${SINCE} and ${filterSql(definition)} and not exists (select 1 from uncounted u where u.id = c.id)
     order by c.id limit 1`,
    [...sinceValues(since), customerId ?? null, provider.id],
  );
  return rows[0];
}

/** All paid calls since then, whether or not they match. */
export async function callsSeen(sql: Queries, since: Date, customerId?: string): Promise<CallsSeen> {
  const { rows } = await sql.query<CallsSeen>(
    `with ${UNCOUNTED}
     select count(*)::int as calls, (count(*) filter (where u.id is not null))::int as uncounted,
       (array_agg(c.verb || ' ' || c.route || ' ' || c.status || ' on plan ' || c.plan order by c.id desc))[1] as last
     from farebox.calls c left join uncounted u on u.id = c.id
     where ${SINCE} and c.corrects is null`,
    [...sinceValues(since), customerId ?? null],
  );
  return rows[0] ?? { calls: 0, uncounted: 0, last: null };
}

const UNCOUNTED = `uncounted as (
  select id from (${meterLines.unread}) lines union all select id from farebox.meter_waiting
)`;

/** By the id, which is the ledger's order: its first 48 bits are the millisecond. */
const SINCE = `c.day >= $1::date and c.id >= $2::uuid and ($3::text is null or c.customer_id = $3)`;

function sinceValues(since: Date): [day: string, id: string] {
  const ms = since.getTime().toString(16).padStart(12, '0');
  return [since.toISOString().slice(0, 10), `${ms.slice(0, 8)}-${ms.slice(8)}-7000-8000-000000000000`];
}
