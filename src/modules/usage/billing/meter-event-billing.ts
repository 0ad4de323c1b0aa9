import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import type { Finding } from '../../../platform/health/finding.js';
import { UsageSettlement } from '../../subscriptions/index.js';
import type { CountedMeter, TestedPeriod } from '../../meters/index.js';
import type { MeterTestProbes } from '../meter-test/meter-test-probes.js';
import type { StageResult } from '../meter-test/meter-test-progress.js';
import { DraftUsage } from '../settlement/draft-usage.js';
import { nextReport } from '../reporter/report-times.js';
import { UsageSchedule } from '../reporter/usage-schedule.js';
import { freeMinuteAfter, UsageSettler } from '../meter-events/index.js';
import { type SyncTimes, UsageBilling } from './usage-billing.js';

/** USAGE_REPORTER=stripe: Farebox reports meter events, and Stripe prices its totals. */
@Injectable()
export class MeterEventBilling extends UsageBilling {
  override readonly name = 'stripe';

  constructor(
    private readonly schedule: UsageSchedule,
    private readonly settler: UsageSettler,
    private readonly drafts: DraftUsage,
    private readonly settlement: UsageSettlement,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    super();
  }

  override start(): void {
    this.settlement.bind(this.settler);
    this.settlement.bindDrafts((draft) => this.drafts.complete(draft));
    this.schedule.watchRejections();
    this.schedule.reportPeriodically();
    this.schedule.checkAndFinish();
  }

  override announce(): void {
    // Nothing but the catalog is needed.
  }

  override async examine(): Promise<Finding[]> {
    return [];
  }

  override async syncTimes(customerId: string): Promise<SyncTimes> {
    const { rows } = await this.database.run(() =>
      this.database.pool.query<{ sentAt: Date | null; at: Date | null }>(
        'select max(sent_at) as "sentAt", max(at) as at from farebox.usage_intents where customer_id = $1',
        [customerId],
      ),
    );
    const { sentAt = null, at = null } = rows[0] ?? {};
    const from = Math.max(this.clock.ms(), at ? freeMinuteAfter(at) : 0);
    const [earliest, spread] = nextReport(from, this.settings.get('REPORT_INTERVAL'));
    return { reportedAt: sentAt, nextReportAt: new Date(earliest + spread) };
  }

  override upcoming<T>(provider: T): T {
    return provider;
  }

  override refusal(): undefined {
    return undefined;
  }

  override testReport(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>> {
    return probes.report(meter, period);
  }

  override testTotal(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>> {
    return probes.total(meter, period, 'reported');
  }
}
