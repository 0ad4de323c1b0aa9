import { Module } from '@nestjs/common';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeUsageSink } from './stripe/stripe-usage-sink.js';
import { UsageSink } from './usage-sink.js';

/** Where usage is told, by itself: what reports usage from the command line needs no more of billing. */
@Module({
  providers: [stripeClientProvider, { provide: UsageSink, useClass: StripeUsageSink }],
  exports: [UsageSink],
})
export class UsageSinkModule {}
