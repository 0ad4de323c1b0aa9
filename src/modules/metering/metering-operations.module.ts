import { Module } from '@nestjs/common';
import { CatalogueModule } from '../../catalogue/index.js';
import { UsageSinkModule } from '../billing/index.js';
import { MeterCounter } from './meters/meter-counter.js';
import { MeterDirectory } from './meters/meter-directory.js';
import { UsageProof } from './usage/usage-proof.js';
import { UsageReporter } from './usage/usage-reporter.js';
import { UsageSender } from './usage/usage-sender.js';

/** What the operator's command line does with usage: count, report, compare, beside the application and its loops. */
@Module({
  imports: [CatalogueModule, UsageSinkModule],
  providers: [MeterDirectory, MeterCounter, UsageSender, UsageProof, UsageReporter],
  exports: [UsageReporter],
})
export class MeteringOperationsModule {}
