import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog, type Plan } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';
import {
  type Cancellation,
  ChangeRefusedError,
  type LeftUsage,
  type PlanChange,
  type SubscriptionChange,
} from '../../subscriptions/index.js';
import { BillingUnavailableError } from '../ports/billing-errors.js';
import { AccountSync } from './account-sync.js';
import { automaticTax } from './automatic-tax.js';
import { hasSameCadence, meteredItem } from './changes/cadence.js';
import { ensureFlexible } from './changes/flexible-billing.js';
import { LeftPrice } from './changes/left-price.js';
import { PriceSchedules } from './changes/price-schedules.js';
import { waitForCustomer } from '../customer-lock.js';
import { planItems } from './plan-items.js';
import { refusing } from './refusing.js';
import { expectObject, translateStripeError } from './stripe-errors.js';
import { StripePrices } from './stripe-prices.js';
import { type StripeWrite, StripeWrites } from './stripe-writes.js';
import { hasEnded } from './subscription-choice.js';
import { CHANGE_KEY, PLAN_KEY, SET_ASIDE_KEY } from './subscription-state.js';

/** The holder of the customer's lock makes two requests to Stripe, and fetches changed invoices. */
const LOCK_WAIT_MS = 10_000;

type UpdateParams = Stripe.SubscriptionUpdateParams;

/**
 * Changes subscriptions at Stripe, each change once: the change sets its id on the subscription, which shows a later
 * try that it was made, at any later time; during the lifetime of an idempotency key, the key protects as well.
 */
@Injectable()
export class StripeSubscriptionChanges {
  private readonly feeKeys: ReadonlySet<string>;
  private readonly schedules: PriceSchedules;

  constructor(
    private readonly stripe: Stripe,
    private readonly writes: StripeWrites,
    private readonly prices: StripePrices,
    private readonly database: Database,
    private readonly sync: AccountSync,
    private readonly catalog: Catalog,
  ) {
    this.feeKeys = new Set(catalog.plans.flatMap(({ baseFee }) => (baseFee ? [baseFee.lookupKey] : [])));
    this.schedules = new PriceSchedules(stripe, writes);
  }

  async changePlan({ changeId, subscriptionId, plan }: PlanChange): Promise<LeftUsage | undefined> {
    return this.translated(changeId, async () => {
      const subscription = await this.retrieve(subscriptionId);
      if (isMadeBy(changeId, subscription)) {
        // Made by an earlier try whose answer was lost: its result can no longer be found.
        await this.writes.abandon(operationOf(changeId));
        return undefined;
      }
      const { items, usage } = await this.itemsOf(subscription, plan);
      if (items.length > 0)
        await ensureFlexible(this.stripe, this.writes, operationOf(changeId), subscription);
      await this.schedules.takeBack(operationOf(changeId), subscription);
      const left = await LeftPrice.before(this.stripe, subscription, items);
      await this.make(changeId, subscriptionId, async (now) => ({
        ...(items.length > 0 ? { items, ...automaticTax(this.catalog) } : {}),
        ...resumption(now),
        ...anchorFor(now, usage),
        metadata: { [PLAN_KEY]: plan.id, ...(now.metadata[SET_ASIDE_KEY] ? { [SET_ASIDE_KEY]: '' } : {}) },
      }));
      return left?.after();
    });
  }

  async schedulePlan({ changeId, subscriptionId, plan }: PlanChange): Promise<Date> {
    return this.translated(changeId, async () => {
      await this.takeCancellationBack(`${changeId}:resume`, subscriptionId);
      const subscription = await this.retrieve(subscriptionId);
      const { items, usage } = await this.itemsOf(subscription, plan);
      const item = meteredItem(subscription.items.data, usage);
      if (!item) throw new Error(`subscription ${subscriptionId} has no metered item`);
      await ensureFlexible(this.stripe, this.writes, operationOf(changeId), subscription);
      return this.schedules.schedule(
        operationOf(changeId),
        { key: CHANGE_KEY, value: changeId },
        subscription,
        {
          changes: items,
          periodEnd: item.current_period_end,
          otherCadence: !hasSameCadence(item.price, usage),
          metadata: { [PLAN_KEY]: plan.id, [CHANGE_KEY]: changeId },
          automaticTax: this.catalog.switches.automaticTax,
        },
      );
    });
  }

  async keepPlan({ changeId, subscriptionId }: SubscriptionChange): Promise<void> {
    await this.translated(changeId, async () => {
      // A new price of the same plan is the operator's, scheduled from the command line.
      await this.schedules.takeBack(operationOf(changeId), await this.retrieve(subscriptionId), CHANGE_KEY);
      await this.schedules.restore(operationOf(changeId), await this.retrieve(subscriptionId));
    });
  }

  async resume({ changeId, subscriptionId }: SubscriptionChange): Promise<void> {
    await this.translated(changeId, async () => {
      await this.takeCancellationBack(changeId, subscriptionId);
      await this.schedules.restore(operationOf(changeId), await this.retrieve(subscriptionId));
    });
  }

  async cancel({ changeId, subscriptionId, at }: Cancellation): Promise<void> {
    await this.translated(changeId, async () => {
      if (at === 'now') {
        // An advance payment is not refunded: the period was bought.
        const params: Stripe.SubscriptionCancelParams = { invoice_now: true, prorate: false };
        await this.perform(changeId, subscriptionId, hasEnded, async () => params, {
          send: (sent, options) => this.stripe.subscriptions.cancel(subscriptionId, sent, options),
        });
        return;
      }
      // While a schedule manages a subscription, its end is the schedule's.
      await this.schedules.setAside(operationOf(changeId), await this.retrieve(subscriptionId));
      await this.make(changeId, subscriptionId, async (subscription) =>
        endsWithPeriod(subscription) || hasEnded(subscription) ? undefined : { cancel_at_period_end: true },
      );
    });
  }

  async refreshAccount(customerId: string): Promise<void> {
    // No `slowTransaction`, although Stripe is asked: the caller holds a connection of that pool already.
    await this.database.transaction(async (tx) => {
      if (!(await waitForCustomer(tx, customerId, LOCK_WAIT_MS)))
        throw new BillingUnavailableError(new Error(`the lock of ${customerId} was not to be had`));
      await this.sync.refresh(tx, customerId);
    });
  }

  private async itemsOf(
    subscription: Stripe.Subscription,
    plan: Plan,
  ): Promise<{ items: Stripe.SubscriptionUpdateParams.Item[]; usage: Stripe.Price }> {
    const [usageId, baseFee] = [await this.prices.idOf(plan), await this.prices.baseFeeOf(plan)];
    const usage = expectObject(await this.stripe.prices.retrieve(usageId), 'price') as Stripe.Price;
    return { items: planItems(subscription.items.data, { usage, baseFee }, this.feeKeys), usage };
  }

  private takeCancellationBack(changeId: string, subscriptionId: string): Promise<void> {
    return this.make(changeId, subscriptionId, async (subscription) => {
      const params = hasEnded(subscription) ? {} : resumption(subscription);
      return Object.keys(params).length === 0 ? undefined : params;
    });
  }

  /** @param paramsOf the changes; `undefined`: none. */
  private async make(
    changeId: string,
    subscriptionId: string,
    paramsOf: (subscription: Stripe.Subscription) => Promise<UpdateParams | undefined>,
  ): Promise<void> {
    const marked = async (subscription: Stripe.Subscription) => {
      const params = await paramsOf(subscription);
      return params && { ...params, metadata: { ...params.metadata, [CHANGE_KEY]: changeId } };
    };
    await this.perform(changeId, subscriptionId, (subscription) => isMadeBy(changeId, subscription), marked, {
      send: (params, options) => this.stripe.subscriptions.update(subscriptionId, params, options),
    });
  }

  private async perform<P extends object>(
    changeId: string,
    subscriptionId: string,
    isMade: (subscription: Stripe.Subscription) => boolean,
    paramsOf: (subscription: Stripe.Subscription) => Promise<P | undefined>,
    { send }: { send(params: P, options: Stripe.RequestOptions): Promise<Stripe.Subscription> },
  ): Promise<void> {
    const operation = operationOf(changeId);
    const now = await this.retrieve(subscriptionId);
    const params = isMade(now) ? undefined : await paramsOf(now);
    if (params) {
      const write: StripeWrite<P, Stripe.Subscription> = {
        operation,
        params: () => params,
        create: async (frozen, idempotencyKey) =>
          expectObject(await refusing(send(frozen, { idempotencyKey })), 'subscription'),
        find: async () => {
          const found = await this.retrieve(subscriptionId);
          return isMade(found) ? found : undefined;
        },
        retrieve: (id) => this.retrieve(id),
      };
      await this.writes.perform(write);
    }
    await this.writes.abandon(operation);
  }

  private async translated<T>(changeId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // Permanently refused: another request starts again, with the subscription's state by then.
      if (error instanceof ChangeRefusedError) await this.writes.abandon(operationOf(changeId));
      throw translateStripeError(error);
    }
  }

  private async retrieve(subscriptionId: string): Promise<Stripe.Subscription> {
    return expectObject(
      await refusing(this.stripe.subscriptions.retrieve(subscriptionId)),
      'subscription',
    ) as Stripe.Subscription;
  }
}

const operationOf = (changeId: string): string => `change:${changeId}`;

const isMadeBy = (changeId: string, { metadata }: Stripe.Subscription): boolean =>
  metadata[CHANGE_KEY] === changeId;

/** Flexible billing's own pages set only `cancel_at`: both mean that it ends with the period. */
function endsWithPeriod({ cancel_at: at, cancel_at_period_end: flag, items }: Stripe.Subscription): boolean {
  const end = items.data[0]?.current_period_end;
  return flag || (at !== null && end !== undefined && at <= end);
}

function resumption({ cancel_at: at, cancel_at_period_end: flag }: Stripe.Subscription): UpdateParams {
  if (flag) return { cancel_at_period_end: false };
  return at === null ? {} : { cancel_at: '' };
}

/**
 * "Flexible billing mode only resets your billing cycle anchor … when you explicitly set `billing_cycle_anchor`"
 * (docs.stripe.com/billing/subscriptions/billing-mode/compare): without it, monthly to yearly would charge nothing
 * until the old anchor recurs. After a trial, its end is the anchor.
 */
function anchorFor({ items, status }: Stripe.Subscription, usage: Stripe.Price): UpdateParams {
  const item = meteredItem(items.data, usage);
  if (!item || status === 'trialing' || hasSameCadence(item.price, usage)) return {};
  return { billing_cycle_anchor: { type: 'now' } };
}
