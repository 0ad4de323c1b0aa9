import { Injectable } from '@nestjs/common';
import { Catalog, type MeterDefinition } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { ProviderMeter } from '../../billing/ports/usage-sink.js';
import { LedgerReading } from '../../ledger/index.js';
import { providerMeters } from '../meters.tables.js';

/** A meter, and its value for all customers in their current billing periods. */
export interface MeterState {
  definition: MeterDefinition;
  /** As last reported by the provider; null while it is missing there. */
  provider: ProviderMeter | null;
  /** Customers with usage. */
  customers: number;
  value: bigint;
  /** Of this, units recorded for reporting. */
  reported: bigint;
}

export interface MeterStates {
  meters: MeterState[];
  /** Age of the oldest paid call that the meters have not read. */
  lagSeconds: number;
  /** Paid calls whose billing period the provider has not reported yet. */
  waitingCalls: number;
}

interface TotalRow {
  meter: string;
  customers: number;
  value: string;
  reported: string;
}

/** The meters' values, for the operator. */
@Injectable()
export class MeterOverview {
  constructor(
    private readonly catalog: Catalog,
    private readonly database: Database,
    private readonly reading: LedgerReading,
    private readonly clock: Clock,
  ) {}

  /** From our own database only. @throws {DatabaseUnavailableError} */
  async show(): Promise<MeterStates> {
    return this.database.run(async (db) => {
      const known = await db.select().from(providerMeters);
      const totals = await this.totals();
      const { pool } = this.database;
      const waiting = await pool.query<{ calls: number }>(
        'select count(*)::int as calls from farebox.meter_waiting',
      );
      return {
        meters: this.catalog.meters.map((definition) => {
          const total = totals.find(({ meter }) => meter === definition.name);
          return {
            definition,
            provider: known.find(({ name }) => name === definition.name) ?? null,
            customers: total?.customers ?? 0,
            value: BigInt(total?.value ?? 0),
            reported: BigInt(total?.reported ?? 0),
          };
        }),
        lagSeconds: await this.reading.lagSeconds('calls'),
        waitingCalls: waiting.rows[0]?.calls ?? 0,
      };
    });
  }

  private async totals(): Promise<TotalRow[]> {
    const { rows } = await this.database.pool.query<TotalRow>(
      `select m.name as meter, count(*) filter (where u.value > 0)::int as customers,
         coalesce(sum(u.value), 0)::text as value, coalesce(sum(u.told), 0)::text as reported
       from farebox.usage_periods p
       join farebox.provider_meters m on m.id = p.provider_meter
       join farebox.meter_usage u on u.customer_id = p.customer_id and u.meter = m.name and u.starts_at = p.starts_at
       where p.starts_at <= $1 and p.ends_at > $1
       group by m.name`,
      [this.clock.now()],
    );
    return rows;
  }
}
