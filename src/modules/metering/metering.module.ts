import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BillingModule } from '../billing/index.js';
import { CardAllowance } from './allowance/card-allowance.js';
import { PeriodCalls } from './allowance/period-calls.js';
import { BilledCalls } from './call-log/billed-calls.js';
import { CallFeed } from './call-log/call-feed.js';
import { CallLog } from './call-log/call-log.js';
import { CallKeys } from './call-keys.js';
import { CallRecording } from './call-recording.js';
import { LostCalls } from './lost-calls.js';
import { IdempotentCallInterceptor } from './idempotent-call.interceptor.js';
import { LedgerPartitions } from './ledger/ledger-partitions.js';
import { LedgerReaders } from './ledger/ledger-readers.js';
import { MeterBacktest } from './backtest/meter-backtest.js';
import { ParkedReleases } from './ledger/parked-releases.js';
import { ReporterTakeOver } from './usage/reporter-take-over.js';
import { Ledger } from './ledger/ledger.js';
import { MeterTest } from './meter-test/meter-test.js';
import { MeterTestProbes } from './meter-test/meter-test-probes.js';
import { SyntheticCustomers } from './meter-test/synthetic-customers.js';
import { MeterCounter } from './meters/meter-counter.js';
import { MeterDirectory } from './meters/meter-directory.js';
import { MeterOverview } from './meters/meter-overview.js';
import { MeterReader } from './meters/meter-reader.js';
import { MeterRetention } from './meters/meter-retention.js';
import { MeterRoutesCheck } from './meters/meter-routes-check.js';
import { GuardsBeforePayment } from './guards-before-payment.js';
import { OnlyRoutesArePaid } from './only-routes-are-paid.js';
import { UnitCorrections } from './unit-corrections.js';
import { PaidRouteGuard } from './paid-route.guard.js';
import { SpoolFolder } from './spool/spool-folder.js';
import { AccruedUsages } from './usage/accrued-usage.js';
import { UsageSync } from './usage/usage-sync.js';
import { UsageSettler } from './usage/usage-settler.js';
import { PaidRoutes } from './paid-routes.js';
import { DraftUsage } from './usage/draft-usage.js';
import { InvoicedUsages } from './usage/invoiced-usage.js';
import { LateUsages } from './usage/late-usage.js';
import { ReporterGuard, ReporterMemory } from './usage/reporter-memory.js';
import { MoesifNotice } from './usage/moesif-notice.js';
import { UsageAdjustments } from './usage/usage-adjustments.js';
import { UsageCanaries } from './usage/usage-canaries.js';
import { UsageChecks } from './usage/usage-checks.js';
import { UsageHistory } from './usage/usage-history.js';
import { UsageOverview } from './usage/usage-overview.js';
import { UsageDecisions } from './usage/usage-decisions.js';
import { UsageLosses } from './usage/usage-losses.js';
import { UsageProofPass } from './usage/usage-proof-pass.js';
import { UsageProof } from './usage/usage-proof.js';
import { UsageReappearance } from './usage/usage-reappearance.js';
import { UsageRetention } from './usage/usage-retention.js';
import { UsageReconciliation } from './usage/usage-reconciliation.js';
import { UsageRejections } from './usage/usage-rejections.js';
import { UsageReporter } from './usage/usage-reporter.js';
import { UsageSchedule } from './usage/usage-schedule.js';
import { UsageSender } from './usage/usage-sender.js';
import { UsageReportingLock } from './usage/usage-reporting-lock.js';

/** Calls and their usage: the ledger, the meters that read it, and the reporter of their values. */
@Module({
  imports: [BillingModule, DiscoveryModule],
  providers: [
    UsageRetention,
    Ledger,
    SpoolFolder,
    LedgerReaders,
    LedgerPartitions,
    CallKeys,
    CallRecording,
    UnitCorrections,
    GuardsBeforePayment,
    OnlyRoutesArePaid,
    LostCalls,
    CallLog,
    BilledCalls,
    AccruedUsages,
    UsageSync,
    CallFeed,
    PeriodCalls,
    CardAllowance,
    PaidRouteGuard,
    IdempotentCallInterceptor,
    MeterDirectory,
    MeterCounter,
    MeterReader,
    MeterRetention,
    PaidRoutes,
    MeterRoutesCheck,
    MeterOverview,
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
    UsageHistory,
    SyntheticCustomers,
    MeterTestProbes,
    MeterTest,
    UsageSchedule,
    UsageOverview,
    UsageSettler,
    DraftUsage,
    MoesifNotice,
    ReporterMemory,
    ReporterTakeOver,
    ReporterGuard,
    MeterBacktest,
    ParkedReleases,
  ],
  // The guard and the interceptor of @Monetized() are made in the module of the route: their dependencies must be exported.
  exports: [
    UsageReporter,
    UsageReconciliation,
    UsageAdjustments,
    UsageDecisions,
    LateUsages,
    UsageChecks,
    UsageHistory,
    MeterTest,
    MeterBacktest,
    ReporterMemory,
    ReporterTakeOver,
    ParkedReleases,
    UsageOverview,
    MeterOverview,
    AccruedUsages,
    UsageSync,
    BilledCalls,
    Ledger,
    LedgerReaders,
    CallKeys,
    CallRecording,
    CallLog,
    CallFeed,
    CardAllowance,
    PeriodCalls,
    PaidRouteGuard,
    IdempotentCallInterceptor,
  ],
})
export class MeteringModule {}
