import type pg from 'pg';
import type { TestedPeriod } from '../../meters/index.js';

/** A meter's total for a billing period, and the state of its reporting. */
export interface ReportedUsage {
  /** The meter's value. */
  value: bigint;
  /** The units that the provider accepted at times within the period. */
  reported: bigint;
  /** The number of intents that are not sent yet. */
  pending: number;
  /** Why the provider refuses one of them; null when it refuses none. */
  reason: string | null;
}

export async function reportedUsage(
  sql: Pick<pg.ClientBase, 'query'>,
  meter: string,
  { customerId, startsAt, endsAt }: TestedPeriod,
): Promise<ReportedUsage> {
  const { rows } = await sql.query<{
    value: string;
    reported: string;
    pending: number;
    reason: string | null;
  }>(
    `select coalesce((select value from farebox.meter_usage where customer_id = $1 and meter = $2 and starts_at = $3), 0)::text
         as value,
       coalesce(sum(value) filter (where state in ('sent', 'proven') and not adjustment), 0)::text as reported,
       (count(*) filter (where state = 'pending'))::int as pending,
       min(reason) filter (where state in ('pending', 'expired')) as reason
     from farebox.usage_intents where customer_id = $1 and meter = $2 and at >= $3 and at < $4`,
    [customerId, meter, startsAt, endsAt],
  );
  const row = rows[0] ?? { value: '0', reported: '0', pending: 0, reason: null };
  return { ...row, value: BigInt(row.value), reported: BigInt(row.reported) };
}
