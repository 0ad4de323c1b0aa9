import { Global, Module, type Provider } from '@nestjs/common';
import { port } from '../../../platform/ports/port.js';
import { AccountsModule } from '../../accounts/index.js';
import { SubscriptionEnding, SubscriptionGateway, SubscriptionsModule } from '../../subscriptions/index.js';
import { BillingModule } from '../billing.module.js';
import { BillingGateway } from '../ports/billing-gateway.js';
import { CatalogSync } from '../ports/catalog-sync.js';
import { CheckoutGateway, CustomerPortalGateway } from '../ports/checkout-gateway.js';
import { BillingDiagnostics, MeterInspection } from '../ports/diagnostics.js';
import { InvoiceGateway } from '../ports/invoice-gateway.js';
import { LateUsageBilling } from '../ports/late-usage-billing.js';
import { UsageSink } from '../ports/usage-sink.js';
import { WebhookHandling } from '../webhooks/webhook-handling.js';
import { StripeCatalogSync } from './catalog/stripe-catalog-sync.js';
import { StripeDiagnostics } from './stripe-diagnostics.js';
import { AccountReview } from './account-review.js';
import { AccountSync } from './account-sync.js';
import { FirstUsagePeriod } from './first-usage-period.js';
import { StripeCheckoutGateway } from './checkout/stripe-checkout.gateway.js';
import { StripeCustomerPortal } from './checkout/stripe-customer-portal.js';
import { PaymentMethods } from './payment-methods.js';
import { BilledPrices } from './invoices/billed-prices.js';
import { StripeInvoiceGateway } from './invoices/stripe-invoice.gateway.js';
import { StripeLateUsageBilling } from './invoices/stripe-late-usage-billing.js';
import { stripeClientProvider } from './stripe-client.js';
import { StripeClock } from './stripe-clock.js';
import { StripeClockWatch } from './stripe-clock-watch.js';
import { OpenInvoiceCollection } from './open-invoice-collection.js';
import { StripeBillingGateway } from './stripe-billing.gateway.js';
import { StripeMeterInspection } from './stripe-meter-inspection.js';
import { StripePace } from './stripe-pace.js';
import { StripePrices } from './stripe-prices.js';
import { StripeUsageSink } from './stripe-usage-sink.js';
import { StripeSubscriptionChanges } from './stripe-subscription-changes.js';
import { StripeWrites } from './stripe-writes.js';
import { StripeWebhookController } from './webhooks/stripe-webhook.controller.js';
import { WebhookHandlers } from './webhooks/webhook-handlers.js';

/** The ports, and what serves them. */
const PORTS: Provider[] = [
  // Accounts and subscriptions.
  ...port(BillingGateway, { useClass: StripeBillingGateway }),
  { provide: SubscriptionGateway, useExisting: BillingGateway },
  // Usage.
  ...port(UsageSink, { useClass: StripeUsageSink }),
  // Checkout and portal.
  ...port(CheckoutGateway, { useClass: StripeCheckoutGateway }),
  { provide: SubscriptionEnding, useExisting: CheckoutGateway },
  ...port(CustomerPortalGateway, { useClass: StripeCustomerPortal }),
  // Invoices.
  ...port(InvoiceGateway, { useClass: StripeInvoiceGateway }),
  ...port(LateUsageBilling, { useClass: StripeLateUsageBilling }),
  // Catalog and diagnostics.
  ...port(CatalogSync, { useClass: StripeCatalogSync }),
  ...port(MeterInspection, { useClass: StripeMeterInspection }),
  ...port(BillingDiagnostics, { useClass: StripeDiagnostics }),
  // Webhooks.
  ...port(WebhookHandling, { useClass: WebhookHandlers }),
];

/**
 * Stripe as the billing provider. Another provider is another folder and module, imported in its place
 * (`src/billing-provider.ts`). Global, as modules below and beside it use the ports that it serves.
 */
@Global()
@Module({
  imports: [AccountsModule, SubscriptionsModule, BillingModule],
  controllers: [StripeWebhookController],
  providers: [
    ...PORTS,
    stripeClientProvider,
    StripeClock,
    StripeClockWatch,
    StripePace,
    StripePrices,
    StripeWrites,
    StripeSubscriptionChanges,
    OpenInvoiceCollection,
    PaymentMethods,
    BilledPrices,
    AccountSync,
    AccountReview,
    FirstUsagePeriod,
  ],
  exports: [
    BillingGateway,
    SubscriptionGateway,
    UsageSink,
    CheckoutGateway,
    SubscriptionEnding,
    CustomerPortalGateway,
    InvoiceGateway,
    LateUsageBilling,
    CatalogSync,
    MeterInspection,
    BillingDiagnostics,
    WebhookHandling,
  ],
})
export class StripeBillingModule {}
