import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/index.js';
import { LedgerModule } from '../ledger/index.js';
import { MetersModule } from '../meters/index.js';
import { CHOSEN_BILLING, CHOSEN_TOTALS, UsageBillingStart } from './billing/chosen-billing.js';
import { UsageBilling } from './billing/usage-billing.js';
import {
  METER_EVENT_PROVIDERS,
  UsageAdjustments,
  UsageDecisions,
  UsageReporter,
} from './meter-events/index.js';
import { LateUsages } from './late/late-usage.js';
import { MeterTestProbes } from './meter-test/meter-test-probes.js';
import { MeterTest } from './meter-test/meter-test.js';
import { SyntheticCustomers } from './meter-test/synthetic-customers.js';
import { InvoicedUsages } from './reconciliation/invoiced-usage.js';
import { UsageChecks } from './reconciliation/usage-checks.js';
import { UsageReconciliation } from './reconciliation/usage-reconciliation.js';
import { ReporterMemory, ReporterGuard } from './reporter/reporter-memory.js';
import { ReporterTakeOver } from './reporter/reporter-take-over.js';
import { UsageSchedule } from './reporter/usage-schedule.js';
import { DraftUsage } from './settlement/draft-usage.js';
import { CountedSettlement } from './settlement/counted-settlement.js';
import { UsageReportingLock } from './usage-reporting-lock.js';
import { UsageRetention } from './usage-retention.js';

/** The meters' totals: reported to the provider, proven, reconciled and settled. */
@Module({
  imports: [BillingModule, LedgerModule, MetersModule],
  providers: [
    ...METER_EVENT_PROVIDERS,
    ReporterTakeOver,
    UsageRetention,
    UsageReportingLock,
    UsageChecks,
    InvoicedUsages,
    UsageReconciliation,
    LateUsages,
    SyntheticCustomers,
    MeterTestProbes,
    MeterTest,
    UsageSchedule,
    CountedSettlement,
    DraftUsage,
    CHOSEN_BILLING,
    CHOSEN_TOTALS,
    UsageBillingStart,
    ReporterMemory,
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
