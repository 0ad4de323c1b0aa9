/**
 * What an application imports from `farebox`. Nothing else is public: files that are not exported here may change in any
 * release.
 */
export { FareboxModule, type FareboxExtras } from './farebox.module.js';
export { type DatabaseOptions, type FareboxOptions, FareboxOptionsError } from './farebox-options.js';
export { type FareboxEvents, OnFarebox } from './farebox-events.js';
export { isFareboxRoute, type RouteGroup, type RouteOptions } from './platform/http/own-routes.js';

// Paid routes and who calls them.
export {
  CurrentCall,
  MeteredCall,
  Monetized,
  type MonetizedOptions,
  UnitsTooLateError,
} from './modules/ledger/index.js';
export { CurrentPrincipal, Public, RequiresScope } from './modules/auth/index.js';
export { CurrentExchange, type Exchange, exchangeOf } from './platform/http/exchange.js';
export type { AccountState, Principal } from './platform/identity/principal.js';
export {
  PrincipalResolver,
  type ResolvedPrincipal,
  type ResolvePrincipal,
} from './platform/identity/principal-resolver.js';

// Customers of an application with a sign-up of its own.
export { type AccountOrder, FareboxAccounts, type OpenedAccount } from './modules/registration/index.js';

// Errors.
export type { ErrorCode } from './platform/errors/error-codes.js';
export { FareboxError } from './platform/errors/farebox-error.js';

// Ports: each can be replaced, by `overrides`.
export {
  AnalyticsGateway,
  type AnalyticsCustomer,
  type CallEvent,
  IdentityMapping,
} from './modules/analytics/index.js';
export * from './modules/billing/ports/billing-gateway.js';
export * from './modules/billing/ports/checkout-gateway.js';
export * from './modules/billing/ports/invoice-gateway.js';
export * from './modules/billing/ports/late-usage-billing.js';
export * from './modules/billing/ports/usage-sink.js';
export * from './modules/billing/ports/catalog-sync.js';
export * from './modules/billing/ports/diagnostics.js';
export * from './modules/billing/ports/billing-errors.js';
export { Clock } from './platform/clock/clock.js';
export { type Mail, Mailer } from './platform/mail/mailer.js';
