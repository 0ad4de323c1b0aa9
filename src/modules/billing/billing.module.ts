import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { AccountStateRefresh } from './account-state-refresh.js';
import { BillingGateway } from './billing-gateway.js';
import { MeterInspection } from './meter-inspection.js';
import { StripeAccountRefresh } from './stripe/account-refresh.js';
import { AccountReview } from './stripe/account-review.js';
import { AccountSync } from './stripe/account-sync.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeBillingGateway } from './stripe/stripe-billing.gateway.js';
import { StripeMeterInspection } from './stripe/stripe-meter-inspection.js';
import { StripePrices } from './stripe/stripe-prices.js';
import { StripeUsageSink } from './stripe/stripe-usage-sink.js';
import { StripeWrites } from './stripe/stripe-writes.js';
import { StripeWebhookRoute } from './stripe/webhooks/stripe-webhook.route.js';
import { WebhookApplier } from './stripe/webhooks/webhook-applier.js';
import { WebhookHandlers } from './stripe/webhooks/webhook-handlers.js';
import { WebhookInbox } from './stripe/webhooks/webhook-inbox.js';
import { UsageSink } from './usage-sink.js';

/** Customers, subscriptions and prices at the billing provider. Another provider is another folder and another class here. */
@Module({
  imports: [AccountsModule],
  providers: [
    stripeClientProvider,
    { provide: BillingGateway, useClass: StripeBillingGateway },
    { provide: UsageSink, useClass: StripeUsageSink },
    { provide: MeterInspection, useClass: StripeMeterInspection },
    { provide: AccountStateRefresh, useClass: StripeAccountRefresh },
    StripePrices,
    StripeWrites,
    AccountSync,
    AccountReview,
    WebhookInbox,
    WebhookHandlers,
    WebhookApplier,
    StripeWebhookRoute,
  ],
  exports: [BillingGateway, UsageSink, MeterInspection, AccountStateRefresh],
})
export class BillingModule {}
