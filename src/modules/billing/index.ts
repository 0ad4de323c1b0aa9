export { AccountStateRefresh } from './account-state-refresh.js';
export { BillingDiagnostics } from './billing-diagnostics.js';
export { BillingUnavailableError, CustomerRefusedError } from './billing-errors.js';
export { type AccountOrder, BillingGateway, type OpenedAccount } from './billing-gateway.js';
export { BillingModule } from './billing.module.js';
export { BillingOperationsModule } from './billing-operations.module.js';
export { BillingToolsModule } from './billing-tools.module.js';
export { CatalogueSync, type SyncStep } from './catalogue-sync.js';
export { type InspectedMeter, MeterInspection, type MeterState } from './meter-inspection.js';
export { WEBHOOK_STATES, WebhookEvents, type WebhookRecord, type WebhookState } from './webhook-events.js';
export {
  type ProviderMeter,
  type UsageEvent,
  UsageRefusedError,
  UsageSink,
  UsageThrottledError,
} from './usage-sink.js';
export { UsageSinkModule } from './usage-sink.module.js';
