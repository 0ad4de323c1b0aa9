import { Module } from '@nestjs/common';
import { MeterInspection } from './meter-inspection.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeMeterInspection } from './stripe/stripe-meter-inspection.js';
import { StripeUsageSink } from './stripe/stripe-usage-sink.js';
import { UsageSink } from './usage-sink.js';

/** Where usage is told, by itself: what reports usage from the command line needs no more of billing. */
@Module({
  providers: [
    stripeClientProvider,
    { provide: UsageSink, useClass: StripeUsageSink },
    { provide: MeterInspection, useClass: StripeMeterInspection },
  ],
  exports: [UsageSink, MeterInspection],
})
export class UsageSinkModule {}
