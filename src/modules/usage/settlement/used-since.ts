import { BillingUnavailableError } from '../../billing/ports/billing-errors.js';
import type { UsageReportingLock } from '../usage-reporting-lock.js';

/** A report of all customers may be running. */
const WAIT_MS = 20_000;

/**
 * Whether there is usage in periods that began at that time, UTC, or later. Counts everything that is in the database first.
 * @throws {BillingUnavailableError} when it cannot be counted now: a guess would make the change depend on the load.
 */
export async function hasUsedSince(
  lock: UsageReportingLock,
  customerId: string,
  since: Date,
): Promise<boolean> {
  const used = await lock.withLock(WAIT_MS, async (client) => {
    const { rowCount } = await client.query(
      `select 1 from farebox.meter_usage u join farebox.usage_periods p using (customer_id, starts_at)
       where u.customer_id = $1 and p.cycle_start >= $2 and u.value <> 0
       union all
       -- The calls themselves: another process may be giving one that waited for its period back to be counted.
       select 1 from farebox.calls
       where customer_id = $1 and day >= ($2::timestamptz at time zone 'UTC')::date and started_at >= $2
       limit 1`,
      [customerId, since],
    );
    return (rowCount ?? 0) > 0;
  });
  if (used === undefined)
    throw new BillingUnavailableError(new Error(`usage of ${customerId} could not be counted in time`));
  return used;
}
