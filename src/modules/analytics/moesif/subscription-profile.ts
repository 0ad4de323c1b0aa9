import type { AnalyticsCustomer } from '../analytics-gateway.js';

/** Moesif's subscription statuses: "One of [active, cancelled, paused, trialing, pending, draft, future]". */
type MoesifStatus = 'active' | 'cancelled' | 'paused' | 'trialing' | 'pending';

/** Stripe's status as Moesif's. `past_due` has no equivalent: its calls continue, so it counts as active. */
const STATUSES: Readonly<Record<string, MoesifStatus>> = {
  active: 'active',
  past_due: 'active',
  trialing: 'trialing',
  incomplete: 'pending',
  paused: 'paused',
  unpaid: 'paused',
  canceled: 'cancelled',
  incomplete_expired: 'cancelled',
};

/**
 * A subscription in the format of https://www.moesif.com/docs/api#update-a-subscription. Each item's `plan_id` is
 * required there. Times are UTC.
 */
export function subscriptionProfile({ companyId, plan, subscription }: AnalyticsCustomer): object {
  const { id, status, periodStart, periodEnd } = subscription;
  return {
    subscription_id: id,
    company_id: companyId,
    status: STATUSES[status] ?? 'pending',
    current_period_start: periodStart.toISOString(),
    current_period_end: periodEnd.toISOString(),
    items: [{ plan_id: plan }],
    metadata: { plan, stripe_status: status },
  };
}
