import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { retryDelay } from '../../../platform/jobs/backoff.js';
import { DatabaseStartup } from '../../../platform/database/database-startup.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { Topics } from '../../../platform/topics/topics.js';
import { METER_ERRORS } from '../../billing/ports/usage-sink.js';
import { LateUsages } from '../late/late-usage.js';
import { UsageChecks } from '../reconciliation/usage-checks.js';
import { readProgress, writeProgress } from '../progress-store.js';
import { RECONCILIATION, UsageReconciliation } from '../reconciliation/usage-reconciliation.js';
import { UsageRejections, type UsageReport, UsageReporter } from '../meter-events/index.js';
import { nextReport } from './report-times.js';

const DAY_MS = 86_400_000;
const FIRST_RETRY_MS = 10 * 60_000;
const LAST_RETRY_MS = 6 * 3_600_000;
const RETRY_WAIT_MS = 10_000;
/** With more than these, Stripe was unavailable: all customers are compared again. */
const RETRIED_BY_THEMSELVES = 50;

/** Customers that the last reconciliation could not compare. */
interface Unfinished {
  customers: string[];
  attempts: number;
}

/** The work on usage that is done on schedule; what of it is done, the chosen `UsageBilling` says. */
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
    private readonly database: Database,
    private readonly lateUsages: LateUsages,
    private readonly rejections: UsageRejections,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly startup: DatabaseStartup,
    private readonly shutdown: Shutdown,
    private readonly sweep: Sweep,
    private readonly topics: Topics,
    log: Log,
  ) {
    this.log = log.named('usage');
  }

  /** Records the provider's reports of usage that it accepted and rejected later. */
  watchRejections(): void {
    this.topics.subscribe(METER_ERRORS, 'metering.meter-errors', async ({ eventId, type }, tx) => {
      const count = await this.rejections.record(tx, eventId);
      this.log.error(
        "Stripe rejected usage that it had accepted. What its totals don't include after USAGE_SETTLING is reported again; see Stripe's dashboard for the reason.",
        { event: eventId, type, count },
      );
    });
  }

  /** Reports every REPORT_INTERVAL, and resumes what a crash or an outage left. */
  reportPeriodically(): void {
    this.startup.onOpen(async () => this.schedule(), 'worker');
    this.sweep.register('usage.resume', async () => {
      await this.reporter.resume();
    });
    this.shutdown.beforeDrain(async () => {
      this.stopped = true;
      clearTimeout(this.timer);
      await this.current;
    });
  }

  /** Finishes decisions to bill usage, and reconciles once a day. */
  checkAndFinish(): void {
    this.sweep.register('usage.late-bills', () => this.lateUsages.finish());
    this.sweep.register('usage.reconcile', () => this.reconcileDaily());
  }

  private schedule(): void {
    if (this.stopped) return;
    const now = this.clock.ms();
    const [earliest, spread] = nextReport(now, this.settings.get('REPORT_INTERVAL'));
    this.timer = setTimeout(
      () => {
        this.current = this.report().finally(() => this.schedule());
      },
      earliest + Math.random() * spread - now,
    );
    this.timer.unref();
  }

  /**
   * In the first sweep of each UTC day, by whichever process comes first. Customers that could not be compared are
   * retried after a while, by themselves.
   */
  private async reconcileDaily(): Promise<void> {
    const { pool } = this.database;
    const [last] = await this.checks.latest(1);
    const begun = await readProgress<Unfinished>(pool, RECONCILIATION);
    const { customers = [], attempts = 0 } = begun?.details ?? {};
    const now = this.clock.now();
    const wait = retryDelay(attempts, FIRST_RETRY_MS, LAST_RETRY_MS);
    if (begun && Math.abs(now.getTime() - begun.at.getTime()) < wait) return;
    const today = Math.floor(now.getTime() / DAY_MS);
    const isDone = last && Math.floor(last.checkedAt.getTime() / DAY_MS) >= today;
    if (isDone && customers.length === 0) return;
    // Written first: a run that fails as a whole is not restarted every minute.
    await writeProgress(pool, RECONCILIATION, now, { customers, attempts: attempts + 1 });
    if (!isDone || customers.length > RETRIED_BY_THEMSELVES) {
      await this.reconciliation.reconcile();
      return;
    }
    const unknown: string[] = [];
    for (const customerId of customers) if (!(await this.isCompared(customerId))) unknown.push(customerId);
    await writeProgress(pool, RECONCILIATION, this.clock.now(), {
      customers: unknown,
      attempts: attempts + 1,
    });
  }

  private async isCompared(customerId: string): Promise<boolean> {
    try {
      const compared = await this.reconciliation.reconcile({ customerId }, RETRY_WAIT_MS);
      return compared !== undefined && compared.every(({ verdict }) => verdict !== 'unknown');
    } catch (error) {
      this.log.warn('A customer could not be compared yet.', { customer: customerId }, error);
      return false;
    }
  }

  private async report(): Promise<void> {
    try {
      const report = await this.reporter.report({ prove: 'due' });
      if (!report) return;
      const counts = { ...report, unreportable: report.unreportable.length };
      this.log[isEmpty(report) ? 'debug' : 'info']('Usage was reported.', counts);
    } catch (error) {
      this.log.error(
        'Usage could not be reported; it is in the ledger and will be sent with the next report.',
        {},
        error,
      );
    }
  }
}

const isEmpty = ({ unreportable, ...counts }: UsageReport): boolean =>
  unreportable.length === 0 && Object.values(counts).every((count) => count === 0);
