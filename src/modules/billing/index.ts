export { BillingDiagnostics } from './billing-diagnostics.js';
export { BillingUnavailableError, CustomerRefusedError } from './billing-errors.js';
export { type AccountOrder, BillingGateway, type OpenedAccount } from './billing-gateway.js';
export { BillingModule } from './billing.module.js';
export { BillingOperationsModule } from './billing-operations.module.js';
export { BillingToolsModule } from './billing-tools.module.js';
export { CatalogueSync, type SyncStep } from './catalogue-sync.js';
export {
  type Checkout,
  CheckoutGateway,
  type CheckoutOrder,
  CustomerPortalGateway,
  type OpenedCheckout,
  type PaidCheckout,
} from './checkout-gateway.js';
export { CHECKOUT_CHANGED } from './checkout-topic.js';
export { FinalUsage, type FlushUsage } from './final-usage.js';
export { WEBHOOK_STATES, WebhookEvents, type WebhookRecord, type WebhookState } from './webhook-events.js';
