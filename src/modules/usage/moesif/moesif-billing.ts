import { Injectable } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import type { Finding } from '../../../platform/health/finding.js';
import { Log } from '../../../platform/logging/logger.js';
import { MeterInspection } from '../../billing/ports/diagnostics.js';
import type { CountedMeter, TestedPeriod } from '../../meters/index.js';
import type { MeterTestProbes } from '../meter-test/meter-test-probes.js';
import type { StageResult } from '../meter-test/meter-test-progress.js';
import { examineMoesifReporter } from './moesif-reporter-diagnostics.js';
import { type SyncTimes, UsageBilling } from '../billing/usage-billing.js';

/**
 * USAGE_REPORTER=moesif: Moesif's billing meters report to Stripe's. Farebox counts, and knows nothing of what was
 * reported: it neither holds invoices nor compares.
 */
@Injectable()
export class MoesifBilling extends UsageBilling {
  override readonly name = 'moesif';
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly inspection: MeterInspection,
    private readonly settings: Settings,
    log: Log,
  ) {
    super();
    this.log = log.named('usage');
  }

  override start(): void {
    this.log.info(
      "Usage is reported by Moesif's billing meters (USAGE_REPORTER=moesif); Farebox reports nothing to Stripe. Each price needs a meter at Stripe that Moesif's meter refers to, and Moesif needs a Stripe key: see docs/usage.md. Delivery to Moesif is at least once.",
    );
  }

  override announce(): void {
    this.log.info(
      'Moesif reports usage: create a billing meter in Moesif for each of these prices. Each must be metered at Stripe, on an active meter with the formula "sum"; usage cannot be reported for a price without a meter. Check them with: farebox doctor.',
      { prices: pricesForMoesif(this.catalog) },
    );
    // Its page: "Moesif supports Stripe usage records … make sure you use usage records"; Stripe removed those in 2025.
    this.log.warn(
      'USAGE_REPORTER=moesif is not recommended: Moesif documents that it reports Stripe usage records, which Stripe removed in 2025; nothing says that it reports to Stripe meters. Usage may never reach an invoice. Check a meter total in Stripe after a call, or set USAGE_REPORTER=stripe.',
    );
    if (!this.sendsEvents)
      this.log.error(
        'USAGE_REPORTER=moesif without MOESIF_APPLICATION_ID: usage is not reported, and nothing is billed.',
      );
  }

  override examine(): Promise<Finding[]> {
    return examineMoesifReporter(this.catalog, this.inspection, this.sendsEvents);
  }

  override async syncTimes(): Promise<SyncTimes> {
    return { reportedAt: null, nextReportAt: null };
  }

  override upcoming<T>(provider: T): T {
    return provider;
  }

  /** All usage that Moesif reported to Stripe would look like an excess. */
  override refusal(): FareboxError {
    return new FareboxError(
      'change_refused',
      'USAGE_REPORTER=moesif: Moesif reports usage, so Farebox has nothing to compare or report.',
    );
  }

  override async testReport(): Promise<StageResult<true>> {
    return { found: true, message: 'Moesif reports to Stripe at its next synchronisation (USAGE_REPORTER)' };
  }

  override testTotal(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>> {
    return probes.total(meter, period, 'value');
  }

  private get sendsEvents(): boolean {
    return this.settings.get('MOESIF_APPLICATION_ID') !== undefined;
  }
}

/** Each price with the meter that it reads, by their names at Stripe. */
function pricesForMoesif({ plans, meters }: Catalog): string[] {
  return plans.map(({ id, price }) => {
    const eventName = meters.find(({ name }) => name === price.meter)?.eventName;
    const named = 'stripePriceId' in price ? price.stripePriceId : price.lookupKey;
    return `${named} (plan ${id}), ${eventName == null ? 'its own meter' : `meter ${eventName}`}`;
  });
}
