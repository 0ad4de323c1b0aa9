import type { CycleRule, MeteredItem, MeteredSubscription } from '../../subscriptions/index.js';
import type Stripe from 'stripe';

/** The parts of a subscription billed by usage: its items with a meter, and their cycles. */
export function meteredSubscription(subscription: Stripe.Subscription): MeteredSubscription {
  const anchor = atSecond(subscription.billing_cycle_anchor);
  return {
    subscriptionId: subscription.id,
    endedAt: subscription.ended_at === null ? null : atSecond(subscription.ended_at),
    items: subscription.items.data.flatMap((item) => meteredItem(item, anchor)),
  };
}

function meteredItem(item: Stripe.SubscriptionItem, anchor: Date): MeteredItem[] {
  const { recurring, id } = item.price;
  if (!recurring?.meter || !isInterval(recurring.interval)) return [];
  return [
    {
      priceId: id,
      providerMeter: recurring.meter,
      cycleStart: atSecond(item.current_period_start),
      cycleEnd: atSecond(item.current_period_end),
      rule: { anchor, interval: recurring.interval, count: recurring.interval_count },
    },
  ];
}

const atSecond = (seconds: number): Date => new Date(seconds * 1_000);

const INTERVALS: readonly string[] = ['day', 'week', 'month', 'year'] satisfies CycleRule['interval'][];
const isInterval = (text: string): text is CycleRule['interval'] => INTERVALS.includes(text);
