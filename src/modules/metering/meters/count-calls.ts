import type pg from 'pg';
import {
  amountSql,
  beginningOf,
  bucketMs,
  filterSql,
  memberColumn,
  periodJoin,
  scopeSql,
} from './meter-sql.js';
import type { CountedMeter } from './counted-meter.js';

/** Adds the calls of a pass to the buckets of all meters. In the transaction of the pass. */
export async function addCalls(client: pg.ClientBase, meters: readonly CountedMeter[]): Promise<void> {
  await setAside(client);
  for (const meter of meters) {
    const column = memberColumn(meter.definition.metric);
    await (column === undefined ? addUp(client, meter) : addMembers(client, meter, column));
  }
  await client.query(`
    insert into meter_buckets as b (customer_id, meter, starts_at, bucket, value)
    select customer_id, meter, starts_at, bucket, sum(amount) from pass_added
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (customer_id, meter, starts_at, bucket) do update set value = b.value + excluded.value`);
}

/** Calls in no period that is known: of a cycle that the provider has not told us of, say. They are counted when it is. */
async function setAside(client: pg.ClientBase): Promise<void> {
  await client.query(`
    with unknown as (
      delete from pass_calls c where not exists (
        select 1 from usage_periods p where p.customer_id = c.customer_id and p.subscription_id = c.subscription_id
          and c.started_at >= p.counts_from and c.started_at < p.counts_to)
      returning day, id, customer_id, subscription_id, started_at
    )
    insert into meter_waiting (day, id, customer_id, subscription_id, started_at, since)
    select day, id, customer_id, subscription_id, started_at, now() from unknown on conflict do nothing`);
}

async function addUp(client: pg.ClientBase, { definition, provider }: CountedMeter): Promise<void> {
  await client.query(
    `insert into pass_added (meter, customer_id, starts_at, bucket, amount)
     select $1, c.customer_id, p.starts_at, ${beginningOf('c.started_at', bucketMs(definition))}, ${amountSql(definition.metric)}
     from pass_calls c ${periodJoin('$2')}
     where ${filterSql(definition)}
     group by 2, 3, 4`,
    [definition.name, provider.id],
  );
}

async function addMembers(
  client: pg.ClientBase,
  { definition, provider }: CountedMeter,
  member: string,
): Promise<void> {
  const scope = scopeSql(definition);
  const bucket = beginningOf('c.started_at', bucketMs(definition));
  await client.query(
    `with seen as materialized (
       select c.customer_id, p.starts_at, ${scope} as scope, ${member} as member, min(${bucket}) as bucket
       from pass_calls c ${periodJoin('$2')}
       where ${filterSql(definition)}
       group by 1, 2, 3, 4
     ), added as (
       insert into meter_members (customer_id, meter, starts_at, scope, member, bucket)
       select customer_id, $1, starts_at, scope, member, bucket from seen
       where not exists (
         select 1 from meter_members m where m.customer_id = seen.customer_id and m.meter = $1
           and m.starts_at = seen.starts_at and m.scope = seen.scope and m.member = seen.member offset 0)
       on conflict do nothing
       returning customer_id, starts_at, bucket
     )
     insert into pass_added (meter, customer_id, starts_at, bucket, amount)
     select $1, customer_id, starts_at, bucket, count(*) from added group by 2, 3, 4`,
    [definition.name, provider.id],
  );
}
