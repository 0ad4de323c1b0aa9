import type Stripe from 'stripe';
import type { Catalog, Plan } from '../../../catalog/index.js';
import type { SubscriptionStatus } from '../../../platform/identity/principal.js';

/** The metadata key of the account's id on every object that we create, by which it is found again. */
export const ACCOUNT_KEY = 'farebox_account_id';
export const PLAN_KEY = 'farebox_plan';
/** Our latest change of a subscription. */
export const CHANGE_KEY = 'farebox_change';
/** On a schedule: it moves a subscription to the current prices of its plan. */
export const MIGRATION_KEY = 'farebox_migration';
/** On a subscription: the operator's schedule that a customer's change or cancellation has put aside. */
export const SET_ASIDE_KEY = 'farebox_set_aside';
/** On a subscription: a schedule of ours is being created, which is marked only when it gets its phases. */
export const SCHEDULING_KEY = 'farebox_scheduling';

/** A time of Stripe's, in seconds. */
export const dateOf = (seconds: number | null): Date | null =>
  seconds === null ? null : new Date(seconds * 1_000);

/** Periods live on the items since 2025-03-31 (basil); ours has one metered item. Times are UTC. */
export function describeItem(subscription: Stripe.Subscription): {
  priceId: string;
  lookupKey: string | null;
  /** The plan in the price's metadata. */
  planMark: string | undefined;
  periodStart: Date;
  periodEnd: Date;
} {
  const items = subscription.items.data;
  const item = items.find(({ price }) => price.recurring?.usage_type === 'metered') ?? items[0];
  if (!item) throw new Error(`subscription ${subscription.id} has no item`);
  return {
    priceId: item.price.id,
    lookupKey: item.price.lookup_key,
    planMark: item.price.metadata[PLAN_KEY],
    periodStart: new Date(item.current_period_start * 1_000),
    periodEnd: new Date(item.current_period_end * 1_000),
  };
}

/**
 * The plan that a subscription's item is on. A former price of a plan no longer has a lookup key: its subscribers are
 * recognised by the plan in its metadata.
 */
export function planOfItem(
  { plans }: Catalog,
  {
    priceId,
    lookupKey,
    planMark,
  }: { priceId: string; lookupKey: string | null; planMark: string | undefined },
): Plan | undefined {
  return plans.find(({ id, price }) => {
    if ('stripePriceId' in price) return price.stripePriceId === priceId;
    return lookupKey === null ? id === planMark : price.lookupKey === lookupKey;
  });
}

const STATUSES: readonly string[] = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'paused',
] satisfies SubscriptionStatus[];

/** Permanent statuses. */
export const ENDED_STATUSES: readonly string[] = [
  'canceled',
  'incomplete_expired',
] satisfies SubscriptionStatus[];

/** A status that Stripe invents later allows nothing: it is read as `incomplete` until it is supported. */
export function readStatus(status: string): SubscriptionStatus {
  return STATUSES.includes(status) ? (status as SubscriptionStatus) : 'incomplete';
}
