import { Injectable } from '@nestjs/common';
import { desc } from 'drizzle-orm';
import { Database } from '../../../platform/database/database.js';
import { newId } from '../../../platform/ids/ids.js';
import {
  describeComparison,
  isMismatch,
  type UsageComparison,
  type UsageDifference,
} from './usage-comparison.js';
import { usageChecks } from '../usage.tables.js';

/** The result of a reconciliation. Amounts are whole numbers of units, as text. */
export interface UsageCheck {
  id: string;
  /** UTC. */
  checkedAt: Date;
  compared: number;
  differences: readonly UsageDifference[];
}

/** More differences than that have a common cause. */
const KEPT = 1_000;

/** The results of past reconciliations. */
@Injectable()
export class UsageChecks {
  constructor(private readonly database: Database) {}

  async add(compared: readonly UsageComparison[], now: Date): Promise<void> {
    const differences = compared
      .filter(({ verdict }) => verdict !== 'equal')
      // Where many periods have just ended, pending ones must not displace mismatches.
      .sort((one, other) => Number(isMismatch(other.verdict)) - Number(isMismatch(one.verdict)))
      .slice(0, KEPT)
      .map(describeComparison);
    await this.database.run((db) =>
      db.insert(usageChecks).values({ id: newId(), checkedAt: now, compared: compared.length, differences }),
    );
  }

  /** The latest, newest first. */
  async latest(limit: number): Promise<UsageCheck[]> {
    const rows = await this.database.run((db) =>
      db.select().from(usageChecks).orderBy(desc(usageChecks.checkedAt)).limit(limit),
    );
    return rows.map((row) => ({
      ...row,
      // Checks of older versions lack the newer columns.
      differences: (row.differences as UsageDifference[]).map((one) => ({
        ...one,
        reported: one.reported ?? one.told,
        billed: one.billed ?? '0',
        waived: one.waived ?? '0',
        invoiced: one.invoiced ?? '',
        credited: one.credited ?? '',
        refunded: one.refunded ?? '',
        disputed: one.disputed ?? '',
        currency: one.currency ?? '',
        advice: one.advice ?? '',
      })),
    }));
  }
}
