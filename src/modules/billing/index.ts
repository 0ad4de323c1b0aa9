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
export { BillingUnavailableError, CustomerRefusedError } from './ports/billing-errors.js';
export { type AccountOrder, BillingGateway, type OpenedAccount } from './ports/billing-gateway.js';
export { BillingModule } from './billing.module.js';
export {
  type ApplyOptions,
  type CatalogChange,
  type CatalogComparison,
  CatalogSync,
  type EndpointSecret,
  type ImportedCatalog,
} from './ports/catalog-sync.js';
export {
  type BilledLate,
  type LateUsage,
  LateUsageBilling,
  type UsedPeriod,
} from './ports/late-usage-billing.js';
export {
  BillingDiagnostics,
  type InspectedMeter,
  METER_PROBLEMS,
  MeterInspection,
  type MeterState,
} from './ports/diagnostics.js';
export { RequestBudget } from './request-budget.js';
export {
  CHECKOUT_CHANGED,
  type Checkout,
  CheckoutGateway,
  type CheckoutOrder,
  CustomerPortalGateway,
  type OpenedCheckout,
  type PaidCheckout,
} from './ports/checkout-gateway.js';
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
} from './ports/invoice-gateway.js';
export { type InvoicedLine, InvoiceMirror, type Returned } from './invoices/invoice-mirror.js';
export {
  WEBHOOK_STATES,
  WebhookEvents,
  type WebhookRecord,
  type WebhookState,
} from './webhooks/webhook-events.js';
export {
  METER_ERRORS,
  type ProviderMeter,
  UsageCustomerGoneError,
  type UsageEvent,
  type UsageRejection,
  UsageRefusedError,
  UsageSink,
  UsageThrottledError,
} from './ports/usage-sink.js';
