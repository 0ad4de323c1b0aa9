import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { TestServiceController } from './test-service.controller.js';

/** Your paid endpoints. */
@Module({ imports: [LedgerModule], controllers: [TestServiceController] })
export class MonetizedApiModule {}
