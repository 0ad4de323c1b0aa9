export {
  AnalyticsDiagnostics,
  AnalyticsGateway,
  type AnalyticsCustomer,
  type CallEvent,
} from './analytics-gateway.js';
export { AnalyticsModule } from './analytics.module.js';
export { IdentifyInterceptor } from './identify.interceptor.js';
export { IdentityMapping } from './identity-mapping.js';
