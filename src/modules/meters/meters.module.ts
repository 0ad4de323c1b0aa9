import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MeterBacktest } from './backtest/meter-backtest.js';
import { MeterCounter } from './counting/meter-counter.js';
import { MeterReader } from './counting/meter-reader.js';
import { MeterRetention } from './counting/meter-retention.js';
import { MeterDirectory } from './directory/meter-directory.js';
import { AccruedUsages } from './views/accrued-usage.js';
import { BilledCalls } from './views/billed-calls.js';
import { MeterOverview } from './views/meter-overview.js';
import { UsageHistory } from './views/usage-history.js';
import { UsageOverview } from './views/usage-overview.js';

/** The meters of the catalog: they read the calls of the ledger and keep a total for each billing period. */
@Module({
  imports: [BillingModule, LedgerModule],
  providers: [
    AccruedUsages,
    UsageHistory,
    UsageOverview,
    BilledCalls,
    MeterDirectory,
    MeterCounter,
    MeterReader,
    MeterRetention,
    MeterOverview,
    MeterBacktest,
  ],
  exports: [
    AccruedUsages,
    UsageHistory,
    UsageOverview,
    MeterBacktest,
    MeterOverview,
    BilledCalls,
    MeterDirectory,
    MeterCounter,
  ],
})
export class MetersModule {}
