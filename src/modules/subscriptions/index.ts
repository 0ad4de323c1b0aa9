export { type ScheduledChange, ScheduledChanges } from './changes/scheduled-changes.js';
export { SubscriptionChanges } from './changes/subscription-changes.js';
export { type CycleRule } from './periods/billing-cycles.js';
export {
  COUNTING_LOCK,
  type MeteredItem,
  type MeteredSubscription,
  UsagePeriods,
} from './periods/usage-periods.js';
export { ChangeRefusedError, UnknownPlanError } from './subscription-errors.js';
export {
  type Cancellation,
  type LeftUsage,
  type PlanChange,
  type SubscriptionChange,
  SubscriptionEnding,
  SubscriptionGateway,
} from './subscription-gateway.js';
export { SubscriptionsModule } from './subscriptions.module.js';
export {
  type ProvenDraft,
  type ReportedUsage,
  UsageSettlement,
  type UsageSettlementPort,
} from './usage-settlement.js';
