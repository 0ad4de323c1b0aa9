import type pg from 'pg';
import { type MeterDefinition, metricOf } from '../../../catalog/index.js';
import { meterLines } from '../../ledger/index.js';
import { filterSql, memberSql, periodJoin, totalSql, windowSql } from './meter-sql.js';

/** The usage from the raw calls of a customer's billing period. */
export interface Recount {
  customerId: string;
  startsAt: Date;
  endsAt: Date;
  subscriptionId: string;
  priceId: string;
  /** `null` when the period has no calls that the meter counts. */
  value: bigint | null;
}

export interface RecountScope {
  /** Periods that end after this, UTC. */
  from: Date;
  /** Periods that begin before this, UTC. */
  to: Date;
  customerId?: string;
}

type RecountRow = Omit<Recount, 'value'> & { value: string | null };

/**
 * Counts a meter again from the raw calls of whole billing periods, in one statement and independently of the meters'
 * incremental updates. Calls that the meters have not read yet are left out, so that the two can be compared while calls
 * come in: run both in one repeatable-read transaction.
 *
 * Values carried from one period into the next are not included.
 */
export async function recount(
  client: pg.ClientBase,
  meter: MeterDefinition,
  providerMeter: string,
  { from, to, customerId }: RecountScope,
): Promise<Recount[]> {
  // A queue has no useful statistics: calls are compared with it by a hash, however long it is.
  await client.query('set local enable_nestloop = off');
  const { rows } = await client.query<RecountRow>(
    `with periods as (
       select * from farebox.usage_periods
       where provider_meter = $1 and ends_at > $2 and starts_at < $3 and ($4::text is null or customer_id = $4)
     ), uncounted as (
       select id from (${meterLines.unread}) lines
       union all select id from farebox.meter_waiting
     ), counted as (
       select p.customer_id, p.starts_at, ${windowSql(meter, 'c.started_at', 'p.starts_at')} as begins, ${valueOf(meter)} as value
       from farebox.calls c ${periodJoin('$1').replace('farebox.usage_periods', 'periods')}
       where c.day >= (select min(starts_at)::date - 1 from periods) and ($4::text is null or c.customer_id = $4)
         and ${filterSql(meter)} and not exists (select 1 from uncounted u where u.id = c.id)
       group by 1, 2, 3
     ), totals as (
       select customer_id, starts_at, ${totalSql(meter)} as value from counted group by 1, 2
     )
     select p.customer_id as "customerId", p.starts_at as "startsAt", p.ends_at as "endsAt",
       p.subscription_id as "subscriptionId", p.price_id as "priceId", t.value::text as value
     from periods p left join totals t on t.customer_id = p.customer_id and t.starts_at = p.starts_at
     order by p.customer_id, p.starts_at`,
    [providerMeter, from, to, customerId ?? null],
  );
  await client.query('set local enable_nestloop to default');
  return rows.map((row) => ({ ...row, value: row.value === null ? null : BigInt(row.value) }));
}

function valueOf(meter: MeterDefinition): string {
  const { counting } = metricOf(meter);
  if ('different' in counting) return `count(distinct ${memberSql(counting.different)})`;
  return 'value' in counting ? counting.value(...counting.sums) : counting.sums[0];
}
