export { type SyncTimes, UsageBilling, type UsageCommand } from './billing/usage-billing.js';
export { LateUsages } from './late/late-usage.js';
export {
  METER_TEST_STAGES,
  type MeterTestProgress,
  type MeterTestStage,
} from './meter-test/meter-test-progress.js';
export { MeterTest } from './meter-test/meter-test.js';
export { UsageChecks } from './reconciliation/usage-checks.js';
export {
  describeComparison,
  isMismatch,
  type UsageDifference,
  VERDICTS,
} from './reconciliation/usage-comparison.js';
export { UsageReconciliation } from './reconciliation/usage-reconciliation.js';
export { ReporterMemory } from './reporter/reporter-memory.js';
export { UsageModule } from './usage.module.js';
export {
  type DecidedUsage,
  UsageAdjustments,
  UsageDecisions,
  type UsageReport,
  UsageReporter,
} from './meter-events/index.js';
export { ReporterTakeOver } from './reporter/reporter-take-over.js';
