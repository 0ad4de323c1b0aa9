import type Stripe from 'stripe';
import type { Catalog } from '../../../../catalog/index.js';
import { expectObject } from '../stripe-errors.js';
import { CHANGE_KEY, dateOf, MIGRATION_KEY, PLAN_KEY, planOfItem } from '../subscription-state.js';

/** The change that a Stripe schedule is going to make to a subscription. */
export interface PendingChange {
  /** The id of the plan. */
  plan: string;
  at: Date;
}

/** The next change of plan that a schedule makes, ours or one created in Stripe; `undefined` when there is none. */
export async function pendingChangeOf(
  stripe: Stripe,
  catalog: Catalog,
  { schedule: attached }: Stripe.Subscription,
): Promise<PendingChange | undefined> {
  if (attached === null || attached === undefined) return undefined;
  const schedule = expectObject(
    await stripe.subscriptionSchedules.retrieve(typeof attached === 'string' ? attached : attached.id),
    'subscription_schedule',
  ) as Stripe.SubscriptionSchedule;
  const { current_phase: current, phases, metadata } = schedule;
  // The operator's move to the current price of the same plan is no change of plan.
  if (metadata?.[MIGRATION_KEY] !== undefined && metadata[CHANGE_KEY] === undefined) return undefined;
  const next = phases.find(({ start_date: start }) => start === current?.end_date);
  const at = dateOf(next?.start_date ?? null);
  if (!next || !at) return undefined;
  const plan = next.metadata?.[PLAN_KEY] ?? (await planOfPhase(stripe, catalog, next));
  return plan === undefined ? undefined : { plan, at };
}

/** A schedule created in Stripe has only prices. */
async function planOfPhase(
  stripe: Stripe,
  catalog: Catalog,
  { items }: Stripe.SubscriptionSchedule.Phase,
): Promise<string | undefined> {
  for (const { price } of items) {
    const id = typeof price === 'string' ? price : price.id;
    const found = expectObject(await stripe.prices.retrieve(id), 'price') as Stripe.Price;
    if (found.recurring?.usage_type !== 'metered') continue;
    const item = { priceId: id, lookupKey: found.lookup_key, planMark: found.metadata[PLAN_KEY] };
    return planOfItem(catalog, item)?.id;
  }
  return undefined;
}
