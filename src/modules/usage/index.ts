export { type SyncTimes, UsageBilling, type UsageCommand } from './billing/usage-billing.js';
export { type LateUsageBilled, LateUsages } from './late/late-usage.js';
export {
  METER_TEST_STAGES,
  type MeterTestProgress,
  type MeterTestStage,
} from './meter-test/meter-test-progress.js';
export { MeterTest, type MeterTestOptions } from './meter-test/meter-test.js';
export { type AbsentUsage, type DecidedUsage, UsageDecisions } from './proof/usage-decisions.js';
export { UsageAdjustments } from './reconciliation/usage-adjustments.js';
export { type UsageCheck, UsageChecks } from './reconciliation/usage-checks.js';
export {
  ADVICE,
  describeComparison,
  isMismatch,
  type UsageComparison,
  type UsageDifference,
  VERDICTS,
} from './reconciliation/usage-comparison.js';
export { UsageReconciliation } from './reconciliation/usage-reconciliation.js';
export { ReporterMemory } from './reporter/reporter-memory.js';
export { ReporterTakeOver } from './reporter/reporter-take-over.js';
export { type UsageReport, UsageReporter } from './reporter/usage-reporter.js';
export { UsageModule } from './usage.module.js';
export { type AccruedUsage, AccruedUsages } from './views/accrued-usage.js';
export type { UsageBucket } from './views/usage-buckets.js';
export { type MeterHistory, type PeriodUsage, UsageHistory } from './views/usage-history.js';
export { type CurrentUsage, type UsageGroup, UsageOverview } from './views/usage-overview.js';
export { GRANULARITIES, type Granularity, LONGEST_DAYS } from './views/usage-range.js';
