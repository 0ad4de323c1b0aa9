/** @deprecated Import them from `subscriptions`, or from the port's file in `ports/`; gone in the next minor release. */
export { ChangeRefusedError, SubscriptionChanges, UnknownPlanError } from '../subscriptions/index.js';
export { BillingUnavailableError } from './ports/billing-errors.js';
export { BillingGateway } from './ports/billing-gateway.js';
export { CheckoutGateway } from './ports/checkout-gateway.js';
export { UsageSink } from './ports/usage-sink.js';

export { BillingModule } from './billing.module.js';
export { INVOICE_RELEASED } from './invoices/invoice-holds.js';
export { IS_FINAL } from './invoices/invoice-hold-store.js';
export { type InvoicedLine, InvoiceMirror, type Returned } from './invoices/invoice-mirror.js';
export { RequestBudget } from './request-budget.js';
export {
  WEBHOOK_STATES,
  WebhookEvents,
  type WebhookRecord,
  type WebhookState,
} from './webhooks/webhook-events.js';
