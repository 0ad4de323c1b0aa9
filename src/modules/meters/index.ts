export { type Backtest, type BacktestRow, type Charged, MeterBacktest } from './backtest/meter-backtest.js';
export { MeterCounter } from './counting/meter-counter.js';
export {
  beginningOf,
  filterSql,
  overBuckets,
  periodJoin,
  totalSql,
  windowSql,
} from './counting/meter-sql.js';
export { recount } from './counting/recount.js';
export type { CountedMeter } from './directory/counted-meter.js';
export { MeterDirectory } from './directory/meter-directory.js';
export { MetersModule } from './meters.module.js';
export { BilledCalls, type BilledStretch } from './views/billed-calls.js';
export { MeterOverview, type MeterState, type MeterStates } from './views/meter-overview.js';
