import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { SubscriptionStatus } from '../../../platform/identity/principal.js';

/** A customer's usage of a meter in the current billing period, or the last one. Times are UTC. */
export interface CurrentUsage {
  meter: string;
  startsAt: Date;
  endsAt: Date;
  value: bigint;
  /** Of this, units recorded for reporting. */
  reported: bigint;
}

/** Open accounts of a plan and state with the same number of units of the plan's meter. */
export interface UsageGroup {
  plan: string;
  status: SubscriptionStatus;
  /** In the current billing period. */
  units: bigint;
  accounts: number;
}

type Textual<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] };

/** Usage for the operator, from our own database only. */
@Injectable()
export class UsageOverview {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** By meter, the latest billing period that has begun. @throws {DatabaseUnavailableError} */
  async ofCustomer(customerId: string): Promise<CurrentUsage[]> {
    const rows = await this.query<Textual<CurrentUsage>>(
      `select distinct on (m.name) m.name as meter, p.starts_at as "startsAt", p.ends_at as "endsAt",
         coalesce(u.value, 0)::text as value, coalesce(u.told, 0)::text as reported
       from farebox.usage_periods p
       join farebox.provider_meters m on m.id = p.provider_meter
       left join farebox.meter_usage u on u.customer_id = p.customer_id and u.meter = m.name and u.starts_at = p.starts_at
       where p.customer_id = $1 and p.starts_at <= $2
       order by m.name, p.starts_at desc`,
      [customerId, this.clock.now()],
    );
    return rows.map((row) => ({ ...row, value: BigInt(row.value), reported: BigInt(row.reported) }));
  }

  /**
   * Every open account once, by its usage of the meter that its plan charges: one row per distinct number, so that a
   * tiered price can be computed for each.
   * @param meterOf the meter of each plan
   * @throws {DatabaseUnavailableError}
   */
  async running(meterOf: ReadonlyMap<string, string>): Promise<UsageGroup[]> {
    const rows = await this.query<Textual<UsageGroup>>(
      `select a.plan, a.status, coalesce(u.value, 0)::text as units, count(*)::int as accounts
       from farebox.accounts a
       left join unnest($1::text[], $2::text[]) as c (plan, meter) on c.plan = a.plan
       left join farebox.provider_meters m on m.name = c.meter
       left join farebox.usage_periods p on p.customer_id = a.customer_id and p.subscription_id = a.subscription_id
         and p.provider_meter = m.id and p.starts_at <= $3 and p.ends_at > $3
       left join farebox.meter_usage u on u.customer_id = p.customer_id and u.meter = m.name and u.starts_at = p.starts_at
       where a.closed_at is null
       group by 1, 2, coalesce(u.value, 0)
       order by 1, 2, coalesce(u.value, 0)`,
      [[...meterOf.keys()], [...meterOf.values()], this.clock.now()],
    );
    return rows.map((row) => ({ ...row, units: BigInt(row.units) }));
  }

  private query<T extends object>(text: string, values: unknown[]): Promise<T[]> {
    return this.database.run(async () => (await this.database.pool.query<T>(text, values)).rows);
  }
}
