import { Module } from '@nestjs/common';
import Stripe from 'stripe';
import { Settings } from '../../platform/config/settings.js';
import { BillingGateway } from './billing-gateway.js';
import { createStripeClient } from './stripe/stripe-client.js';
import { StripeBillingGateway } from './stripe/stripe-billing.gateway.js';
import { StripePrices } from './stripe/stripe-prices.js';
import { StripeWrites } from './stripe/stripe-writes.js';

/** Customers, subscriptions and prices at the billing provider. Another provider is another folder and another class here. */
@Module({
  providers: [
    { provide: Stripe, useFactory: createStripeClient, inject: [Settings] },
    { provide: BillingGateway, useClass: StripeBillingGateway },
    StripePrices,
    StripeWrites,
  ],
  exports: [BillingGateway],
})
export class BillingModule {}
