import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { UsageSink } from '../../billing/index.js';
import { type PeriodQuestion, shownUsage } from '../proof/shown-usage.js';
import type { BookedUsage } from '../reconciliation/compare-usage.js';
import type { Verdict } from '../reconciliation/usage-comparison.js';
import { isPastReportingWindow } from '../reporting/plan-intents.js';

export type Shown = Awaited<ReturnType<typeof shownUsage>>;

/**
 * What reconciliation compares the reported usage with: port and injection token in one, chosen with `UsageBilling`.
 */
export abstract class ProviderTotals {
  /**
   * @param providerMeter the provider's id of the meter.
   * @throws {UsageCustomerGoneError} {BillingUnavailableError}
   */
  abstract shown(usage: BookedUsage, question: PeriodQuestion, providerMeter: string): Promise<Shown>;

  /** The verdict on a period with usage that is neither reported nor billed late. */
  abstract unreported(usage: BookedUsage): Verdict;
}

/** The totals of the provider's meters. */
@Injectable()
export class MeterTotals extends ProviderTotals {
  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
  ) {
    super();
  }

  override shown({ customerId }: BookedUsage, question: PeriodQuestion, meter: string): Promise<Shown> {
    return shownUsage(question, (from, to) => this.sink.total(meter, customerId, from, to));
  }

  override unreported({ final, endsAt }: BookedUsage): Verdict {
    return final || isPastReportingWindow(endsAt, this.clock.now()) ? 'late' : 'to_tell';
  }
}

/** Nothing is reported, so there are no totals to ask for: the invoices alone are compared with the ledger. */
@Injectable()
export class NoMeterTotals extends ProviderTotals {
  /** What was reported before is on the provider's lines, which are compared. */
  override async shown({ taken }: BookedUsage): Promise<Shown> {
    return { units: taken, uncertain: false, unsettled: false };
  }

  /** It is added to the invoice of its period: whether it was, the invoices say. */
  override unreported(): Verdict {
    return 'equal';
  }
}
