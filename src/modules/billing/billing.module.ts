import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { BillingGateway } from './billing-gateway.js';
import { CheckoutGateway, CustomerPortalGateway } from './checkout-gateway.js';
import { FinalUsage } from './final-usage.js';
import { AccountReview } from './stripe/account-review.js';
import { AccountSync } from './stripe/account-sync.js';
import { StripeCheckoutGateway } from './stripe/checkout/stripe-checkout.gateway.js';
import { StripeCustomerPortal } from './stripe/checkout/stripe-customer-portal.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeBillingGateway } from './stripe/stripe-billing.gateway.js';
import { StripePrices } from './stripe/stripe-prices.js';
import { StripeWrites } from './stripe/stripe-writes.js';
import { StripeWebhookRoute } from './stripe/webhooks/stripe-webhook.route.js';
import { WebhookApplier } from './stripe/webhooks/webhook-applier.js';
import { WebhookHandlers } from './stripe/webhooks/webhook-handlers.js';
import { WebhookInbox } from './stripe/webhooks/webhook-inbox.js';

/** Customers, subscriptions and prices at the billing provider. Another provider is another folder and another class here. */
@Module({
  imports: [AccountsModule],
  providers: [
    stripeClientProvider,
    { provide: BillingGateway, useClass: StripeBillingGateway },
    { provide: CheckoutGateway, useClass: StripeCheckoutGateway },
    { provide: CustomerPortalGateway, useClass: StripeCustomerPortal },
    FinalUsage,
    StripePrices,
    StripeWrites,
    AccountSync,
    AccountReview,
    WebhookInbox,
    WebhookHandlers,
    WebhookApplier,
    StripeWebhookRoute,
  ],
  exports: [BillingGateway, CheckoutGateway, CustomerPortalGateway, FinalUsage],
})
export class BillingModule {}
