export { type AllowanceShown, CardAllowance } from './allowance/card-allowance.js';
export { type CallsWanted, PeriodCalls } from './allowance/period-calls.js';
export { CallFeed, type CallWatcher } from './call-log/call-feed.js';
export {
  type CallCondition,
  CallLog,
  type CallPage,
  type CallQuery,
  type CallSource,
} from './call-log/call-log.js';
export { type CallFilter, type CallRecord, matches } from './call-log/call-record.js';
export { LedgerModule } from './ledger.module.js';
export { EXCHANGE_READER } from './lines/exchange-reader-name.js';
export { type LedgerLine, type LinesLimit, takeLines, waitingLines } from './lines/ledger-lines.js';
export { READER } from './lines/meter-reader-name.js';
export { type Parked, ParkedReleases, type Release } from './lines/parked-releases.js';
export { type PassResult, ReaderLoop } from './lines/reader-loop.js';
export { Monetized } from './paid-route/monetized.decorator.js';
export type { MonetizedOptions } from './paid-route/monetized.options.js';
export { CurrentCall, MeteredCall, UnitsTooLateError } from './recording/metered-call.js';
export { LedgerUnavailableError } from './store/ledger-errors.js';
export { type ExchangeDescriber, type FinalAnswer, LedgerReaders } from './store/ledger-readers.js';
export { parkExchange } from './store/parked.js';
export { Ledger } from './writing/ledger.js';
