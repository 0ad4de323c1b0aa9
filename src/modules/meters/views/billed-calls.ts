import { Injectable } from '@nestjs/common';
import { Reports } from '../../../platform/database/reports.js';
import type { MeterDefinition } from '../../../catalog/index.js';
import { MeterDirectory } from '../directory/meter-directory.js';
import { filterSql } from '../counting/meter-sql.js';
import { type CallCondition, type CallFilter, CallLog, type CallSource } from '../../ledger/index.js';

/** The usage billed by an invoice line: units of a meter at a price, between two times, UTC. */
export interface BilledStretch {
  customerId: string;
  providerMeter: string;
  priceId: string;
  from: Date;
  to: Date;
}

const NO_CALLS: CallSource = {
  page: async () => ({ calls: [], next: null }),
  endOf: async () => null,
};

interface Period {
  subscriptionId: string;
  /** Null: no lower bound. */
  countsFrom: Date | null;
  /** Null: no upper bound. */
  countsTo: Date | null;
}

/** Reads exactly the calls that an invoice line bills: those that the meter counted for its billing period. */
@Injectable()
export class BilledCalls {
  constructor(
    private readonly reports: Reports,
    private readonly directory: MeterDirectory,
    private readonly log: CallLog,
  ) {}

  /** @throws {DatabaseUnavailableError} {BillingUnavailableError} */
  async of(stretch: BilledStretch): Promise<CallSource> {
    const meters = await this.directory.meters();
    const meter = meters?.find(({ provider }) => provider.id === stretch.providerMeter);
    const periods = meter ? await this.periodsOf(stretch) : [];
    if (!meter || periods.length === 0) return NO_CALLS;
    return this.log.of(stretch.customerId, {
      within: (filter) => within(filter, periods),
      condition: countedIn(meter.definition, periods),
    });
  }

  /** Usually one: the periods of the price in the line's time, except for the second in which they meet others. */
  private async periodsOf({
    customerId,
    providerMeter,
    priceId,
    from,
    to,
  }: BilledStretch): Promise<Period[]> {
    const { rows } = await this.reports.of(customerId).query<Period>(
      `select subscription_id as "subscriptionId",
           case when isfinite(counts_from) then counts_from end as "countsFrom",
           case when isfinite(counts_to) then counts_to end as "countsTo"
         from farebox.usage_periods
         where customer_id = $1 and provider_meter = $2 and price_id = $3 and starts_at < $5 and ends_at > $4
         order by starts_at`,
      [customerId, providerMeter, priceId, from, to],
    );
    return rows;
  }
}

/** Narrows the filter to the time that the periods count, so that no other calls are read. */
function within(filter: CallFilter, periods: readonly Period[]): CallFilter {
  const starts = periods.map(({ countsFrom }) => countsFrom?.getTime());
  const ends = periods.map(({ countsTo }) => countsTo?.getTime());
  const from = latest(filter.from, bound(starts, Math.min));
  const to = earliest(filter.to, bound(ends, Math.max));
  return { ...filter, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** `undefined` when one of them has no bound. */
function bound(
  times: readonly (number | undefined)[],
  pick: (...of: number[]) => number,
): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length ? undefined : pick(...known);
}

const latest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
const earliest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

function countedIn(meter: MeterDefinition, periods: readonly Period[]): CallCondition {
  return (take) => {
    const counted = periods.map(({ subscriptionId, countsFrom, countsTo }) => {
      const conditions = [`c.subscription_id = ${take(subscriptionId)}`];
      if (countsFrom) conditions.push(`c.started_at >= ${take(countsFrom)}`);
      if (countsTo) conditions.push(`c.started_at < ${take(countsTo)}`);
      return `(${conditions.join(' and ')})`;
    });
    return `(${counted.join(' or ')}) and ${filterSql(meter)}`;
  };
}
