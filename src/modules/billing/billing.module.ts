import { Global, Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/index.js';
import { SubscriptionEnding, SubscriptionGateway, SubscriptionsModule } from '../subscriptions/index.js';
import { BillingDiagnostics } from './billing-diagnostics.js';
import { CatalogSync } from './catalog-sync.js';
import { StripeCatalogSync } from './stripe/catalog/stripe-catalog-sync.js';
import { StripeDiagnostics } from './stripe/stripe-diagnostics.js';
import { BillingGateway } from './billing-gateway.js';
import { CheckoutGateway, CustomerPortalGateway } from './checkout-gateway.js';
import { MeterInspection } from './meter-inspection.js';
import { InvoiceGateway } from './invoice-gateway.js';
import { LateUsageBilling } from './late-usage-billing.js';
import { DraftSearch } from './invoices/draft-search.js';
import { FormerInvoiceTopics } from './invoices/former-invoice-topics.js';
import { InvoiceHoldStore } from './invoices/invoice-hold-store.js';
import { InvoiceAlarms } from './invoices/invoice-alarms.js';
import { InvoiceHolds } from './invoices/invoice-holds.js';
import { InvoiceMirror } from './invoices/invoice-mirror.js';
import { RequestBudget } from './request-budget.js';
import { AccountReview } from './stripe/account-review.js';
import { AccountSync } from './stripe/account-sync.js';
import { FirstUsagePeriod } from './stripe/first-usage-period.js';
import { StripeCheckoutGateway } from './stripe/checkout/stripe-checkout.gateway.js';
import { StripeCustomerPortal } from './stripe/checkout/stripe-customer-portal.js';
import { PaymentMethods } from './stripe/payment-methods.js';
import { BilledPrices } from './stripe/invoices/billed-prices.js';
import { StripeInvoiceGateway } from './stripe/invoices/stripe-invoice.gateway.js';
import { StripeLateUsageBilling } from './stripe/invoices/stripe-late-usage-billing.js';
import { stripeClientProvider } from './stripe/stripe-client.js';
import { StripeClock } from './stripe/stripe-clock.js';
import { StripeClockWatch } from './stripe/stripe-clock-watch.js';
import { OpenInvoiceCollection } from './stripe/open-invoice-collection.js';
import { StripeBillingGateway } from './stripe/stripe-billing.gateway.js';
import { StripeMeterInspection } from './stripe/stripe-meter-inspection.js';
import { StripePace } from './stripe/stripe-pace.js';
import { StripePrices } from './stripe/stripe-prices.js';
import { StripeUsageSink } from './stripe/stripe-usage-sink.js';
import { StripeSubscriptionChanges } from './stripe/stripe-subscription-changes.js';
import { StripeWrites } from './stripe/stripe-writes.js';
import { StripeWebhookRoute } from './stripe/webhooks/stripe-webhook.route.js';
import { WebhookApplier } from './webhooks/webhook-applier.js';
import { WebhookHandlers } from './stripe/webhooks/webhook-handlers.js';
import { WebhookHandling } from './webhooks/webhook-handling.js';
import { WebhookInbox } from './webhooks/webhook-inbox.js';
import { TrialUses } from './trials/trial-uses.js';
import { UsageSink } from './usage-sink.js';
import { WebhookEvents } from './webhooks/webhook-events.js';

/**
 * Customers, subscriptions and prices at the billing provider. Another provider is another folder and another class here.
 * Global for the ports of `subscriptions` that it serves, which stands below it.
 */
@Global()
@Module({
  imports: [AccountsModule, SubscriptionsModule],
  providers: [
    StripeClock,
    StripeClockWatch,
    stripeClientProvider,
    StripePace,
    { provide: BillingGateway, useClass: StripeBillingGateway },
    { provide: SubscriptionGateway, useExisting: BillingGateway },
    { provide: UsageSink, useClass: StripeUsageSink },
    { provide: MeterInspection, useClass: StripeMeterInspection },
    { provide: CatalogSync, useClass: StripeCatalogSync },
    { provide: BillingDiagnostics, useClass: StripeDiagnostics },
    FirstUsagePeriod,
    TrialUses,
    { provide: CheckoutGateway, useClass: StripeCheckoutGateway },
    { provide: SubscriptionEnding, useExisting: CheckoutGateway },
    { provide: CustomerPortalGateway, useClass: StripeCustomerPortal },
    BilledPrices,
    PaymentMethods,
    { provide: InvoiceGateway, useClass: StripeInvoiceGateway },
    { provide: LateUsageBilling, useClass: StripeLateUsageBilling },
    InvoiceHoldStore,
    InvoiceMirror,
    InvoiceAlarms,
    InvoiceHolds,
    FormerInvoiceTopics,
    DraftSearch,
    StripePrices,
    StripeWrites,
    OpenInvoiceCollection,
    AccountSync,
    AccountReview,
    StripeSubscriptionChanges,
    RequestBudget,
    WebhookInbox,
    { provide: WebhookEvents, useExisting: WebhookInbox },
    { provide: WebhookHandling, useClass: WebhookHandlers },
    WebhookApplier,
    StripeWebhookRoute,
  ],
  exports: [
    SubscriptionsModule,
    BillingGateway,
    SubscriptionGateway,
    SubscriptionEnding,
    CheckoutGateway,
    CustomerPortalGateway,
    MeterInspection,
    CatalogSync,
    BillingDiagnostics,
    InvoiceGateway,
    InvoiceMirror,
    UsageSink,
    LateUsageBilling,
    RequestBudget,
    WebhookEvents,
  ],
})
export class BillingModule {}
