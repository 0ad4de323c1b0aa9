import type Stripe from 'stripe';
import { PLAN_KEY } from '../subscription-state.js';
import { productOf, type AccountState } from './account-state.js';
import type { PriceComparison } from './compare-prices.js';
import { partOf } from './marks.js';
import type { Made } from './step.js';
import type { WantedPrice } from './wanted-prices.js';

/** The target of the items of a former price. */
export interface Move {
  former: string;
  plan: string;
  /** Stripe's id of the price that replaces it; `null` when the plan no longer has one of the kind. */
  target(made: Made): string | null;
  /** Whether that price is yet to be created. */
  isToBeMade: boolean;
  /** Stripe's id of its meter. */
  meter: string | null;
}

export function movesOf(
  state: AccountState,
  wanted: readonly WantedPrice[],
  prices: PriceComparison,
): Move[] {
  const replaced = wanted.flatMap((price) => {
    const current = prices.choose(price);
    return prices
      .everOf(price)
      .filter(({ id }) => id !== current?.id)
      .map((former): Move => {
        const target = (made: Made) => made.prices.get(price.lookupKey) ?? current?.id ?? null;
        return {
          former: former.id,
          plan: price.plan,
          target,
          isToBeMade: current === undefined,
          meter: former.recurring?.meter ?? null,
        };
      });
  });
  const products = new Set(wanted.map(({ product }) => product));
  const withBase = new Set(wanted.filter(({ part }) => part === 'base').map(({ product }) => product));
  const removed = state.prices
    .filter((price) => partOf(price.metadata) === 'base')
    .filter((price) => products.has(productOf(price)) && !withBase.has(productOf(price)))
    .map(({ id, metadata }): Move => {
      return {
        former: id,
        plan: metadata[PLAN_KEY] ?? '',
        target: () => null,
        isToBeMade: false,
        meter: null,
      };
    });
  return [...replaced, ...removed];
}

export function itemChanges(
  { items }: Stripe.Subscription,
  moves: readonly Move[],
  made: Made,
): Stripe.SubscriptionUpdateParams.Item[] {
  const held = new Set(items.data.map(({ price }) => price.id));
  return items.data.flatMap((item): Stripe.SubscriptionUpdateParams.Item[] => {
    const move = moves.find(({ former }) => former === item.price.id);
    if (!move) return [];
    const price = move.target(made);
    // Two items of one price, or two on one meter, would bill the same usage twice.
    if (price === null || held.has(price)) return [{ id: item.id, deleted: true }];
    held.add(price);
    return [{ id: item.id, price }];
  });
}
