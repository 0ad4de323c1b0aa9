import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MetersModule } from '../meters/index.js';
import { CHOSEN_BILLING, CHOSEN_TOTALS, UsageBillingStart } from './billing/chosen-billing.js';
import { UsageBilling } from './billing/usage-billing.js';
import { LateUsages } from './late/late-usage.js';
import { MeterTestProbes } from './meter-test/meter-test-probes.js';
import { MeterTest } from './meter-test/meter-test.js';
import { SyntheticCustomers } from './meter-test/synthetic-customers.js';
import { UsageCanaries } from './proof/usage-canaries.js';
import { UsageDecisions } from './proof/usage-decisions.js';
import { UsageLosses } from './proof/usage-losses.js';
import { UsageProofPass } from './proof/usage-proof-pass.js';
import { UsageProof } from './proof/usage-proof.js';
import { UsageReappearance } from './proof/usage-reappearance.js';
import { UsageRejections } from './proof/usage-rejections.js';
import { InvoicedUsages } from './reconciliation/invoiced-usage.js';
import { UsageAdjustments } from './reconciliation/usage-adjustments.js';
import { UsageChecks } from './reconciliation/usage-checks.js';
import { UsageReconciliation } from './reconciliation/usage-reconciliation.js';
import { ReporterMemory, ReporterGuard } from './reporter/reporter-memory.js';
import { ReporterTakeOver } from './reporter/reporter-take-over.js';
import { UsageReporter } from './reporter/usage-reporter.js';
import { UsageSchedule } from './reporter/usage-schedule.js';
import { UsageSender } from './reporting/usage-sender.js';
import { DraftUsage } from './settlement/draft-usage.js';
import { CountedSettlement } from './settlement/counted-settlement.js';
import { UsageSettler } from './settlement/usage-settler.js';
import { UsageReportingLock } from './usage-reporting-lock.js';
import { UsageRetention } from './usage-retention.js';

/** The meters' totals: reported to the provider, proven, reconciled and settled. */
@Module({
  imports: [BillingModule, LedgerModule, MetersModule],
  providers: [
    UsageRetention,
    UsageReportingLock,
    UsageSender,
    UsageCanaries,
    UsageProof,
    UsageLosses,
    UsageReappearance,
    UsageRejections,
    UsageProofPass,
    UsageDecisions,
    UsageReporter,
    UsageChecks,
    InvoicedUsages,
    UsageReconciliation,
    UsageAdjustments,
    LateUsages,
    SyntheticCustomers,
    MeterTestProbes,
    MeterTest,
    UsageSchedule,
    UsageSettler,
    CountedSettlement,
    DraftUsage,
    CHOSEN_BILLING,
    CHOSEN_TOTALS,
    UsageBillingStart,
    ReporterMemory,
    ReporterTakeOver,
    ReporterGuard,
  ],
  exports: [
    UsageReporter,
    UsageReconciliation,
    UsageAdjustments,
    UsageDecisions,
    LateUsages,
    UsageChecks,
    MeterTest,
    ReporterMemory,
    ReporterTakeOver,
    UsageBilling,
  ],
})
export class UsageModule {}
