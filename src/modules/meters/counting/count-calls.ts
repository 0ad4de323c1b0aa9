import type pg from 'pg';
import { aggregationOf, type ComputedCounting, metricOf } from '../../../catalog/index.js';
import { addedStates, beginningOf, bucketMs, computedOf, filterSql, mergedState } from './meter-sql.js';
import type { CountedMeter } from '../directory/meter-directory.js';

/** Adds the calls of a pass to the buckets of all meters. In the transaction of the pass. */
export async function addCalls(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<void> {
  for (const meter of meters) {
    const { counting } = metricOf(meter.definition);
    if ('different' in counting) await addMembers(client, meter, counting.different);
    else if ('value' in counting) await addUp(client, meter, 'state', `array[${counting.sums.join(', ')}]`);
    else await addUp(client, meter, 'amount', counting.sums[0]);
  }
  await client.query(`
    insert into farebox.meter_buckets as b (customer_id, meter, starts_at, bucket, value)
    select customer_id, meter, starts_at, bucket, sum(amount) from pass_added where state is null
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (customer_id, meter, starts_at, bucket) do update set value = b.value + excluded.value`);
  for (const { definition } of meters) {
    const computed = computedOf(definition);
    if (computed) await addStates(client, definition.name, computed);
  }
}

/** For one meter each span is one billing period. */
async function addUp(
  client: pg.ClientBase,
  { definition, provider }: CountedMeter,
  column: 'amount' | 'state',
  sum: string,
): Promise<void> {
  await client.query(
    `with sums as materialized (
       select span, ${beginningOf('c.started_at', bucketMs(definition))} as bucket, ${sum} as counted
       from pass_calls c where ${filterSql(definition)}
       group by 1, 2
     )
     insert into pass_added (meter, customer_id, starts_at, bucket, ${column})
     select $1, customer_id, starts_at, bucket, counted from sums join pass_periods using (span)
     where provider_meter = $2`,
    [definition.name, provider.id],
  );
}

async function addStates(client: pg.ClientBase, name: string, computed: ComputedCounting): Promise<void> {
  const { value, state } = mergedState(computed, 'b');
  await client.query(
    `insert into farebox.meter_buckets as b (customer_id, meter, starts_at, bucket, value, state)
     select customer_id, meter, starts_at, bucket, ${computed.value(...addedStates(computed))},
       array[${addedStates(computed).join(', ')}]
     from pass_added where meter = $1
     group by 1, 2, 3, 4 order by 1, 2, 3, 4
     on conflict (customer_id, meter, starts_at, bucket) do update set value = ${value}, state = ${state}`,
    [name],
  );
}

/**
 * Looks scopes up, or makes them, and then members in them: each once a pass. No other transaction writes them meanwhile,
 * as one pass runs at a time; if one did, the pass would fail and be retried.
 */
async function addMembers(
  client: pg.ClientBase,
  { definition, provider }: CountedMeter,
  member: string,
): Promise<void> {
  const [begins, scope] =
    aggregationOf(definition).windows === null
      ? [`timestamptz '-infinity'`, 'p.starts_at']
      : [beginningOf('c.started_at', definition.windowMs), 's.begins'];
  const bucket = beginningOf('c.started_at', bucketMs(definition));
  // A company is known by its customer as well: see `memberSql`.
  const names = member === 'company_id' ? 'seen.member, scopes.customer_id' : 'seen.member';
  await client.query(
    `with seen as materialized (
       select span, ${begins} as begins, c.${member} as member, min(${bucket}) as bucket
       from pass_calls c where ${filterSql(definition)}
       group by 1, 2, 3
     ), known as materialized (
       select s.span, s.begins, p.customer_id, p.starts_at, ${scope} as scope, m.id
       from (select distinct span, begins from seen) s
       join pass_periods p on p.span = s.span and p.provider_meter = $2
       left join lateral (
         select id from farebox.meter_scopes m where m.customer_id = p.customer_id and m.meter = $1
           and m.starts_at = p.starts_at and m.scope = ${scope} offset 0) m on true
     ), made as (
       insert into farebox.meter_scopes (customer_id, meter, starts_at, scope)
       select customer_id, $1, starts_at, scope from known where id is null
       returning id, customer_id, starts_at, scope
     ), scopes as materialized (
       select span, begins, customer_id, starts_at, coalesce(known.id, made.id) as id
       from known left join made using (customer_id, starts_at, scope)
     ), added as (
       insert into farebox.meter_members (scope_id, member, customer_id, bucket)
       select id, member, customer_id, bucket from seen join scopes using (span, begins)
       where not exists (
         select 1 from farebox.meter_members m where m.scope_id = scopes.id and m.member in (${names})
           and m.customer_id = scopes.customer_id offset 0)
       returning scope_id, bucket
     ), counted as (
       select scope_id, bucket, count(*) as amount from added group by 1, 2
     )
     insert into pass_added (meter, customer_id, starts_at, bucket, amount)
     select $1, customer_id, starts_at, bucket, sum(amount) from counted join scopes on scopes.id = counted.scope_id
     group by 2, 3, 4`,
    [definition.name, provider.id],
  );
}
