import { Injectable } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import type { Finding } from '../../../platform/health/finding.js';
import { Log } from '../../../platform/logging/logger.js';
import { InvoiceGateway } from '../../billing/ports/invoice-gateway.js';
import type { CountedMeter, TestedPeriod } from '../../meters/index.js';
import { UsageSettlement } from '../../subscriptions/index.js';
import type { MeterTestProbes } from '../meter-test/meter-test-probes.js';
import type { StageResult } from '../meter-test/meter-test-progress.js';
import { UsageSchedule } from '../reporter/usage-schedule.js';
import { DraftUsage } from '../settlement/draft-usage.js';
import { CountedSettlement } from '../settlement/counted-settlement.js';
import { examineOwnRating } from './own-rating-diagnostics.js';
import { type SyncTimes, UsageBilling, type UsageCommand } from './usage-billing.js';

/**
 * USAGE_REPORTER=invoice: Farebox prices usage by its own arithmetic, and adds it to the draft invoice of its period before
 * that becomes final. Nothing is reported to the provider's meters, whose lines stay at 0.
 */
@Injectable()
export class InvoiceItemBilling extends UsageBilling {
  override readonly name = 'invoice';
  private readonly log: Log;

  constructor(
    private readonly schedule: UsageSchedule,
    private readonly settler: CountedSettlement,
    private readonly drafts: DraftUsage,
    private readonly settlement: UsageSettlement,
    private readonly invoices: InvoiceGateway,
    private readonly catalog: Catalog,
    private readonly settings: Settings,
    log: Log,
  ) {
    super();
    this.log = log.named('usage');
  }

  override start(): void {
    this.settlement.bind(this.settler);
    this.settlement.bindDrafts((draft) => this.drafts.complete(draft, 'all'));
    this.schedule.checkAndFinish();
  }

  override announce(): void {
    this.log.info(
      'USAGE_REPORTER=invoice: usage is added to draft invoices as items before they become final; nothing is reported to Stripe meters. See docs/usage.md.',
    );
  }

  override examine(): Promise<Finding[]> {
    return examineOwnRating(this.catalog, this.settings, this.invoices);
  }

  override async syncTimes(): Promise<SyncTimes> {
    return { reportedAt: null, nextReportAt: null };
  }

  /** Stripe's preview knows of no usage. */
  override upcoming<T>(_provider: T, own: T): T {
    return own;
  }

  override refusal(command: UsageCommand): FareboxError | undefined {
    if (command === 'compare') return undefined;
    return new FareboxError(
      'change_refused',
      'USAGE_REPORTER=invoice: usage is added to invoices, and no meter events are reported. See: npm run farebox -- usage reconcile',
    );
  }

  override async testReport(): Promise<StageResult<true>> {
    return { found: true, message: 'nothing is reported: usage is added to the invoice (USAGE_REPORTER)' };
  }

  override testTotal(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>> {
    return probes.counted(meter, period);
  }
}
