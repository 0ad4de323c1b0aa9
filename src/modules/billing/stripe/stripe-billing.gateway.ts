import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type {
  AccountOrder,
  BillingGateway,
  Cancellation,
  OpenedAccount,
  PlanChange,
} from '../billing-gateway.js';
import { CustomerRefusedError } from '../billing-errors.js';
import { expectObject } from './stripe-errors.js';
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
  ) {}

  async openAccount(order: AccountOrder): Promise<OpenedAccount> {
    const customerWrite = this.customerWrite(order);
    let customer: Stripe.Customer;
    try {
      customer = await this.writes.perform(customerWrite);
    } catch (error) {
      // Nothing was made: the person may come again with another email.
      if (error instanceof CustomerRefusedError) await this.writes.abandon(customerWrite.operation);
      throw error;
    }
    const subscription = await this.writes.perform(this.subscriptionWrite(order, customer.id));
    return describeSubscription(customer.id, subscription);
  }

  changePlan(change: PlanChange): Promise<void> {
    return this.changes.changePlan(change);
  }

  cancel(cancellation: Cancellation): Promise<void> {
    return this.changes.cancel(cancellation);
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

  private subscriptionWrite(
    order: AccountOrder,
    customerId: string,
  ): StripeWrite<Stripe.SubscriptionCreateParams, Stripe.Subscription> {
    return {
      operation: `subscription:${order.accountId}`,
      params: async () => ({
        customer: customerId,
        items: [{ price: await this.prices.idOf(order.plan) }],
        metadata: { [ACCOUNT_KEY]: order.accountId, [PLAN_KEY]: order.plan.id },
      }),
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

function describeSubscription(customerId: string, subscription: Stripe.Subscription): OpenedAccount {
  const { periodStart, periodEnd } = describeItem(subscription);
  return {
    customerId,
    subscriptionId: subscription.id,
    status: readStatus(subscription.status),
    periodStart,
    periodEnd,
    trialEnd: dateOf(subscription.trial_end),
  };
}
