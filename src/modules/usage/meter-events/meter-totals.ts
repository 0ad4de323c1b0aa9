import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../../../platform/clock/clock.js';
import { UsageSink } from '../../billing/ports/usage-sink.js';
import { type AskedPeriod, type AskTotal, ProviderTotals } from '../billing/provider-totals.js';
import type { BookedUsage } from '../reconciliation/compare-usage.js';
import type { Verdict } from '../reconciliation/usage-comparison.js';
import { questionsOf, shownUsage } from './proof/shown-usage.js';
import { isPastReportingWindow } from './reporting/plan-intents.js';

/** The totals of the provider's meters, by their whole minutes. */
@Injectable()
export class MeterTotals extends ProviderTotals {
  constructor(
    private readonly sink: UsageSink,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async of(
    client: Pick<pg.ClientBase, 'query'>,
    periods: readonly AskedPeriod[],
  ): Promise<AskTotal[]> {
    const questions = await questionsOf(client, periods);
    return questions.map((question, n) => {
      const { providerMeter = '', customerId = '' } = periods[n] ?? {};
      return () => shownUsage(question, (from, to) => this.sink.total(providerMeter, customerId, from, to));
    });
  }

  override unreported({ final, endsAt }: BookedUsage): Verdict {
    return final || isPastReportingWindow(endsAt, this.clock.now()) ? 'late' : 'to_tell';
  }
}
