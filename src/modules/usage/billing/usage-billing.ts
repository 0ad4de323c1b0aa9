import type { FareboxError } from '../../../platform/errors/farebox-error.js';
import type { Finding } from '../../../platform/health/finding.js';
import type { CountedMeter, TestedPeriod } from '../../meters/index.js';
import type { MeterTestProbes } from '../meter-test/meter-test-probes.js';
import type { StageResult } from '../meter-test/meter-test-progress.js';

/** The values of USAGE_REPORTER. */
export type ReporterName = 'stripe' | 'moesif' | 'invoice';

/**
 * What an operator may ask for, where the chosen way has it: `compare` usage with invoices and bill what is late;
 * `events`: report, correct, resend and waive meter events.
 */
export type UsageCommand = 'compare' | 'events';

/** When a customer's usage was last reported to the provider, and when it will be next. */
export interface SyncTimes {
  /** UTC. Null when nothing has been reported yet, or Farebox reports nothing. */
  reportedAt: Date | null;
  /** UTC, the latest time at which the next report of this customer begins. Null when Farebox reports nothing. */
  nextReportAt: Date | null;
}

/**
 * How usage comes onto invoices, chosen once by USAGE_REPORTER: port and injection token in one. Whatever depends on that
 * setting asks this object.
 */
export abstract class UsageBilling {
  abstract readonly name: ReporterName;

  /**
   * Binds to billing what it asks of usage, and registers the work on schedule. Called once, while modules are
   * initialised.
   */
  abstract start(): void;

  /** Logs what the operator must know or do, once, when the application has started. */
  abstract announce(): void;

  /** Checks the set-up that this way needs, for `doctor`; changes nothing. */
  abstract examine(): Promise<Finding[]>;

  /** @throws {DatabaseUnavailableError} */
  abstract syncTimes(customerId: string): Promise<SyncTimes>;

  /** Which of the two an upcoming invoice will come to: the provider's calculation, or that of our own count. */
  abstract upcoming<T>(provider: T, own: T): T;

  /** Why a command has nothing to do here, for the operator; `undefined` when it has. */
  abstract refusal(command: UsageCommand): FareboxError | undefined;

  /** The stage of a meter test in which the usage of the test is reported. */
  abstract testReport(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>>;

  /** The last stage of a meter test: the usage is where invoices take it from. */
  abstract testTotal(
    probes: MeterTestProbes,
    meter: CountedMeter,
    period: TestedPeriod,
  ): Promise<StageResult<true>>;
}
