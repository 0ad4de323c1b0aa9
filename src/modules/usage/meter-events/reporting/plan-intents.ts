import type pg from 'pg';
import { addReportedSql, type CountedMeter } from '../../../meters/index.js';
import { IS_FINAL } from '../../../billing/index.js';
import { floorMinute, nextMinute } from './minutes.js';
import { ownMinute, type Times, type ReportTime } from './own-minute.js';

const PAGE = 500;
/** Stripe takes whole numbers of up to 15 digits. */
const LARGEST = 999_999_999_999_999n;
/** Stripe takes events of the past 35 days; an hour is left for sending. */
const OLDEST_MS = 35 * 86_400_000 - 3_600_000;

/** Whether events with a time before that, UTC, are no longer accepted. */
export const isPastReportingWindow = (time: Date, now: Date): boolean =>
  now.getTime() - time.getTime() > OLDEST_MS;

/** Usage that the provider would always refuse: for the operator to decide about. */
export interface UnreportableUsage {
  customerId: string;
  meter: string;
  startsAt: Date;
  /** The unreported units. */
  difference: bigint;
  reason: 'older_than_35_days' | 'more_than_15_digits';
}

interface Row {
  customerId: string;
  meter: string;
  startsAt: Date;
  endsAt: Date;
  difference: string;
  lastN: number | null;
  lastAt: Date | null;
}

interface Intent extends ReportTime {
  row: Row;
  n: number;
}

/**
 * Records the usage to report: for each meter, customer and billing period, the meter's value less what was recorded
 * before; nothing of a period whose invoice is final, as it would be on none. Under a lock on the meter's row, so that
 * two processes at once record it once.
 * @returns how many intents were recorded, how many have to wait for the one before, and what cannot be reported.
 */
export async function planIntents(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  now: Date,
  times: Times,
  customerId?: string,
): Promise<{ planned: number; deferred: number; unreportable: UnreportableUsage[] }> {
  const unreportable: UnreportableUsage[] = [];
  let [planned, deferred] = [0, 0];
  let after: Row | undefined;
  do {
    await client.query('begin');
    try {
      const rows = await lockUnreported(client, meters, after, customerId);
      const intents: Intent[] = [];
      const chosen = new Set<string>();
      for (const row of rows) {
        const time = await chooseTime(client, row, now, chosen);
        const reason = whyNot(row, time, now);
        if (!time.ownMinute && times !== 'past' && (await isUnproven(client, row, time.at))) deferred++;
        else if (reason) unreportable.push({ ...row, difference: BigInt(row.difference), reason });
        else intents.push({ row, n: (row.lastN ?? 0) + 1, ...time });
      }
      await write(client, intents, now);
      await client.query('commit');
      planned += intents.length;
      after = rows.length < PAGE ? undefined : rows.at(-1);
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  } while (after);
  return { planned, deferred, unreportable };
}

async function lockUnreported(
  client: pg.ClientBase,
  meters: readonly CountedMeter[],
  after: Row | undefined,
  customerId: string | undefined,
): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    `select u.customer_id as "customerId", u.meter, u.starts_at as "startsAt", p.ends_at as "endsAt",
       (u.value - u.told)::text as difference,
       (select max(n) from farebox.usage_intents i
        where i.customer_id = u.customer_id and i.meter = u.meter and i.starts_at = u.starts_at) as "lastN",
       (select max(at) from farebox.usage_intents i where i.customer_id = u.customer_id and i.meter = u.meter) as "lastAt"
     from farebox.meter_usage u
     join unnest($1::text[], $2::text[]) as m (name, provider) on m.name = u.meter
     join farebox.usage_periods p
       on p.customer_id = u.customer_id and p.provider_meter = m.provider and p.starts_at = u.starts_at
     where u.untold and not ${IS_FINAL}
       and ($3::text is null or (u.customer_id, u.meter, u.starts_at) > ($3, $4::text, $5::timestamptz))
       and ($6::text is null or u.customer_id = $6)
     order by u.customer_id, u.meter, u.starts_at
     limit ${PAGE}
     for update of u skip locked`,
    [
      meters.map(({ definition }) => definition.name),
      meters.map(({ provider }) => provider.id),
      after?.customerId ?? null,
      after?.meter ?? null,
      after?.startsAt ?? null,
      customerId ?? null,
    ],
  );
  return rows;
}

async function chooseTime(
  client: pg.ClientBase,
  row: Row,
  now: Date,
  chosen: Set<string>,
): Promise<ReportTime> {
  const keyOf = (minute: number): string => `${row.customerId} ${row.meter} ${minute}`;
  const isChosen = (minute: number): boolean => chosen.has(keyOf(minute));
  let time = ownMinute(row, now, isChosen);
  // Most minutes are later than all before: only otherwise does it pay to check which are taken.
  if (row.lastAt && floorMinute(time.at) <= row.lastAt) {
    const { rows } = await client.query<{ at: Date }>(
      `select at from farebox.usage_intents where customer_id = $1 and meter = $2 and at >= $3 and at < $4`,
      [row.customerId, row.meter, row.startsAt, row.endsAt],
    );
    const taken = new Set(rows.map(({ at }) => floorMinute(at).getTime()));
    time = ownMinute(row, now, (minute) => taken.has(minute) || isChosen(minute));
  }
  if (time.ownMinute) chosen.add(keyOf(floorMinute(time.at).getTime()));
  return time;
}

/**
 * Whether something of the same minute is not proven yet. Intents sharing a minute are sent one by one: so the minute's
 * total always shows whether the last has arrived.
 */
async function isUnproven(client: pg.ClientBase, { customerId, meter }: Row, at: Date): Promise<boolean> {
  const minute = floorMinute(at);
  const { rowCount } = await client.query(
    `select 1 from farebox.usage_intents
     where customer_id = $1 and meter = $2 and at >= $3 and at < $4 and state in ('pending', 'sent') limit 1`,
    [customerId, meter, minute, nextMinute(minute)],
  );
  return (rowCount ?? 0) > 0;
}

function whyNot({ difference }: Row, { at }: ReportTime, now: Date): UnreportableUsage['reason'] | undefined {
  const value = BigInt(difference);
  if (value > LARGEST || value < -LARGEST) return 'more_than_15_digits';
  if (isPastReportingWindow(at, now)) return 'older_than_35_days';
  return undefined;
}

async function write(client: pg.ClientBase, intents: readonly Intent[], now: Date): Promise<void> {
  if (intents.length === 0) return;
  await client.query(
    `with planned as (
       select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::int[], $5::numeric[], $6::timestamptz[], $7::boolean[])
         as t (customer_id, meter, starts_at, n, value, at, own_minute)
     ), written as (
       insert into farebox.usage_intents (customer_id, meter, starts_at, n, value, at, own_minute, state, next_attempt_at, created_at)
       select *, 'pending', $8, $8 from planned
     )
     ${addReportedSql('select customer_id, meter, starts_at, value from planned')}`,
    [
      intents.map(({ row }) => row.customerId),
      intents.map(({ row }) => row.meter),
      intents.map(({ row }) => row.startsAt),
      intents.map(({ n }) => n),
      intents.map(({ row }) => row.difference),
      intents.map(({ at }) => at),
      intents.map((intent) => intent.ownMinute),
      now,
    ],
  );
}
