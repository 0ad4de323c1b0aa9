import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalogue } from '../../../catalogue/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Sql } from '../../../platform/database/database.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import {
  type AccountBilling,
  AccountsService,
  type MeteredSubscription,
  UsagePeriods,
} from '../../accounts/index.js';
import { meteredSubscription } from './metered-subscription.js';
import { ACCOUNT_KEY, describeItem, planOfItem, readStatus } from './subscription-state.js';
import { expectObject, translateStripeError } from './stripe-errors.js';

const PAGE = 100;
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** What Stripe says of a customer now: for the account, and for what its use is billed on. */
interface Seen {
  billing: AccountBilling;
  metered: MeteredSubscription;
}

/**
 * Writes what Stripe says of a customer now into the account. Called under the customer's lock, in the transaction of
 * which the lock is part: whoever fetches later writes later, so an older state never overwrites a newer one.
 *
 * Which subscription counts, when there are several: the oldest live one that we made for the account; else the oldest
 * live one; else, when none is live, the one that the account had. More than one live one is told to the operator.
 */
@Injectable()
export class AccountSync {
  private readonly log: Log;
  private readonly doubles;

  constructor(
    private readonly stripe: Stripe,
    private readonly accounts: AccountsService,
    private readonly periods: UsagePeriods,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('billing');
    this.doubles = metrics.counter(
      'subscriptions_ambiguous_total',
      'Times a customer was found with more than one live subscription.',
    );
  }

  /**
   * @returns false when no account has this customer.
   * @throws {BillingUnavailableError} when Stripe cannot be asked.
   */
  async refresh(sql: Sql, customerId: string): Promise<boolean> {
    const account = await this.accounts.lockByCustomer(sql, customerId);
    if (!account) return false;
    const { billing, metered } = await this.fetch(account);
    await this.accounts.applyBilling(sql, customerId, billing);
    await this.periods.record(sql, customerId, metered, this.clock.now());
    return true;
  }

  private async fetch(account: AccountBilling & { accountId: string; customerId: string }): Promise<Seen> {
    const gone = (): Seen => ({
      billing: { ...account, status: 'canceled', pastDueSince: null },
      metered: { subscriptionId: account.subscriptionId, endedAt: this.clock.now(), items: [] },
    });
    try {
      const customer = expectObject(await this.stripe.customers.retrieve(account.customerId), 'customer');
      if (customer.deleted) return gone();
      const subscription = await this.choose(account);
      if (!subscription) return gone();
      return { billing: this.describe(account, subscription), metered: meteredSubscription(subscription) };
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        return gone();
      throw translateStripeError(error);
    }
  }

  private async choose(account: {
    accountId: string;
    customerId: string;
    subscriptionId: string;
  }): Promise<Stripe.Subscription | undefined> {
    const all: Stripe.Subscription[] = [];
    for await (const subscription of this.stripe.subscriptions.list({
      customer: account.customerId,
      status: 'all',
      limit: PAGE,
    }))
      all.push(subscription);
    const live = all
      .filter(({ status }) => !ENDED.includes(status))
      .toSorted((one, other) => one.created - other.created);
    if (live.length > 1) {
      this.doubles.inc();
      this.log.warn(
        'A customer has more than one live subscription: usage of one meter may be billed on each. Cancel all but one in Stripe; until then the oldest of ours counts.',
        { customer: account.customerId, subscriptions: live.map(({ id }) => id) },
      );
    }
    return (
      live.find(({ metadata }) => metadata[ACCOUNT_KEY] === account.accountId) ??
      live[0] ??
      all.find(({ id }) => id === account.subscriptionId)
    );
  }

  private describe(
    account: AccountBilling & { customerId: string },
    subscription: Stripe.Subscription,
  ): AccountBilling {
    const status = readStatus(subscription.status);
    const item = describeItem(subscription);
    const { priceId, periodStart, periodEnd } = item;
    const plan = planOfItem(this.catalogue, item);
    if (!plan)
      this.log.warn(
        'A subscription is on a price that the catalogue does not know. The account keeps the plan it had.',
        { customer: account.customerId, subscription: subscription.id, price: priceId },
      );
    return {
      subscriptionId: subscription.id,
      status,
      plan: plan?.id ?? account.plan,
      periodStart,
      periodEnd,
      // Since we first saw it: Stripe does not say.
      pastDueSince: status === 'past_due' ? (account.pastDueSince ?? this.clock.now()) : null,
    };
  }
}
