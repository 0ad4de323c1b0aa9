import { Injectable } from '@nestjs/common';
import { Catalog, chargeFor, type MeterDefinition } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { MeterDirectory } from '../directory/meter-directory.js';
import { pastUsage, type PastUsage } from './past-usage.js';

const QUERY_DEADLINE_MS = 30 * 60_000;

/** Units that a meter counts, and the charge for them. */
export interface Charged {
  value: bigint;
  /** In whole minor units of `currency`; null when the plan has no price in the catalog that reads the meter. */
  minorUnits: bigint | null;
}

/** One customer and billing period, side by side. */
export interface BacktestRow extends Pick<PastUsage, 'customerId' | 'plan' | 'startsAt' | 'endsAt'> {
  present: Charged;
  changed: Charged;
}

export interface Backtest {
  rows: readonly BacktestRow[];
  /** Sums of the rows, without those that could not be charged. */
  total: { present: Charged & { currency: string | null }; changed: Charged & { currency: string | null } };
  /** Limits of the result, in sentences. */
  remarks: readonly string[];
}

/** Calculates the units and charges of a changed meter, read-only. */
@Injectable()
export class MeterBacktest {
  constructor(
    private readonly catalog: Catalog,
    private readonly directory: MeterDirectory,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Whole billing periods that overlap the time from `from` to `to`, UTC, charged at the price of the account's current
   * plan; base fees are left out.
   * @param changed the catalog to try, with a meter of that name.
   * @throws {FareboxError} `not_found` when one of the catalogs, or Stripe, has no such meter.
   */
  async run(name: string, { from, to }: { from: Date; to: Date }, changed: Catalog): Promise<Backtest> {
    const present = meterOf(this.catalog, name);
    const tried = meterOf(changed, name);
    const meters = await this.directory.meters();
    const provider = meters?.find(({ definition }) => definition.name === name)?.provider;
    if (!provider)
      throw new FareboxError(
        'not_found',
        'Meters of the catalog are missing at Stripe. Run: npm run farebox -- catalog apply',
      );
    const keptSince = new Date(this.clock.ms() - this.settings.get('LEDGER_RETENTION'));
    const client = await this.database.connect('backtest', QUERY_DEADLINE_MS);
    try {
      const { usage, tooOld } = await pastUsage(client, tried, provider.id, { from, to, keptSince });
      const rows = usage.map((past) => rowOf(past, name, this.catalog, changed));
      return {
        rows,
        total: {
          present: { ...sumOf(rows.map((row) => row.present)), currency: currencyOf(this.catalog) },
          changed: { ...sumOf(rows.map((row) => row.changed)), currency: currencyOf(changed) },
        },
        remarks: [
          ...headerRemarks(present, tried, this.catalog),
          ...ageRemarks(tooOld, keptSince),
          ...chargeRemarks(rows),
        ],
      };
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function meterOf({ meters, source }: Catalog, name: string): MeterDefinition {
  const found = meters.find((meter) => meter.name === name);
  if (!found) throw new FareboxError('not_found', `${source} has no meter "${name}".`);
  return found;
}

function rowOf(past: PastUsage, meter: string, present: Catalog, changed: Catalog): BacktestRow {
  const { customerId, plan, startsAt, endsAt } = past;
  return {
    customerId,
    plan,
    startsAt,
    endsAt,
    present: charged(present, plan, meter, past.present),
    changed: charged(changed, plan, meter, past.changed),
  };
}

function charged({ plans }: Catalog, plan: string | null, meter: string, value: bigint): Charged {
  const price = plans.find(({ id }) => id === plan)?.price;
  if (!price || 'stripePriceId' in price || price.meter !== meter) return { value, minorUnits: null };
  return { value, minorUnits: chargeFor(price, value).minorUnits };
}

function sumOf(all: readonly Charged[]): Charged {
  return {
    value: all.reduce((sum, { value }) => sum + value, 0n),
    minorUnits: all.reduce((sum, { minorUnits }) => sum + (minorUnits ?? 0n), 0n),
  };
}

function currencyOf({ plans }: Catalog): string | null {
  for (const { price } of plans) if ('currency' in price) return price.currency;
  return null;
}

/** The ledger keeps only the request headers that a meter used at the time. */
function headerRemarks(present: MeterDefinition, tried: MeterDefinition, { meters }: Catalog): string[] {
  const name = tried.filter.header?.name;
  if (name === undefined) return [];
  if (!meters.some(({ filter }) => filter.header?.name === name))
    return [
      `The header "${name}" was not recorded with past calls, as no meter of the current catalog uses it: a filter on it matches none of them.`,
    ];
  return present.filter.header?.name === name
    ? []
    : [`The header "${name}" is recorded only for calls made since a meter of the catalog uses it.`];
}

const ageRemarks = (tooOld: number, keptSince: Date): string[] =>
  tooOld === 0
    ? []
    : [
        `${tooOld} billing periods that began before ${keptSince.toISOString()} are left out: the ledger does not keep all of their calls (LEDGER_RETENTION).`,
      ];

function chargeRemarks(rows: readonly BacktestRow[]): string[] {
  const uncharged = rows.filter(
    ({ present, changed }) => present.minorUnits === null || changed.minorUnits === null,
  ).length;
  return uncharged === 0
    ? []
    : [
        `${uncharged} billing periods are not charged, or on one side only: the catalog has no price of the account's plan that uses the meter.`,
      ];
}
