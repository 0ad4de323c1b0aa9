import { Module } from '@nestjs/common';
import { BillingGateway } from './billing-gateway.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeBillingGateway } from './stripe/stripe-billing.gateway.js';
import { StripePrices } from './stripe/stripe-prices.js';
import { StripeWrites } from './stripe/stripe-writes.js';

/** Customers, subscriptions and prices at the billing provider. Another provider is another folder and another class here. */
@Module({
  providers: [
    stripeClientProvider,
    { provide: BillingGateway, useClass: StripeBillingGateway },
    StripePrices,
    StripeWrites,
  ],
  exports: [BillingGateway],
})
export class BillingModule {}
