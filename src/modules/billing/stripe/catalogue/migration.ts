import Stripe from 'stripe';
import type { Catalogue } from '../../../../catalogue/index.js';
import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import { automaticTax, lacksTaxLocation } from '../automatic-tax.js';
import { hasSameCadence } from '../changes/cadence.js';
import { productOf, type AccountState } from './account-state.js';
import { allPages } from './all-pages.js';
import type { PriceComparison } from './compare-prices.js';
import { createOnce } from './keyed-create.js';
import { partOf } from './marks.js';
import type { Made, Step } from './step.js';
import type { WantedPrice } from './wanted-prices.js';

const PAGE = 100;
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** Where the items of a former price go. */
interface Move {
  former: string;
  /** Stripe's id of the price that has taken its place; `null` when the plan has nothing of the kind any more. */
  target(made: Made): string | null;
  /** Stripe's id of its meter. */
  meter: string | null;
}

/**
 * Moves subscriptions from former prices to those that have taken their place, all items of a subscription in one
 * request: there is no moment with two live items on one meter, nor one without. Stripe bills what was used up to then
 * at the former price. A subscription that was made without the base fee of today does not get one.
 */
export async function compareSubscriptions(
  stripe: Stripe,
  catalogue: Catalogue,
  state: AccountState,
  wanted: readonly WantedPrice[],
  prices: PriceComparison,
): Promise<Step[]> {
  const moves = movesOf(state, wanted, prices);
  const found = new Map<string, Stripe.Subscription>();
  for (const { former } of moves)
    for (const subscription of await allPages(stripe.subscriptions.list({ price: former, limit: PAGE })))
      if (!ENDED.includes(subscription.status)) found.set(subscription.id, subscription);
  const steps: Step[] = [];
  const tax = automaticTax(catalogue);
  for (const subscription of found.values()) steps.push(await compareOne(stripe, subscription, moves, tax));
  return steps;
}

function movesOf(state: AccountState, wanted: readonly WantedPrice[], prices: PriceComparison): Move[] {
  const replaced = wanted.flatMap((price) => {
    const current = prices.choose(price);
    return prices
      .everOf(price)
      .filter(({ id }) => id !== current?.id)
      .map((former): Move => {
        const target = (made: Made) => made.prices.get(price.lookupKey) ?? current?.id ?? null;
        return { former: former.id, target, meter: former.recurring?.meter ?? null };
      });
  });
  const plans = new Map(wanted.map(({ product, plan }) => [product, plan]));
  const withBase = new Set(wanted.filter(({ part }) => part === 'base').map(({ product }) => product));
  const removed = state.prices
    .filter((price) => partOf(price.metadata) === 'base')
    .filter((price) => plans.has(productOf(price)) && !withBase.has(productOf(price)))
    .map((former): Move => ({ former: former.id, target: () => null, meter: null }));
  return [...replaced, ...removed];
}

async function compareOne(
  stripe: Stripe,
  subscription: Stripe.Subscription,
  moves: readonly Move[],
  tax: ReturnType<typeof automaticTax>,
): Promise<Step> {
  const { id } = subscription;
  const differences = subscription.items.data.flatMap(({ price }) =>
    moves.some(({ former }) => former === price.id)
      ? [{ what: 'price', from: price.id, to: 'that of the file' }]
      : [],
  );
  const message = await reasonAgainst(stripe, subscription, moves);
  if (message !== undefined)
    return { change: { kind: 'subscription', name: id, action: 'refuse', id, differences, message } };
  return {
    change: { kind: 'subscription', name: id, action: 'migrate', id, differences },
    perform: (made) => migrate(stripe, id, moves, tax, made),
    noteInstead: (error) =>
      lacksTaxLocation(error)
        ? `subscription ${id} stays on its former price: Stripe cannot work out its tax, as its customer has no address that Stripe Tax recognises. Add one in Stripe, then run apply --migrate again.`
        : undefined,
  };
}

async function reasonAgainst(
  stripe: Stripe,
  { id, customer, billing_mode }: Stripe.Subscription,
  moves: readonly Move[],
): Promise<string | undefined> {
  if (billing_mode.type === 'classic')
    return 'it is in the classic billing mode, in which what was used so far would never be billed: migrate it to the flexible one in Stripe first';
  const customerId = typeof customer === 'string' ? customer : customer.id;
  const theirs = await allPages(stripe.subscriptions.list({ customer: customerId, limit: PAGE }));
  const meters = new Set(moves.map(({ meter }) => meter).filter((meter) => meter !== null));
  const other = theirs.find(
    (subscription) =>
      subscription.id !== id &&
      !ENDED.includes(subscription.status) &&
      subscription.items.data.some(({ price }) => meters.has(price.recurring?.meter ?? '')),
  );
  return other
    ? `its customer ${customerId} has another live subscription on the same meter, ${other.id}: cancel one of them first`
    : undefined;
}

async function migrate(
  stripe: Stripe,
  id: string,
  moves: readonly Move[],
  tax: ReturnType<typeof automaticTax>,
  made: Made,
): Promise<void> {
  const now = await stripe.subscriptions.retrieve(id);
  if (ENDED.includes(now.status)) return;
  const items = itemChanges(now, moves, made);
  if (items.length === 0) return;
  const anchor = await anchorFor(stripe, now, items);
  await createOnce<Stripe.Subscription>(
    `migrate:${fingerprint([id, items, ...(tax.automatic_tax ? ['tax'] : []), ...(anchor.billing_cycle_anchor ? ['anchor'] : [])])}`,
    (idempotencyKey) =>
      // With prorations Stripe bills what was used so far; without them it is lost.
      stripe.subscriptions.update(
        id,
        { items, ...tax, ...anchor, proration_behavior: 'create_prorations' },
        { idempotencyKey },
      ),
    async () => {
      const after = await stripe.subscriptions.retrieve(id);
      return itemChanges(after, moves, made).length === 0 ? after : undefined;
    },
  );
}

/** Flexible billing keeps the old day on another interval unless it is told: see the changes of plan. */
async function anchorFor(
  stripe: Stripe,
  { items: held, status }: Stripe.Subscription,
  items: readonly Stripe.SubscriptionUpdateParams.Item[],
): Promise<Pick<Stripe.SubscriptionUpdateParams, 'billing_cycle_anchor'>> {
  if (status === 'trialing') return {};
  for (const { id, price } of items) {
    const former = held.data.find((item) => item.id === id)?.price;
    if (price === undefined || !former) continue;
    const target = await stripe.prices.retrieve(price);
    if (!hasSameCadence(former, target)) return { billing_cycle_anchor: { type: 'now' } };
  }
  return {};
}

function itemChanges(
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
