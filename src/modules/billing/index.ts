/** @deprecated Import them from `subscriptions`; gone in the next minor release. */
export {
  ChangeRefusedError,
  type ProvenDraft,
  type ReportedUsage,
  SubscriptionChanges,
  UnknownPlanError,
  UsageSettlement,
  type UsageSettlementPort as SettlesUsage,
} from '../subscriptions/index.js';
export { IS_FINAL } from './invoices/final-periods.js';
export { BillingDiagnostics } from './billing-diagnostics.js';
export { BillingUnavailableError, CustomerRefusedError } from './billing-errors.js';
export { type AccountOrder, BillingGateway, type OpenedAccount } from './billing-gateway.js';
export { BillingModule } from './billing.module.js';
export {
  type ApplyOptions,
  type CatalogChange,
  type CatalogComparison,
  CatalogSync,
  type EndpointSecret,
  type ImportedCatalog,
} from './catalog-sync.js';
export { type BilledLate, type LateUsage, LateUsageBilling, type UsedPeriod } from './late-usage-billing.js';
export { type InspectedMeter, METER_PROBLEMS, MeterInspection, type MeterState } from './meter-inspection.js';
export { RequestBudget } from './request-budget.js';
export {
  type Checkout,
  CheckoutGateway,
  type CheckoutOrder,
  CustomerPortalGateway,
  type OpenedCheckout,
  type PaidCheckout,
} from './checkout-gateway.js';
export {
  type BilledUsage,
  type Invoice,
  INVOICE_STATUSES,
  InvoiceGateway,
  type InvoiceLine,
  type InvoiceLinePage,
  type InvoiceStatus,
  type PaymentReturn,
  type PendingUsage,
} from './invoice-gateway.js';
export { type InvoicedLine, InvoiceMirror, type Returned } from './invoices/invoice-mirror.js';
export { CHECKOUT_CHANGED, METER_ERRORS } from './billing-topics.js';
export {
  WEBHOOK_STATES,
  WebhookEvents,
  type WebhookRecord,
  type WebhookState,
} from './webhooks/webhook-events.js';
export {
  type ProviderMeter,
  UsageCustomerGoneError,
  type UsageEvent,
  type UsageRejection,
  UsageRefusedError,
  UsageSink,
  UsageThrottledError,
} from './usage-sink.js';
