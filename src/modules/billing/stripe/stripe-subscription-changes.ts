import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalogue } from '../../../catalogue/index.js';
import { Database } from '../../../platform/database/database.js';
import { BillingUnavailableError, ChangeRefusedError } from '../billing-errors.js';
import type { Cancellation, PlanChange } from '../billing-gateway.js';
import { AccountSync } from './account-sync.js';
import { automaticTax, lacksTaxLocation } from './automatic-tax.js';
import { waitForCustomer } from './customer-lock.js';
import { planItems } from './plan-items.js';
import { expectObject, translateStripeError } from './stripe-errors.js';
import { StripePrices } from './stripe-prices.js';
import { type StripeWrite, StripeWrites } from './stripe-writes.js';
import { hasEnded } from './subscription-choice.js';
import { CHANGE_KEY, PLAN_KEY } from './subscription-state.js';

/** Whoever holds the customer's lock asks Stripe two things. */
const LOCK_WAIT_MS = 10_000;

/**
 * Changes subscriptions at Stripe, each change once: the change leaves its id on the subscription, by which a later try
 * sees that it was made, however long ago; within the life of an idempotency key, the key protects as well.
 */
@Injectable()
export class StripeSubscriptionChanges {
  private readonly feeKeys: ReadonlySet<string>;

  constructor(
    private readonly stripe: Stripe,
    private readonly writes: StripeWrites,
    private readonly prices: StripePrices,
    private readonly database: Database,
    private readonly sync: AccountSync,
    private readonly catalogue: Catalogue,
  ) {
    this.feeKeys = new Set(catalogue.plans.flatMap(({ baseFee }) => (baseFee ? [baseFee.lookupKey] : [])));
  }

  async changePlan({ changeId, subscriptionId, plan }: PlanChange): Promise<void> {
    await this.make(changeId, subscriptionId, async (subscription) => {
      const [usageId, baseFee] = [await this.prices.idOf(plan), await this.prices.baseFeeOf(plan)];
      const usage = expectObject(await this.stripe.prices.retrieve(usageId), 'price') as Stripe.Price;
      const items = planItems(subscription.items.data, { usage, baseFee }, this.feeKeys);
      return items.length === 0
        ? undefined
        : { items, ...automaticTax(this.catalogue), metadata: { [PLAN_KEY]: plan.id } };
    });
  }

  async cancel({ changeId, subscriptionId, at }: Cancellation): Promise<void> {
    if (at === 'now') {
      // What was paid ahead is not given back: the period was bought.
      const params: Stripe.SubscriptionCancelParams = { invoice_now: true, prorate: false };
      await this.perform(changeId, subscriptionId, hasEnded, async () => params, {
        send: (sent, options) => this.stripe.subscriptions.cancel(subscriptionId, sent, options),
      });
      return;
    }
    await this.make(changeId, subscriptionId, async (subscription) =>
      subscription.cancel_at_period_end || hasEnded(subscription)
        ? undefined
        : { cancel_at_period_end: true },
    );
  }

  async refreshAccount(customerId: string): Promise<void> {
    // No slow one, although Stripe is asked: whoever changes holds a connection of those already.
    await this.database.transaction(async (sql) => {
      if (!(await waitForCustomer(sql, customerId, LOCK_WAIT_MS)))
        throw new BillingUnavailableError(new Error(`the lock of ${customerId} was not to be had`));
      await this.sync.refresh(sql, customerId);
    });
  }

  /** @param paramsOf what is to be changed; `undefined`: nothing. */
  private async make(
    changeId: string,
    subscriptionId: string,
    paramsOf: (subscription: Stripe.Subscription) => Promise<Stripe.SubscriptionUpdateParams | undefined>,
  ): Promise<void> {
    const isMade = ({ metadata }: Stripe.Subscription): boolean => metadata[CHANGE_KEY] === changeId;
    const marked = async (subscription: Stripe.Subscription) => {
      const params = await paramsOf(subscription);
      return params && { ...params, metadata: { ...params.metadata, [CHANGE_KEY]: changeId } };
    };
    await this.perform(changeId, subscriptionId, isMade, marked, {
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
    const operation = `change:${changeId}`;
    try {
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
    } catch (error) {
      // Refused for good: another request begins anew, with what the subscription is by then.
      if (error instanceof ChangeRefusedError) await this.writes.abandon(operation);
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

/** What Stripe says no to for good, in our words. */
async function refusing<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError)
      throw new ChangeRefusedError('The payment was declined. Use another payment method.', error);
    if (lacksTaxLocation(error))
      throw new ChangeRefusedError(
        'The tax cannot be worked out: your billing address is missing or not recognised. Ask us to add it, then try again.',
        error,
      );
    // A 409 is of another request that works on the same subscription.
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409)
      throw new ChangeRefusedError('The billing service does not allow this change.', error);
    throw error;
  }
}
