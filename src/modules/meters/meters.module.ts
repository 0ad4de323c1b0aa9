import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MeterBacktest } from './backtest/meter-backtest.js';
import { MeterCounter } from './counting/meter-counter.js';
import { MeterReader } from './counting/meter-reader.js';
import { MeterRetention } from './counting/meter-retention.js';
import { MeterDirectory } from './directory/meter-directory.js';
import { BilledCalls } from './views/billed-calls.js';
import { MeterOverview } from './views/meter-overview.js';

/** The meters of the catalog: they read the calls of the ledger and keep a total for each billing period. */
@Module({
  imports: [BillingModule, LedgerModule],
  providers: [
    BilledCalls,
    MeterDirectory,
    MeterCounter,
    MeterReader,
    MeterRetention,
    MeterOverview,
    MeterBacktest,
  ],
  exports: [MeterBacktest, MeterOverview, BilledCalls, MeterDirectory, MeterCounter],
})
export class MetersModule {}
