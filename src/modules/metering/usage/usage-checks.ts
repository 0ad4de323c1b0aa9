import { Injectable } from '@nestjs/common';
import { desc } from 'drizzle-orm';
import { Database } from '../../../platform/database/database.js';
import { newId } from '../../../platform/ids/ids.js';
import type { UsageComparison } from './usage-reconciliation.js';
import { usageChecks } from './usage.tables.js';

/** What a reconciliation found. Amounts are whole numbers of units, as text. */
export interface UsageCheck {
  id: string;
  /** UTC. */
  checkedAt: Date;
  compared: number;
  differences: readonly UsageDifference[];
}

export type UsageDifference = Record<
  'customerId' | 'meter' | 'periodStart' | 'verdict' | 'ledger' | 'counted' | 'told' | 'stripe',
  string
>;

/** More than that is one fault, and not many. */
const KEPT = 1_000;

/** The results of past reconciliations. */
@Injectable()
export class UsageChecks {
  constructor(private readonly database: Database) {}

  async add(compared: readonly UsageComparison[], now: Date): Promise<void> {
    const differences = compared
      .filter(({ verdict }) => verdict !== 'equal')
      .slice(0, KEPT)
      .map(describeComparison);
    await this.database.run((sql) =>
      sql.insert(usageChecks).values({ id: newId(), checkedAt: now, compared: compared.length, differences }),
    );
  }

  /** The latest, newest first. */
  async latest(limit: number): Promise<UsageCheck[]> {
    const rows = await this.database.run((sql) =>
      sql.select().from(usageChecks).orderBy(desc(usageChecks.checkedAt)).limit(limit),
    );
    return rows.map((row) => ({ ...row, differences: row.differences as UsageDifference[] }));
  }
}

/** A comparison as texts, for tables and JSON. */
export function describeComparison(comparison: UsageComparison): UsageDifference {
  const { customerId, meter, startsAt, verdict, ledger, meterValue, taken, stripe } = comparison;
  return {
    customerId,
    meter,
    periodStart: startsAt.toISOString(),
    verdict,
    ledger: String(ledger),
    counted: String(meterValue),
    told: String(taken),
    stripe: String(stripe),
  };
}
