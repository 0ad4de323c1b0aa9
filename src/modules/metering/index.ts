export { BilledCalls, type BilledStretch } from './call-log/billed-calls.js';
export { CallFeed, type CallWatcher } from './call-log/call-feed.js';
export { CallLog, type CallPage } from './call-log/call-log.js';
export { type CallFilter, type CallRecord, matches } from './call-log/call-record.js';
export { type LedgerLine, takeLines, waitingLines } from './ledger/ledger-lines.js';
export { type ExchangeDescriber, LedgerReaders } from './ledger/ledger-readers.js';
export { ReaderLoop } from './ledger/reader-loop.js';
export { LedgerUnavailableError } from './ledger/ledger-errors.js';
export { parkExchange } from './ledger/parked.js';
export { CurrentCall, MeteredCall } from './metered-call.js';
export { MeteringModule } from './metering.module.js';
export { MeteringOperationsModule } from './metering-operations.module.js';
export { Monetized } from './monetized.decorator.js';
export type { MonetizedOptions } from './monetized.options.js';
export { type AccruedUsage, AccruedUsages } from './usage/accrued-usage.js';
export { UsageAdjustments } from './usage/usage-adjustments.js';
export { type UsageCheck, UsageChecks } from './usage/usage-checks.js';
export {
  describeComparison,
  isMismatch,
  type UsageComparison,
  type UsageDifference,
} from './usage/usage-comparison.js';
export { UsageReconciliation } from './usage/usage-reconciliation.js';
export { type UsageReport, UsageReporter } from './usage/usage-reporter.js';
