import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog } from '../../../catalog/index.js';
import {
  type Cancellation,
  ChangeRefusedError,
  type LeftUsage,
  type PlanChange,
  type SubscriptionChange,
} from '../../subscriptions/index.js';
import type { AccountOrder, BillingGateway, OpenedAccount } from '../ports/billing-gateway.js';
import { CustomerRefusedError } from '../ports/billing-errors.js';
import { automaticTax } from './automatic-tax.js';
import { OpenInvoiceCollection } from './open-invoice-collection.js';
import { PaymentMethods } from './payment-methods.js';
import { expectObject } from './stripe-errors.js';
import { TrialUses } from '../trials/trial-uses.js';
import { StripePrices } from './stripe-prices.js';
import { StripeSubscriptionChanges } from './stripe-subscription-changes.js';
import { type StripeWrite, StripeWrites } from './stripe-writes.js';
import { ACCOUNT_KEY, dateOf, describeItem, PLAN_KEY, readStatus } from './subscription-state.js';

const PAGE = 100;

@Injectable()
export class StripeBillingGateway implements BillingGateway {
  constructor(
    private readonly stripe: Stripe,
    private readonly writes: StripeWrites,
    private readonly prices: StripePrices,
    private readonly changes: StripeSubscriptionChanges,
    private readonly catalog: Catalog,
    private readonly collection: OpenInvoiceCollection,
    private readonly trials: TrialUses,
    private readonly paymentMethods: PaymentMethods,
  ) {}

  async openAccount(order: AccountOrder): Promise<OpenedAccount> {
    const customerWrite = this.customerWrite(order);
    let customer: Stripe.Customer;
    try {
      customer = await this.writes.perform(customerWrite);
    } catch (error) {
      // Nothing was created: the customer may try again with another email.
      if (error instanceof CustomerRefusedError) await this.writes.abandon(customerWrite.operation);
      throw error;
    }
    const subscription = await this.subscribe(order, customer.id);
    if (subscription.status === 'trialing') await this.trials.take(order, subscription.id);
    const { periodStart, periodEnd } = describeItem(subscription);
    return {
      customerId: customer.id,
      subscriptionId: subscription.id,
      status: readStatus(subscription.status),
      periodStart,
      periodEnd,
      trialEnd: dateOf(subscription.trial_end),
      paymentMethod: await this.paymentMethods.of(subscription, customer),
    };
  }

  private async subscribe(order: AccountOrder, customerId: string): Promise<Stripe.Subscription> {
    const write = this.subscriptionWrite(order, customerId);
    try {
      return await this.writes.perform(write);
    } catch (error) {
      if (!refusesPrice(error)) throw error;
      // `catalog apply` has replaced the price that was frozen, or that is cached here.
      this.prices.forget(order.plan);
      await this.writes.refreeze(write);
      return this.writes.perform(write);
    }
  }

  changePlan(change: PlanChange): Promise<LeftUsage | undefined> {
    return this.changes.changePlan(change);
  }

  schedulePlan(change: PlanChange): Promise<Date> {
    return this.changes.schedulePlan(change);
  }

  keepPlan(change: SubscriptionChange): Promise<void> {
    return this.changes.keepPlan(change);
  }

  resume(change: SubscriptionChange): Promise<void> {
    return this.changes.resume(change);
  }

  async cancel(cancellation: Cancellation): Promise<void> {
    if (cancellation.at !== 'now') return this.changes.cancel(cancellation);
    const { subscriptionId } = cancellation;
    await this.collection.prepare(subscriptionId);
    try {
      await this.changes.cancel(cancellation);
    } catch (error) {
      if (error instanceof ChangeRefusedError) await this.collection.forget(subscriptionId);
      throw error;
    }
    await this.collection.resume(subscriptionId);
  }

  refreshAccount(customerId: string): Promise<void> {
    return this.changes.refreshAccount(customerId);
  }

  private customerWrite(order: AccountOrder): StripeWrite<Stripe.CustomerCreateParams, Stripe.Customer> {
    return {
      operation: `customer:${order.accountId}`,
      params: () => ({
        email: order.email,
        name: `${order.firstname} ${order.lastname}`,
        description: `Customer of ${order.plan.product.name}`,
        metadata: { [ACCOUNT_KEY]: order.accountId },
      }),
      create: async (params, idempotencyKey) =>
        expectObject(await this.stripe.customers.create(params, { idempotencyKey }), 'customer'),
      find: async ({ email }) => {
        for await (const customer of this.stripe.customers.list({
          ...(email ? { email } : {}),
          limit: PAGE,
        })) {
          if (customer.metadata[ACCOUNT_KEY] === order.accountId) return customer;
        }
        return undefined;
      },
      retrieve: async (id) => {
        const customer = expectObject(await this.stripe.customers.retrieve(id), 'customer');
        if (customer.deleted)
          throw new Error(`customer ${id} was deleted in Stripe while its registration was being finished`);
        return customer;
      },
    };
  }

  private async subscriptionParams(
    { plan, accountId, email }: AccountOrder,
    customer: string,
  ): Promise<Stripe.SubscriptionCreateParams> {
    const { trialDays } = plan;
    const hasTrial = trialDays !== undefined && (await this.trials.mayOffer({ email }));
    const [usage, baseFee] = [await this.prices.idOf(plan), await this.prices.baseFeeOf(plan)];
    return {
      customer,
      items: [{ price: usage }, ...(baseFee === undefined ? [] : [{ price: baseFee, quantity: 1 }])],
      ...(hasTrial ? { trial_period_days: trialDays } : {}),
      // The amount due now may be paid later: without this, Stripe refuses customers without a payment method.
      ...(baseFee !== undefined && !hasTrial ? { payment_behavior: 'default_incomplete' as const } : {}),
      ...automaticTax(this.catalog),
      metadata: { [ACCOUNT_KEY]: accountId, [PLAN_KEY]: plan.id },
    };
  }

  private subscriptionWrite(
    order: AccountOrder,
    customerId: string,
  ): StripeWrite<Stripe.SubscriptionCreateParams, Stripe.Subscription> {
    return {
      operation: `subscription:${order.accountId}`,
      params: () => this.subscriptionParams(order, customerId),
      create: async (params, idempotencyKey) =>
        expectObject(await this.stripe.subscriptions.create(params, { idempotencyKey }), 'subscription'),
      find: async () => {
        for await (const subscription of this.stripe.subscriptions.list({
          customer: customerId,
          status: 'all',
          limit: PAGE,
        })) {
          if (subscription.metadata[ACCOUNT_KEY] === order.accountId) return subscription;
        }
        return undefined;
      },
      retrieve: async (id) => expectObject(await this.stripe.subscriptions.retrieve(id), 'subscription'),
    };
  }
}

/** Whether Stripe refused a request because of one of its prices, and so created nothing. */
function refusesPrice(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Stripe.errors.StripeInvalidRequestError)
      return /^items\[\d+\]\[price\]$/.test(cause.param ?? '');
  return false;
}
