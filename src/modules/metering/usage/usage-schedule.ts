import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Topics } from '../../../platform/topics/topics.js';
import { METER_ERRORS } from '../../billing/index.js';
import { LateUsages } from './late-usage.js';
import { UsageChecks } from './usage-checks.js';
import { UsageReconciliation } from './usage-reconciliation.js';
import { UsageRejections } from './usage-rejections.js';
import { UsageReporter } from './usage-reporter.js';

/** A part of the interval by which a report is late at most, so that many installations do not come at the full hour. */
const SPREAD = 0.1;
const DAY_MS = 86_400_000;

/** Reports usage every REPORT_INTERVAL, unless USAGE_REPORTER leaves that to Moesif. */
@Injectable()
export class UsageSchedule {
  private readonly log: Log;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly reporter: UsageReporter,
    private readonly reconciliation: UsageReconciliation,
    private readonly checks: UsageChecks,
    lateUsages: LateUsages,
    rejections: UsageRejections,
    private readonly settings: Settings,
    private readonly clock: Clock,
    startup: DatabaseStartup,
    shutdown: Shutdown,
    sweep: Sweep,
    topics: Topics,
    log: Log,
  ) {
    this.log = log.named('usage');
    if (settings.get('USAGE_REPORTER') === 'moesif') {
      this.log.info(
        "Usage is reported by Moesif's billing meters (USAGE_REPORTER=moesif); nothing is told to Stripe from here. Each price needs a meter at Stripe that Moesif's meter names, and Moesif needs a key of Stripe: see docs/usage.md. Delivery to Moesif is at least once.",
      );
      return;
    }
    topics.subscribe(METER_ERRORS, 'metering.meter-errors', async ({ eventId, type }, sql) => {
      const count = await rejections.record(sql, eventId);
      this.log.error(
        'Stripe says that it rejected usage that it had taken. What its totals do not show after USAGE_SETTLING is reported again; its dashboard says why.',
        { event: eventId, type, count },
      );
    });
    startup.onOpen(async () => this.schedule());
    sweep.register('usage.resume', async () => {
      await this.reporter.resume();
    });
    sweep.register('usage.late-bills', () => lateUsages.finish());
    sweep.register('usage.reconcile', () => this.reconcileDaily());
    shutdown.beforeDrain(async () => {
      this.stopped = true;
      clearTimeout(this.timer);
      await this.current;
    });
  }

  private schedule(): void {
    if (this.stopped) return;
    const interval = this.settings.get('REPORT_INTERVAL');
    const next = (Math.floor(this.clock.ms() / interval) + 1 + Math.random() * SPREAD) * interval;
    this.timer = setTimeout(() => {
      this.current = this.report().finally(() => this.schedule());
    }, next - this.clock.ms());
    this.timer.unref();
  }

  /** In the first sweep of each UTC day, by whichever process comes first. */
  private async reconcileDaily(): Promise<void> {
    const [last] = await this.checks.latest(1);
    const today = Math.floor(this.clock.ms() / DAY_MS);
    if (last && Math.floor(last.checkedAt.getTime() / DAY_MS) >= today) return;
    await this.reconciliation.reconcile();
  }

  private async report(): Promise<void> {
    try {
      const report = await this.reporter.report({ times: 'near', prove: 'due' });
      if (report) this.log.info('Usage was reported.', { ...report, untellable: report.untellable.length });
    } catch (error) {
      this.log.error(
        'Usage could not be reported; it is in the ledger, and the next report tells it.',
        {},
        error,
      );
    }
  }
}
