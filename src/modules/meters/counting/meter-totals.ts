import type pg from 'pg';
import {
  aggregationOf,
  type ComputedCounting,
  type MeterDefinition,
  type Windows,
} from '../../../catalog/index.js';
import { addedStates, beginningOf, computedOf, mergedState, overBuckets } from './meter-sql.js';
import type { CountedMeter } from '../directory/meter-directory.js';

/** Updates the meters' values with what a pass added to their buckets. In the caller's transaction. */
export async function updateUsage(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<void> {
  const summed: string[] = [];
  for (const { definition } of meters) {
    const { windows, carried } = aggregationOf(definition);
    const computed = computedOf(definition);
    if (windows) await aggregateWindows(client, definition, windows);
    else if (computed) await addToStates(client, definition.name, computed);
    else summed.push(definition.name);
    if (carried) await carryChanges(client, definition);
  }
  if (summed.length > 0) await addToSums(client, summed);
}

async function addToSums(client: pg.ClientBase, names: readonly string[]): Promise<void> {
  await client.query(
    `insert into farebox.meter_usage as u (customer_id, meter, starts_at, value, latest_window)
     select customer_id, meter, starts_at, sum(amount), max(bucket) from pass_added
     where meter = any($1::text[])
     group by 1, 2, 3 order by 1, 2, 3
     on conflict (customer_id, meter, starts_at) do update
     set value = u.value + excluded.value, latest_window = greatest(u.latest_window, excluded.latest_window)`,
    [names],
  );
}

async function addToStates(client: pg.ClientBase, name: string, computed: ComputedCounting): Promise<void> {
  const { value, state } = mergedState(computed, 'u');
  await client.query(
    `insert into farebox.meter_usage as u (customer_id, meter, starts_at, value, latest_window, state)
     select customer_id, meter, starts_at, ${computed.value(...addedStates(computed))}, max(bucket),
       array[${addedStates(computed).join(', ')}]
     from pass_added where meter = $1
     group by 1, 2, 3 order by 1, 2, 3
     on conflict (customer_id, meter, starts_at) do update
     set value = ${value}, state = ${state}, latest_window = greatest(u.latest_window, excluded.latest_window)`,
    [name],
  );
}

/** The windows that a pass touched; or all of the periods that it touched. */
const touchedSql = (windowMs: number, all: boolean): string => `
  select distinct customer_id, starts_at, ${beginningOf('bucket', windowMs)} as begins
  from ${
    all
      ? `(select distinct customer_id, meter, starts_at from pass_added where meter = $1) added
         join farebox.meter_buckets using (customer_id, meter, starts_at)`
      : `pass_added where meter = $1`
  }`;

async function aggregateWindows(
  client: pg.ClientBase,
  definition: MeterDefinition,
  { total, update, assumesGrowth }: Windows,
): Promise<void> {
  const { windowMs } = definition;
  const all = assumesGrowth && computedOf(definition) !== undefined;
  await client.query(
    `with touched as (${touchedSql(windowMs, all)}), windows as (
       select t.*, (
         select ${overBuckets(definition)} from farebox.meter_buckets b
         where b.customer_id = t.customer_id and b.meter = $1 and b.starts_at = t.starts_at
           and b.bucket >= t.begins and b.bucket < t.begins + interval '${windowMs} milliseconds'
       ) as value
       from touched t
     )
     insert into farebox.meter_usage as u (customer_id, meter, starts_at, value, latest_window)
     select customer_id, $1, starts_at, ${total}, max(begins) from windows group by 1, 3 order by 1, 3
     on conflict (customer_id, meter, starts_at) do update
     set value = ${all ? 'excluded.value' : update},
       latest_window = greatest(u.latest_window, excluded.latest_window)`,
    [definition.name],
  );
}

/** Late calls change the values carried into later periods, up to the first with calls of its own. */
async function carryChanges(client: pg.ClientBase, { name }: MeterDefinition): Promise<void> {
  await client.query(
    `update farebox.meter_usage u set value = source.value
     from (select distinct customer_id, starts_at from pass_added where meter = $1) touched
     join farebox.meter_usage source on source.customer_id = touched.customer_id and source.meter = $1
       and source.starts_at = touched.starts_at
     where u.customer_id = touched.customer_id and u.meter = $1 and u.starts_at > touched.starts_at
       and u.latest_window is null
       and not exists (
         select 1 from farebox.meter_usage own where own.customer_id = u.customer_id and own.meter = $1
           and own.starts_at > touched.starts_at and own.starts_at < u.starts_at and own.latest_window is not null)`,
    [name],
  );
}

/**
 * Gives periods that have begun the value of the period before, for a meter of the most recent value ever: it lasts until
 * a call changes it. @param now UTC.
 */
export async function carryIntoNewPeriods(
  client: pg.ClientBase,
  { definition, provider }: CountedMeter,
  now: Date,
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into farebox.meter_usage (customer_id, meter, starts_at, value)
     select p.customer_id, $1, p.starts_at, before.value
     from farebox.usage_periods p
     cross join lateral (
       select value from farebox.meter_usage u where u.customer_id = p.customer_id and u.meter = $1 and u.starts_at < p.starts_at
       order by u.starts_at desc limit 1) before
     where p.provider_meter = $2 and p.starts_at <= $3
       and not exists (
         select 1 from farebox.meter_usage own
         where own.customer_id = p.customer_id and own.meter = $1 and own.starts_at = p.starts_at)
     on conflict do nothing`,
    [definition.name, provider.id, now],
  );
  return rowCount ?? 0;
}
