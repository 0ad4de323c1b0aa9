import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CardAllowance } from './allowance/card-allowance.js';
import { PeriodCalls } from './allowance/period-calls.js';
import { CallFeed } from './call-log/call-feed.js';
import { CallLog } from './call-log/call-log.js';
import { CallKeys } from './keys/call-keys.js';
import { LedgerReading } from './lines/ledger-reading.js';
import { ParkedReleases } from './lines/parked-releases.js';
import { GuardsBeforePayment } from './paid-route/guards-before-payment.js';
import { MeterRoutesCheck } from './paid-route/meter-routes-check.js';
import { OnlyRoutesArePaid } from './paid-route/only-routes-are-paid.js';
import { PaidRoutes } from './paid-route/paid-routes.js';
import { CallRecording } from './recording/call-recording.js';
import { LostCalls } from './recording/lost-calls.js';
import { UnitCorrections } from './recording/unit-corrections.js';
import { SpoolFolder } from './spool/spool-folder.js';
import { LedgerPartitions } from './store/ledger-partitions.js';
import { LedgerReaders } from './store/ledger-readers.js';
import { Ledger } from './writing/ledger.js';

/** Paid calls: recorded before they are answered, kept, and shown to their customers. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    Ledger,
    SpoolFolder,
    LedgerReaders,
    LedgerReading,
    LedgerPartitions,
    CallKeys,
    CallRecording,
    UnitCorrections,
    GuardsBeforePayment,
    OnlyRoutesArePaid,
    LostCalls,
    CallLog,
    CallFeed,
    PeriodCalls,
    CardAllowance,
    PaidRoutes,
    MeterRoutesCheck,
    ParkedReleases,
  ],
  // The guard and the interceptor of @Monetized() are made in the module of the route: their dependencies must be exported.
  exports: [
    ParkedReleases,
    Ledger,
    LedgerReading,
    CallKeys,
    CallRecording,
    CallLog,
    CallFeed,
    CardAllowance,
    PeriodCalls,
  ],
})
export class LedgerModule {}
