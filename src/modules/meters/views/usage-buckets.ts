import { aggregationOf, type MeterDefinition } from '../../../catalog/index.js';
import type { Queries } from '../../../platform/database/reports.js';
import { beginningOf, overBuckets, totalSql, windowSql } from '../counting/meter-sql.js';

/** A meter's value for a stretch of time that begins then, UTC. */
export interface UsageBucket {
  start: Date;
  value: bigint;
}

/** Whole stretches of `stepMs` from `from` to before `to`, both aligned to midnight UTC. */
export interface BucketRange {
  from: Date;
  to: Date;
  /** An hour or a day, in milliseconds. */
  stepMs: number;
}

/**
 * A meter's values by the hour or the day, for billing periods that begin at `periods`. Meters that add up: the units
 * added in each stretch, for users the new ones, for an average that of its calls. Meters with windows: the largest or
 * the last of the windows that begin in the stretch. Stretches in which nothing counted show 0.
 */
export async function usageBuckets(
  sql: Queries,
  customerId: string,
  meter: MeterDefinition,
  periods: readonly Date[],
  { from, to, stepMs }: BucketRange,
): Promise<UsageBucket[]> {
  const { rows } = await sql.query<{ start: Date; value: string }>(
    `select ${beginningOf('begins', stepMs)} as start, (${totalSql(meter)})::text as value
     from (
       select ${hasWindows(meter) ? 'starts_at' : 'null::timestamptz'} as starts_at,
         ${windowSql(meter, 'bucket', beginningOf('bucket', stepMs))} as begins, ${overBuckets(meter)} as value
       from farebox.meter_buckets
       where customer_id = $1 and meter = $2 and starts_at = any($3::timestamptz[]) and bucket >= $4 and bucket < $5
       group by 1, 2
     ) windows
     group by 1`,
    [customerId, meter.name, periods, from, wholeWindow(meter, to)],
  );
  const counted = new Map(rows.map(({ start, value }) => [start.getTime(), BigInt(value)]));
  const buckets: UsageBucket[] = [];
  for (let start = from.getTime(); start < to.getTime(); start += stepMs)
    buckets.push({ start: new Date(start), value: counted.get(start) ?? 0n });
  return buckets;
}

const hasWindows = (meter: MeterDefinition): boolean => aggregationOf(meter).windows !== null;

/** A window that begins in the last stretch and is longer than it is read as a whole. */
const wholeWindow = (meter: MeterDefinition, to: Date): Date =>
  hasWindows(meter) ? new Date(Math.ceil(to.getTime() / meter.windowMs) * meter.windowMs) : to;
