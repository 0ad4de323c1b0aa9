import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { MeterDirectory } from '../directory/meter-directory.js';

/** A meter's value for a part of the current billing cycle: the whole of it, unless its price has changed. */
export interface AccruedUsage {
  /** The meter's name in the catalog. */
  meter: string;
  providerMeter: string;
  priceId: string;
  /** UTC; of the part. */
  startsAt: Date;
  endsAt: Date;
  /** Whether its price has been followed by another. */
  closed: boolean;
  units: bigint;
}

/** A subscription's usage in its current billing cycle, by our own count. */
@Injectable()
export class AccruedUsages {
  constructor(
    private readonly database: Database,
    private readonly directory: MeterDirectory,
  ) {}

  /** By meter, in the order of time. @throws {DatabaseUnavailableError} {BillingUnavailableError} */
  async current(customerId: string, subscriptionId: string): Promise<AccruedUsage[]> {
    const meters = (await this.directory.meters()) ?? [];
    const { rows } = await this.database.run(() =>
      this.database.pool.query<Omit<AccruedUsage, 'units'> & { units: string }>(
        `select m.name as meter, p.provider_meter as "providerMeter", p.price_id as "priceId",
           p.starts_at as "startsAt", p.ends_at as "endsAt", p.closed, coalesce(u.value, 0)::text as units
         from farebox.usage_periods p
         join unnest($3::text[], $4::text[]) as m (name, provider) on m.provider = p.provider_meter
         left join farebox.meter_usage u
           on u.customer_id = p.customer_id and u.meter = m.name and u.starts_at = p.starts_at
         where p.customer_id = $1 and p.subscription_id = $2 and p.cycle_start = (
           select max(cycle_start) from farebox.usage_periods o
           where o.customer_id = $1 and o.subscription_id = $2 and not o.closed)
         order by m.name, p.starts_at`,
        [
          customerId,
          subscriptionId,
          meters.map(({ definition }) => definition.name),
          meters.map(({ provider }) => provider.id),
        ],
      ),
    );
    return rows.map((row) => ({ ...row, units: BigInt(row.units) }));
  }

  /** The catalog's meter names, by the provider's ids. */
  async names(): Promise<ReadonlyMap<string, string>> {
    const meters = (await this.directory.meters()) ?? [];
    return new Map(meters.map(({ definition, provider }) => [provider.id, definition.name]));
  }
}
