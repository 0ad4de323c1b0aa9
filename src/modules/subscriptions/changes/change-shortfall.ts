import { Injectable } from '@nestjs/common';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import type { LeftUsage } from '../subscription-gateway.js';
import type { ReportedUsage } from '../usage-settlement.js';

/**
 * The provider bills the price that is left by its totals at that moment, and they lag. The shortfall is added to the
 * period's invoice while that is held, by comparing lines with the ledger; here it is made visible.
 */
@Injectable()
export class ChangeShortfall {
  private readonly log: Log;
  private readonly units;

  constructor(metrics: Metrics, log: Log) {
    this.log = log.named('billing');
    this.units = metrics.counter(
      'plan_change_shortfall_units_total',
      'Units that were reported before a change of plan and that the item of the former price did not bill.',
    );
  }

  compare(
    { accountId, customerId }: { accountId: string; customerId: string },
    left: LeftUsage,
    reported: readonly ReportedUsage[],
  ): void {
    const reportedUnits = reported
      .filter(({ providerMeter }) => providerMeter === left.providerMeter)
      .reduce((sum, { units }) => sum + units, 0n);
    const missing = reportedUnits - left.units;
    if (missing <= 0n) return;
    this.units.inc(Number(missing));
    this.log.warn(
      'The item of the price that was left bills less than was reported: totals lag. The rest is added to the invoice of the period while that is held.',
      {
        account: accountId,
        customer: customerId,
        price: left.priceId,
        reported: String(reportedUnits),
        billed: String(left.units),
      },
    );
  }
}
