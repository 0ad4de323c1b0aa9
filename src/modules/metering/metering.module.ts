import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { MetersModule } from '../meters/index.js';
import { UsageModule } from '../usage/index.js';

/** @deprecated Import `LedgerModule` of `modules/ledger`, which serves `@Monetized()`. */
@Module({
  imports: [LedgerModule, MetersModule, UsageModule],
  exports: [LedgerModule, MetersModule, UsageModule],
})
export class MeteringModule {}
