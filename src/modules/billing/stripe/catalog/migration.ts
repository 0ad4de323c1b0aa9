import Stripe from 'stripe';
import { type Catalog, comparePlans } from '../../../../catalog/index.js';
import { ChangeRefusedError } from '../../../subscriptions/index.js';
import type { CatalogChange, StartsAnew } from '../../ports/catalog-sync.js';
import { lacksTaxLocation } from '../automatic-tax.js';
import { attachedPending } from '../changes/price-schedules.js';
import { CHANGE_KEY, ENDED_STATUSES, MIGRATION_KEY, SET_ASIDE_KEY } from '../subscription-state.js';
import type { AccountState } from './account-state.js';
import { allPages } from '../stripe-client.js';
import type { PriceComparison } from './compare-prices.js';
import { markOf, periodEndOf, SubscriptionMover } from './moved-subscription.js';
import { itemChanges, type Move, movesOf } from './moves.js';
import type { Made, Step } from './step.js';
import type { WantedPrice } from './wanted-prices.js';

const PAGE = 100;

/** How a run of the command line migrates the subscribers of former prices. */
export interface Migration {
  steps: Step[];
  /** Plans whose allowances, tiers and the like start again in the middle of subscribers' periods. */
  startsAnew: StartsAnew[];
}

interface Comparison {
  stripe: Stripe;
  mover: SubscriptionMover;
  moves: readonly Move[];
  made: Made;
  now: boolean;
}

/**
 * Moves subscriptions from former prices to their replacements: when their periods end, or at once. At no moment are
 * there two live items on one meter, or none. A subscription created without today's base fee does not get one. Changes
 * of plan scheduled by customers, and schedules made elsewhere, are left unchanged.
 */
export async function compareSubscriptions(
  stripe: Stripe,
  catalog: Catalog,
  state: AccountState,
  { wanted, prices, made }: { wanted: readonly WantedPrice[]; prices: PriceComparison; made: Made },
  now: boolean,
): Promise<Migration> {
  const moves = movesOf(state, wanted, prices);
  const mover = new SubscriptionMover(stripe, catalog);
  const found = new Map<string, Stripe.Subscription>();
  for (const { former } of moves)
    for (const subscription of await allPages(stripe.subscriptions.list({ price: former, limit: PAGE })))
      if (!ENDED_STATUSES.includes(subscription.status)) found.set(subscription.id, subscription);
  const steps: Step[] = [];
  const movedNow = new Map<string, number>();
  for (const subscription of found.values()) {
    const step = await compareOne({ stripe, mover, moves, made, now }, subscription);
    steps.push(step);
    if (now && step.change.action === 'migrate') countPlans(movedNow, subscription, moves);
  }
  // The file was reverted: moves scheduled for its last version must not happen.
  const stale = await scheduledMoves(stripe, (id) => !found.has(id));
  return {
    steps: [...steps, ...stale.map((schedule) => takeBack(stripe, mover, schedule))],
    startsAnew: startsAnewOf(catalog, movedNow),
  };
}

/** Takes back every scheduled move. */
export async function cancelMigrations(stripe: Stripe, catalog: Catalog): Promise<Step[]> {
  const mover = new SubscriptionMover(stripe, catalog);
  return (await scheduledMoves(stripe, () => true)).map((schedule) => takeBack(stripe, mover, schedule));
}

function countPlans(
  counts: Map<string, number>,
  { items, status }: Stripe.Subscription,
  moves: readonly Move[],
): void {
  // In a trial nothing is charged.
  if (status === 'trialing') return;
  const plans = moves
    .filter(({ former, meter }) => meter !== null && items.data.some(({ price }) => price.id === former))
    .map(({ plan }) => plan);
  for (const plan of new Set(plans)) counts.set(plan, (counts.get(plan) ?? 0) + 1);
}

function startsAnewOf(catalog: Catalog, counts: ReadonlyMap<string, number>): StartsAnew[] {
  return catalog.plans.flatMap((plan) => {
    const subscribers = counts.get(plan.id) ?? 0;
    const reasons = comparePlans(plan, plan, catalog).startsAnew;
    return subscribers === 0 || reasons.length === 0 ? [] : [{ plan: plan.id, subscribers, reasons }];
  });
}

async function compareOne(comparison: Comparison, subscription: Stripe.Subscription): Promise<Step> {
  const { mover, moves, made, now } = comparison;
  const { id } = subscription;
  const changes = itemChanges(subscription, moves, made);
  const own = subscription.items.data.flatMap(
    ({ price }) => moves.find(({ former }) => former === price.id) ?? [],
  );
  const at = new Date(periodEndOf(subscription, changes) * 1_000).toISOString();
  const change: CatalogChange = {
    kind: 'subscription',
    name: id,
    action: 'migrate',
    id,
    differences: own.map(({ former }) => ({ what: 'price', from: former, to: 'that of the file' })),
  };
  const pending = await attachedPending(comparison.stripe, subscription);
  const isKnown = own.every(({ isToBeMade }) => !isToBeMade);
  if (!now && isKnown && pending?.metadata?.[MIGRATION_KEY] === markOf(id, changes))
    return { change: { ...change, action: 'pending', message: `takes effect at ${at}` } };
  const message =
    reasonBySchedule(pending) ??
    (now ? undefined : reasonByEnd(subscription, changes)) ??
    (await reasonByMeter(comparison, subscription));
  if (message !== undefined) return { change: { ...change, action: 'refuse', message } };
  return {
    change: { ...change, message: now ? 'takes effect at once' : `takes effect at ${at}` },
    perform: (present) => mover[now ? 'now' : 'atPeriodEnd'](id, moves, present),
    noteInstead: (error) => noteOf(id, error),
  };
}

function noteOf(id: string, error: unknown): string | undefined {
  const cause = error instanceof ChangeRefusedError ? error.cause : error;
  if (lacksTaxLocation(cause))
    return `subscription ${id} stays on its former price: Stripe cannot work out its tax, as its customer has no address that Stripe Tax recognises. Add one in Stripe, then run apply --migrate again.`;
  if (!(error instanceof ChangeRefusedError)) return undefined;
  const said = cause instanceof Error ? cause.message : error.message;
  return `subscription ${id} stays on its former price: Stripe refused to move it (${said}).`;
}

/** An interrupted run may also leave a schedule that only renews the subscription: Stripe reports which kind it is. */
function reasonBySchedule(pending: Stripe.SubscriptionSchedule | undefined): string | undefined {
  if (!pending || pending.metadata?.[MIGRATION_KEY] !== undefined) return undefined;
  if (pending.metadata?.[CHANGE_KEY] !== undefined)
    return 'its customer has scheduled a change of plan, which stays: run apply --migrate again after it';
  return pending.phases.length > 1
    ? `the schedule ${pending.id}, made in Stripe, manages it: release that first`
    : undefined;
}

function reasonByEnd(
  { cancel_at: end }: Stripe.Subscription,
  changes: readonly Stripe.SubscriptionUpdateParams.Item[],
): string | undefined {
  if (end === null || changes.length === 0) return undefined;
  return `it is to end at ${new Date(end * 1_000).toISOString()}, which a schedule would undo: it stays on its price until then`;
}

async function reasonByMeter(
  { stripe, moves }: Comparison,
  { id, customer }: Stripe.Subscription,
): Promise<string | undefined> {
  const customerId = typeof customer === 'string' ? customer : customer.id;
  const theirs = await allPages(stripe.subscriptions.list({ customer: customerId, limit: PAGE }));
  const meters = new Set(moves.map(({ meter }) => meter).filter((meter) => meter !== null));
  const other = theirs.find(
    (subscription) =>
      subscription.id !== id &&
      !ENDED_STATUSES.includes(subscription.status) &&
      subscription.items.data.some(({ price }) => meters.has(price.recurring?.meter ?? '')),
  );
  return other
    ? `its customer ${customerId} has another live subscription on the same meter, ${other.id}: cancel one of them first`
    : undefined;
}

interface ScheduledMove {
  subscriptionId: string;
  at: string;
}

/** Includes moves that a customer's change has put aside, and that are restored when it is taken back. */
async function scheduledMoves(stripe: Stripe, wanted: (id: string) => boolean): Promise<ScheduledMove[]> {
  const schedules = await allPages(stripe.subscriptionSchedules.list({ limit: PAGE }));
  const moves: ScheduledMove[] = [];
  for (const schedule of schedules) {
    const { metadata, status, phases, current_phase: current } = schedule;
    const id = idOf(schedule.subscription ?? schedule.released_subscription);
    const last = phases.at(-1)?.start_date ?? 0;
    if (metadata?.[MIGRATION_KEY] === undefined || !id || !wanted(id)) continue;
    const isPending = status === 'active' && current !== null && current.start_date < last;
    const isAside = status === 'released' && phases.length > 1 && (await isSetAside(stripe, id, schedule.id));
    if (isPending || isAside) moves.push({ subscriptionId: id, at: new Date(last * 1_000).toISOString() });
  }
  return moves;
}

async function isSetAside(stripe: Stripe, id: string, scheduleId: string): Promise<boolean> {
  const { metadata, status } = await stripe.subscriptions.retrieve(id);
  return metadata[SET_ASIDE_KEY] === scheduleId && !ENDED_STATUSES.includes(status);
}

const idOf = (object: string | { id: string } | null): string | undefined =>
  typeof object === 'string' ? object : object?.id;

function takeBack(stripe: Stripe, mover: SubscriptionMover, { subscriptionId: id, at }: ScheduledMove): Step {
  const differences = [{ what: 'scheduled price', from: at, to: '-' }];
  return {
    change: { kind: 'subscription', name: id, action: 'change', id, differences },
    perform: async () => mover.cancel(await stripe.subscriptions.retrieve(id)),
  };
}
