import { Module } from '@nestjs/common';
import { ParkedReleases } from './ledger/parked-releases.js';

/** What the operator's command line does to the ledger itself: it needs the database only. */
@Module({ providers: [ParkedReleases], exports: [ParkedReleases] })
export class LedgerOperationsModule {}
