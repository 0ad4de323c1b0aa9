import type pg from 'pg';
import { aggregationOf, AGGREGATIONS, type MeterDefinition } from '../../../catalogue/index.js';
import { beginningOf } from './meter-sql.js';
import type { CountedMeter } from './counted-meter.js';

/** Brings what the meters show up to date with what a pass added to their buckets. In the caller's transaction. */
export async function updateUsage(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<void> {
  const whole: string[] = [];
  for (const { definition } of meters) {
    const { ofWindows, update, carried } = aggregationOf(definition);
    if (ofWindows === null) whole.push(definition.name);
    else await aggregateWindows(client, definition, ofWindows, update);
    if (carried) await carryChanges(client, definition);
  }
  if (whole.length > 0) await addToWholes(client, whole);
}

async function addToWholes(client: pg.ClientBase, names: readonly string[]): Promise<void> {
  await client.query(
    `insert into meter_usage as u (customer_id, meter, starts_at, value, latest_window)
     select customer_id, meter, starts_at, sum(amount), max(bucket) from pass_added
     where meter = any($1::text[])
     group by 1, 2, 3 order by 1, 2, 3
     on conflict (customer_id, meter, starts_at) do update
     set value = ${AGGREGATIONS.sum.update}, latest_window = greatest(u.latest_window, excluded.latest_window)`,
    [names],
  );
}

/** The windows that a pass touched, and what they show now. */
const windowsSql = ({ windowMs }: MeterDefinition): string => `
  touched as (
    select distinct customer_id, starts_at, ${beginningOf('bucket', windowMs)} as begins
    from pass_added where meter = $1
  ), windows as (
    select t.*, (
      select sum(b.value) from meter_buckets b
      where b.customer_id = t.customer_id and b.meter = $1 and b.starts_at = t.starts_at
        and b.bucket >= t.begins and b.bucket < t.begins + interval '${windowMs} milliseconds'
    ) as value
    from touched t
  )`;

async function aggregateWindows(
  client: pg.ClientBase,
  definition: MeterDefinition,
  ofWindows: string,
  update: string,
): Promise<void> {
  await client.query(
    `with ${windowsSql(definition)}
     insert into meter_usage as u (customer_id, meter, starts_at, value, latest_window)
     select customer_id, $1, starts_at, ${ofWindows}, max(begins) from windows group by 1, 3 order by 1, 3
     on conflict (customer_id, meter, starts_at) do update
     set value = ${update}, latest_window = greatest(u.latest_window, excluded.latest_window)`,
    [definition.name],
  );
}

/** Calls that come late change what the periods after theirs were given, up to the first with calls of its own. */
async function carryChanges(client: pg.ClientBase, { name }: MeterDefinition): Promise<void> {
  await client.query(
    `update meter_usage u set value = source.value
     from (select distinct customer_id, starts_at from pass_added where meter = $1) touched
     join meter_usage source on source.customer_id = touched.customer_id and source.meter = $1
       and source.starts_at = touched.starts_at
     where u.customer_id = touched.customer_id and u.meter = $1 and u.starts_at > touched.starts_at
       and u.latest_window is null
       and not exists (
         select 1 from meter_usage own where own.customer_id = u.customer_id and own.meter = $1
           and own.starts_at > touched.starts_at and own.starts_at < u.starts_at and own.latest_window is not null)`,
    [name],
  );
}

/**
 * Gives periods that have begun the value of the period before, for a meter whose most recent value ever counts: it
 * lasts until a call changes it. @param now UTC.
 */
export async function carryIntoNewPeriods(
  client: pg.ClientBase,
  { definition, provider }: CountedMeter,
  now: Date,
): Promise<number> {
  const { rowCount } = await client.query(
    `insert into meter_usage (customer_id, meter, starts_at, value)
     select p.customer_id, $1, p.starts_at, before.value
     from usage_periods p
     cross join lateral (
       select value from meter_usage u where u.customer_id = p.customer_id and u.meter = $1 and u.starts_at < p.starts_at
       order by u.starts_at desc limit 1) before
     where p.provider_meter = $2 and p.starts_at <= $3
       and not exists (
         select 1 from meter_usage own
         where own.customer_id = p.customer_id and own.meter = $1 and own.starts_at = p.starts_at)
     on conflict do nothing`,
    [definition.name, provider.id, now],
  );
  return rowCount ?? 0;
}
