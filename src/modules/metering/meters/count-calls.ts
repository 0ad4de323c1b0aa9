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

const CALL_COLUMNS =
  'day, id, customer_id, subscription_id, plan, company_id, user_id, session_id, route, verb, status, started_at, units, corrects, headers';

/** Adds the calls of the lines to the buckets of all meters. In the caller's transaction. */
export async function addCalls(
  client: pg.ClientBase,
  lines: readonly { id: string; day: string }[],
  meters: readonly CountedMeter[],
): Promise<void> {
  await client.query(WORK_TABLES);
  await loadCalls(client, lines);
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

async function loadCalls(
  client: pg.ClientBase,
  lines: readonly { id: string; day: string }[],
): Promise<void> {
  const columns = CALL_COLUMNS.split(', ').map((name) => `c.${name}`);
  await client.query(
    `insert into pass_calls (${CALL_COLUMNS})
     select ${columns.join(', ')}
     from unnest($1::uuid[], $2::date[]) as line (id, day)
     join ledger_lines l on l.reader = 'meters' and l.id = line.id and l.day = line.day
     cross join unnest(l.calls) as call (id)
     join calls c on c.day = l.day and c.id = call.id`,
    [lines.map(({ id }) => id), lines.map(({ day }) => day)],
  );
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
    `with added as (
       insert into meter_members (customer_id, meter, starts_at, scope, member, bucket)
       select c.customer_id, $1, p.starts_at, ${scope}, ${member}, min(${bucket})
       from pass_calls c ${periodJoin('$2')}
       where ${filterSql(definition)}
       group by 1, 3, 4, 5
       on conflict do nothing
       returning customer_id, starts_at, bucket
     )
     insert into pass_added (meter, customer_id, starts_at, bucket, amount)
     select $1, customer_id, starts_at, bucket, count(*) from added group by 2, 3, 4`,
    [definition.name, provider.id],
  );
}
