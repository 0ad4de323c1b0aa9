export { type AllowanceShown, CardAllowance } from './allowance/card-allowance.js';
export { type CallsWanted, PeriodCalls } from './allowance/period-calls.js';
export { BilledCalls, type BilledStretch } from './call-log/billed-calls.js';
export { CallFeed, type CallWatcher } from './call-log/call-feed.js';
export { CallLog, type CallPage, type CallSource } from './call-log/call-log.js';
export { type CallFilter, type CallRecord, matches } from './call-log/call-record.js';
export { type Backtest, type BacktestRow, type Charged, MeterBacktest } from './backtest/meter-backtest.js';
export { type LedgerLine, type LinesLimit, takeLines, waitingLines } from './ledger/ledger-lines.js';
export { type ExchangeDescriber, type FinalAnswer, LedgerReaders } from './ledger/ledger-readers.js';
export { type PassResult, ReaderLoop } from './ledger/reader-loop.js';
export { LedgerUnavailableError } from './ledger/ledger-errors.js';
export { parkExchange } from './ledger/parked.js';
export { EXCHANGE_READER } from './ledger/exchange-reader-name.js';
export { type Parked, ParkedReleases, type Release } from './ledger/parked-releases.js';
export { CurrentCall, MeteredCall, UnitsTooLateError } from './metered-call.js';
export { MeteringModule } from './metering.module.js';
export { MeterTest, type MeterTestOptions } from './meter-test/meter-test.js';
export {
  METER_TEST_STAGES,
  type MeterTestProgress,
  type MeterTestStage,
} from './meter-test/meter-test-progress.js';
export { Monetized } from './monetized.decorator.js';
export type { MonetizedOptions } from './monetized.options.js';
export { MeterOverview, type MeterState, type MeterStates } from './meters/meter-overview.js';
export { type AccruedUsage, AccruedUsages } from './usage/accrued-usage.js';
export { ReporterMemory } from './usage/reporter-memory.js';
export { ReporterTakeOver } from './usage/reporter-take-over.js';
export { LateUsages, type LateUsageBilled } from './usage/late-usage.js';
export { UsageAdjustments } from './usage/usage-adjustments.js';
export { type UsageCheck, UsageChecks } from './usage/usage-checks.js';
export {
  ADVICE,
  describeComparison,
  isMismatch,
  type UsageComparison,
  type UsageDifference,
  VERDICTS,
} from './usage/usage-comparison.js';
export { type AbsentUsage, type DecidedUsage, UsageDecisions } from './usage/usage-decisions.js';
export { type UsageBucket } from './usage/usage-buckets.js';
export { type MeterHistory, type PeriodUsage, UsageHistory } from './usage/usage-history.js';
export { GRANULARITIES, type Granularity, LONGEST_DAYS } from './usage/usage-range.js';
export { type CurrentUsage, UsageOverview, type UsageGroup } from './usage/usage-overview.js';
export { type SyncTimes, UsageSync } from './usage/usage-sync.js';
export { UsageReconciliation } from './usage/usage-reconciliation.js';
export { type UsageReport, UsageReporter } from './usage/usage-reporter.js';
