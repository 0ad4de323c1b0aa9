import Stripe from 'stripe';
import type { Catalog } from '../../../../catalog/index.js';
import { fingerprint } from '../../../../platform/idempotency/fingerprint.js';
import { automaticTax } from '../automatic-tax.js';
import { hasSameCadence } from '../changes/cadence.js';
import { ensureFlexible } from '../changes/flexible-billing.js';
import { PriceSchedules } from '../changes/price-schedules.js';
import { ENDED_STATUSES, MIGRATION_KEY } from '../subscription-state.js';
import { createOnce } from './keyed-create.js';
import { KeyedOnce } from './keyed-create.js';
import { itemChanges, type Move } from './moves.js';
import type { Made } from './step.js';

type Item = Stripe.SubscriptionUpdateParams.Item;

/** Identifies a scheduled move: another target is another move. */
export const markOf = (id: string, changes: readonly Item[]): string => fingerprint([id, changes]);

/** Moves subscriptions from former prices, all items of one in one request or one phase of a schedule. */
export class SubscriptionMover {
  private readonly once = new KeyedOnce();
  readonly schedules: PriceSchedules;

  constructor(
    private readonly stripe: Stripe,
    private readonly catalog: Catalog,
  ) {
    this.schedules = new PriceSchedules(stripe, this.once);
  }

  /**
   * At the end of the current period: usage until then is billed at the former price, by the period's invoice.
   * @throws {ChangeRefusedError} when Stripe refuses.
   */
  async atPeriodEnd(id: string, moves: readonly Move[], made: Made): Promise<void> {
    const now = await this.stripe.subscriptions.retrieve(id);
    const changes = itemChanges(now, moves, made);
    if (ENDED_STATUSES.includes(now.status) || changes.length === 0) return;
    await ensureFlexible(this.stripe, this.once, `migrate:${id}`, now);
    await this.schedules.schedule(`migrate:${id}`, { key: MIGRATION_KEY, value: markOf(id, changes) }, now, {
      changes,
      periodEnd: periodEndOf(now, changes),
      otherCadence: await this.changesCadence(now, changes),
      metadata: {},
      automaticTax: this.catalog.switches.automaticTax,
    });
  }

  /**
   * At once: Stripe bills usage so far at the former price, and the new one begins.
   * @throws {ChangeRefusedError} when Stripe refuses.
   */
  async now(id: string, moves: readonly Move[], made: Made): Promise<void> {
    const now = await this.stripe.subscriptions.retrieve(id);
    const items = itemChanges(now, moves, made);
    if (ENDED_STATUSES.includes(now.status) || items.length === 0) return;
    await ensureFlexible(this.stripe, this.once, `migrate:${id}`, now);
    await this.cancel(now);
    const tax = automaticTax(this.catalog);
    // Flexible billing keeps the old day when the interval changes, unless an anchor is set. A trial's end sets the anchor.
    const anchored = now.status !== 'trialing' && (await this.changesCadence(now, items));
    await createOnce<Stripe.Subscription>(
      `migrate:${fingerprint([id, items, ...(tax.automatic_tax ? ['tax'] : []), ...(anchored ? ['anchor'] : [])])}`,
      (idempotencyKey) =>
        // With prorations Stripe bills usage so far; without them it is lost.
        this.stripe.subscriptions.update(
          id,
          {
            items,
            ...tax,
            ...(anchored ? { billing_cycle_anchor: { type: 'now' } } : {}),
            proration_behavior: 'create_prorations',
          },
          { idempotencyKey },
        ),
      async () => {
        const after = await this.stripe.subscriptions.retrieve(id);
        return itemChanges(after, moves, made).length === 0 ? after : undefined;
      },
    );
  }

  /** Takes back a scheduled move; schedules made by customers or elsewhere are left unchanged. */
  async cancel(subscription: Stripe.Subscription): Promise<void> {
    await this.schedules.takeBack(`migrate:${subscription.id}`, subscription, MIGRATION_KEY);
    await this.schedules.forget(subscription);
  }

  private async changesCadence({ items: held }: Stripe.Subscription, changes: readonly Item[]) {
    for (const { id, price } of changes) {
      const former = held.data.find((item) => item.id === id)?.price;
      if (price === undefined || !former) continue;
      if (!hasSameCadence(former, await this.stripe.prices.retrieve(price))) return true;
    }
    return false;
  }
}

/** In seconds: of the changed metered item, or the first one. */
export function periodEndOf({ items }: Stripe.Subscription, changes: readonly Item[]): number {
  const changed = items.data.filter((item) => changes.some(({ id }) => id === item.id));
  const item = changed.find(({ price }) => price.recurring?.usage_type === 'metered') ?? changed[0];
  if (!item) throw new Error('nothing is changed');
  return item.current_period_end;
}
