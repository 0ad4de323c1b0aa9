import { Injectable } from '@nestjs/common';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Reports } from '../../../platform/database/reports.js';
import { type UsageBucket, usageBuckets } from './usage-buckets.js';
import { type AskedRange, resolveRange, STEP_MS, type UsageRange } from './usage-range.js';

/** A billing period of a customer, UTC, and the meter's value for it. */
export interface PeriodUsage {
  start: Date;
  end: Date;
  value: bigint;
}

/** A customer's usage of one meter. */
export interface MeterHistory {
  meter: MeterDefinition;
  /** The current one; after the end of the subscription, the last. */
  period: PeriodUsage;
  /** The one before it. */
  previous: PeriodUsage | null;
  buckets: readonly UsageBucket[];
}

type Periods = ReadonlyMap<string, readonly PeriodUsage[]>;

/** Customers' usage, from the meters' tables: never from single calls. */
@Injectable()
export class UsageHistory {
  constructor(
    private readonly catalog: Catalog,
    private readonly reports: Reports,
    private readonly clock: Clock,
  ) {}

  /**
   * The meters by which the customer is or was billed in the range, in the catalog's order.
   * @param plan the customer's current plan.
   * @throws {FareboxError} `validation_failed` for a range that is too long or reversed.
   */
  async of(customerId: string, plan: string, asked: AskedRange): Promise<MeterHistory[]> {
    const now = this.clock.now();
    const periods = await this.periods(customerId, plan);
    const range = resolveRange(asked, currentOf([...periods.values()].flat(), now), now);
    const found: MeterHistory[] = [];
    for (const meter of this.catalog.meters) {
      const own = periods.get(meter.name) ?? [];
      const period = currentOf(own, now);
      const overlapping = own.filter(({ start, end }) => end > range.from && start < range.to);
      if (!period || (overlapping.length === 0 && period.end <= now)) continue;
      const previous = own.findLast(({ start }) => start < period.start) ?? null;
      const buckets = await this.buckets(customerId, meter, overlapping, range, now);
      found.push({ meter, period, previous, buckets });
    }
    return found;
  }

  /** All billing periods of each meter, the oldest first. */
  private async periods(customerId: string, plan: string): Promise<Periods> {
    const { rows } = await this.reports.of(customerId).query<{
      meter: string;
      start: Date;
      end: Date;
      value: string | null;
    }>(
      `select m.name as meter, p.starts_at as start, p.ends_at as end, u.value::text as value
       from farebox.usage_periods p
       join farebox.provider_meters m on m.id = p.provider_meter
       left join farebox.meter_usage u on u.customer_id = p.customer_id and u.meter = m.name and u.starts_at = p.starts_at
       where p.customer_id = $1
       order by p.starts_at`,
      [customerId],
    );
    const periods = new Map<string, PeriodUsage[]>();
    for (const { meter, start, end, value } of rows)
      periods.set(meter, [...(periods.get(meter) ?? []), { start, end, value: BigInt(value ?? 0) }]);
    const meter = this.catalog.plans.find(({ id }) => id === plan)?.price.meter;
    if (meter !== undefined && !periods.has(meter)) periods.set(meter, await this.unseen(customerId));
    return periods;
  }

  /** Until the provider has reported the first period of the item, the account's own: nothing has counted in it. */
  private async unseen(customerId: string): Promise<PeriodUsage[]> {
    const { rows } = await this.reports
      .of(customerId)
      .query<{ start: Date; end: Date }>(
        'select period_start as start, period_end as end from farebox.accounts where customer_id = $1',
        [customerId],
      );
    return rows.map((row) => ({ ...row, value: 0n }));
  }

  private async buckets(
    customerId: string,
    meter: MeterDefinition,
    periods: readonly PeriodUsage[],
    { granularity, from, to }: UsageRange,
    now: Date,
  ): Promise<UsageBucket[]> {
    if (granularity === 'period') return periods.map(({ start, value }) => ({ start, value }));
    const stepMs = STEP_MS[granularity];
    const floor = (time: Date): Date => new Date(Math.floor(time.getTime() / stepMs) * stepMs);
    const ceil = (time: Date): Date => new Date(Math.ceil(time.getTime() / stepMs) * stepMs);
    const until = to < now ? to : now;
    return usageBuckets(
      this.reports.of(customerId),
      customerId,
      meter,
      periods.map(({ start }) => start),
      { from: floor(from), to: ceil(until), stepMs },
    );
  }
}

/** The last period that has begun; by another clock than ours, the first may be about to begin. */
function currentOf(periods: readonly PeriodUsage[], now: Date): PeriodUsage | undefined {
  const ordered = periods.toSorted((one, other) => one.start.getTime() - other.start.getTime());
  return ordered.findLast(({ start }) => start <= now) ?? ordered[0];
}
