import { Module } from '@nestjs/common';
import { CatalogModule } from '../../catalog/index.js';
import { UsageSinkModule } from '../billing/index.js';
import { MeterBacktest } from './backtest/meter-backtest.js';
import { MeterTest } from './meter-test/meter-test.js';
import { MeterTestProbes } from './meter-test/meter-test-probes.js';
import { SyntheticCustomers } from './meter-test/synthetic-customers.js';
import { MeterCounter } from './meters/meter-counter.js';
import { MeterDirectory } from './meters/meter-directory.js';
import { ReporterMemory } from './usage/reporter-memory.js';
import { ReporterTakeOver } from './usage/reporter-take-over.js';
import { InvoicedUsages } from './usage/invoiced-usage.js';
import { LateUsages } from './usage/late-usage.js';
import { UsageAdjustments } from './usage/usage-adjustments.js';
import { UsageCanaries } from './usage/usage-canaries.js';
import { UsageChecks } from './usage/usage-checks.js';
import { UsageDecisions } from './usage/usage-decisions.js';
import { UsageLosses } from './usage/usage-losses.js';
import { UsageProofPass } from './usage/usage-proof-pass.js';
import { UsageProof } from './usage/usage-proof.js';
import { UsageReappearance } from './usage/usage-reappearance.js';
import { UsageReconciliation } from './usage/usage-reconciliation.js';
import { UsageReporter } from './usage/usage-reporter.js';
import { UsageSender } from './usage/usage-sender.js';
import { UsageReportingLock } from './usage/usage-reporting-lock.js';

/** What the operator's command line does with usage: count, report, compare, beside the application and its loops. */
@Module({
  imports: [CatalogModule, UsageSinkModule],
  providers: [
    MeterDirectory,
    MeterCounter,
    UsageReportingLock,
    UsageSender,
    UsageCanaries,
    UsageProof,
    UsageLosses,
    UsageReappearance,
    UsageProofPass,
    UsageDecisions,
    UsageReporter,
    UsageChecks,
    ReporterMemory,
    ReporterTakeOver,
    InvoicedUsages,
    UsageReconciliation,
    UsageAdjustments,
    LateUsages,
    SyntheticCustomers,
    MeterTestProbes,
    MeterTest,
    MeterBacktest,
  ],
  exports: [
    UsageReporter,
    UsageReconciliation,
    UsageAdjustments,
    UsageDecisions,
    LateUsages,
    ReporterMemory,
    ReporterTakeOver,
    UsageChecks,
    MeterTest,
    MeterBacktest,
  ],
})
export class MeteringOperationsModule {}
