import type Stripe from 'stripe';
import type { CollectionPause } from '../../accounts/index.js';
import { ACCOUNT_KEY } from './subscription-state.js';

const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** Whether it has ended permanently. */
export const hasEnded = ({ status }: Stripe.Subscription): boolean => ENDED.includes(status);

/**
 * How its new invoices are handled while their collection is paused; null when it is not. "The subscription status will
 * be unchanged and will not be updated to `paused`": no other field shows it.
 */
export function collectionPauseOf(subscription: Stripe.Subscription): CollectionPause | null {
  const pause = subscription.pause_collection;
  return pause && !hasEnded(subscription) ? (pause.behavior as CollectionPause) : null;
}

/** The customer's subscription that counts, and the problems with the others. */
export interface Choice {
  counts: Stripe.Subscription | undefined;
  /** Ids of those that are live. */
  live: string[];
  /**
   * Ids of live metered items beyond the first on their meter. A meter event names the customer, not the subscription,
   * so each of them may bill the same usage again.
   */
  surplusItems: string[];
}

/**
 * The oldest live one that we created for the account counts; else the oldest live one; else, when none is live, the
 * account's previous one.
 * @param all of the customer's, in any order.
 */
export function chooseSubscription(
  all: readonly Stripe.Subscription[],
  account: { accountId: string; subscriptionId: string },
): Choice {
  const live = all
    .filter((subscription) => !hasEnded(subscription))
    .toSorted((one, other) => one.created - other.created);
  const counts =
    live.find(({ metadata }) => metadata[ACCOUNT_KEY] === account.accountId) ??
    live[0] ??
    all.find(({ id }) => id === account.subscriptionId);
  return { counts, live: live.map(({ id }) => id), surplusItems: surplusOf(live, counts) };
}

function surplusOf(live: readonly Stripe.Subscription[], counts: Stripe.Subscription | undefined): string[] {
  const first = live.filter((subscription) => subscription === counts);
  const others = live.filter((subscription) => subscription !== counts);
  const taken = new Set<string>();
  const surplus: string[] = [];
  for (const { items } of [...first, ...others]) {
    for (const { id, price } of items.data) {
      const meter = price.recurring?.meter;
      if (!meter) continue;
      if (taken.has(meter)) surplus.push(id);
      taken.add(meter);
    }
  }
  return surplus;
}
