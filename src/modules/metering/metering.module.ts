import { Module } from '@nestjs/common';
import { CallFeed } from './call-log/call-feed.js';
import { CallLog } from './call-log/call-log.js';
import { CallKeys } from './call-keys.js';
import { CallRecording } from './call-recording.js';
import { IdempotentCallInterceptor } from './idempotent-call.interceptor.js';
import { LedgerPartitions } from './ledger/ledger-partitions.js';
import { LedgerReaders } from './ledger/ledger-readers.js';
import { Ledger } from './ledger/ledger.js';
import { PaidRouteGuard } from './paid-route.guard.js';

/** What was called, and what it counts for: the ledger, and everybody's place in it. */
@Module({
  providers: [
    Ledger,
    LedgerReaders,
    LedgerPartitions,
    CallKeys,
    CallRecording,
    CallLog,
    CallFeed,
    PaidRouteGuard,
    IdempotentCallInterceptor,
  ],
  // The guard and the interceptor of @Monetized() are made in the module of the route: what they need must be there.
  exports: [Ledger, LedgerReaders, CallKeys, PaidRouteGuard, IdempotentCallInterceptor, CallLog, CallFeed],
})
export class MeteringModule {}
