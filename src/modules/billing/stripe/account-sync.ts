import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Sql } from '../../../platform/database/database.js';
import type { PaymentMethodState } from '../../../platform/identity/principal.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { type Account, type AccountBilling, AccountsService } from '../../accounts/index.js';
import { type MeteredSubscription, ScheduledChanges, UsagePeriods } from '../../subscriptions/index.js';
import { pendingChangeOf, type PendingChange } from './changes/pending-change.js';
import { isClassic } from './changes/flexible-billing.js';
import { meteredSubscription } from './metered-subscription.js';
import { PaymentMethods } from './payment-methods.js';
import { expectObject, translateStripeError } from './stripe-errors.js';
import { chooseSubscription, collectionPauseOf, hasEnded } from './subscription-choice.js';
import { dateOf, describeItem, planOfItem, readStatus } from './subscription-state.js';

const PAGE = 100;
/** Fields that do not apply to a subscription that has ended. */
const ENDED = {
  pastDueSince: null,
  cancelAt: null,
  cancelAtPeriodEnd: false,
  pendingPlan: null,
  pendingAt: null,
  surplusItems: [],
  collectionPaused: null,
};

/** Stripe's current state of a customer: for the account, and for the items that bill its usage. */
interface Seen {
  billing: AccountBilling;
  metered: MeteredSubscription;
}

/**
 * Writes Stripe's current state of a customer into the account. Called under the customer's lock, in the transaction of
 * which the lock is part: a later fetch is written later, so an older state never overwrites a newer one. More than one
 * live subscription is reported to the operator.
 *
 * A customer unknown to Stripe is not a deleted one: the key belongs to another account or mode, for example. Then
 * nothing is written, as a wrong key would block all customers.
 */
@Injectable()
export class AccountSync {
  private readonly log: Log;
  private readonly doubles;

  constructor(
    private readonly stripe: Stripe,
    private readonly accounts: AccountsService,
    private readonly periods: UsagePeriods,
    private readonly scheduled: ScheduledChanges,
    private readonly catalog: Catalog,
    private readonly paymentMethods: PaymentMethods,
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.named('billing');
    this.doubles = metrics.counter(
      'subscriptions_ambiguous_total',
      'Times a customer was found with more than one live subscription.',
    );
    metrics.gauge(
      'accounts_doubly_metered',
      'Accounts with more than one live subscription item on a meter.',
      () => this.accounts.countDoublyMetered(),
    );
    metrics.gauge(
      'accounts_collection_paused',
      'Accounts whose invoices are not collected, as that is paused at Stripe: their calls go on.',
      () => this.accounts.countCollectionPaused(),
    );
  }

  /**
   * @returns false when no account has this customer.
   * @throws {BillingUnavailableError} when Stripe cannot be asked.
   */
  async refresh(tx: Sql, customerId: string): Promise<boolean> {
    const account = await this.accounts.lockByCustomer(tx, customerId);
    if (!account) return false;
    const scheduled = await this.scheduled.of(tx, account.accountId);
    const { billing, metered } = await this.fetch(account);
    await this.accounts.applyBilling(tx, customerId, billing);
    await this.scheduled.follow(tx, scheduled, billing);
    await this.periods.record(tx, customerId, metered, () => this.clock.now());
    return true;
  }

  private async fetch(account: Account): Promise<Seen> {
    const { subscriptionId } = account;
    const gone: MeteredSubscription = { subscriptionId, endedAt: this.clock.now(), items: [] };
    try {
      const customer = expectObject(await this.stripe.customers.retrieve(account.customerId), 'customer');
      if (customer.deleted) return { billing: this.closed(account), metered: gone };
      const { counts, live, surplusItems } = chooseSubscription(await this.all(account.customerId), account);
      if (live.length > 1 || surplusItems.length > 0)
        this.tellOfDoubles(account.customerId, live, surplusItems);
      if (counts)
        return {
          billing: this.describe(
            account,
            counts,
            surplusItems,
            await pendingChangeOf(this.stripe, this.catalog, counts),
            await this.paymentMethods.of(counts, customer),
          ),
          metered: meteredSubscription(counts),
        };
      return { billing: { ...account, ...ENDED, status: 'canceled' }, metered: gone };
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** A deleted customer cannot be restored, at Stripe or here. */
  private closed(account: Account): AccountBilling {
    if (account.closedAt === null)
      this.log.warn('A customer was deleted in Stripe: the account is closed.', {
        account: account.accountId,
        customer: account.customerId,
      });
    return { ...account, ...ENDED, status: 'canceled', closedAt: account.closedAt ?? this.clock.now() };
  }

  private async all(customer: string): Promise<Stripe.Subscription[]> {
    const all: Stripe.Subscription[] = [];
    for await (const subscription of this.stripe.subscriptions.list({ customer, status: 'all', limit: PAGE }))
      all.push(subscription);
    return all;
  }

  private tellOfDoubles(customer: string, subscriptions: string[], surplusItems: string[]): void {
    this.doubles.inc();
    this.log.warn(
      surplusItems.length > 0
        ? 'A customer has more than one live subscription item on a meter: usage may be billed on each. Cancel all but one in Stripe; until then the oldest subscription of ours counts.'
        : 'A customer has more than one live subscription. The oldest of ours counts.',
      { customer, subscriptions, surplusItems },
    );
  }

  private describe(
    account: Account,
    subscription: Stripe.Subscription,
    surplusItems: string[],
    pending: PendingChange | undefined,
    paymentMethod: PaymentMethodState,
  ): AccountBilling {
    const status = readStatus(subscription.status);
    const item = describeItem(subscription);
    const { priceId, periodStart, periodEnd } = item;
    const plan = planOfItem(this.catalog, item);
    if (subscription.id !== account.subscriptionId && isClassic(subscription))
      this.log.warn(
        "A subscription that was made in Stripe is in Stripe's classic billing mode, in which usage before a change of price is not billed. It is migrated to the flexible one before its next change of plan.",
        { customer: account.customerId, subscription: subscription.id },
      );
    if (!plan)
      this.log.warn(
        'A subscription is on a price that is not in the catalog. The account keeps the plan it had.',
        { customer: account.customerId, subscription: subscription.id, price: priceId },
      );
    return {
      subscriptionId: subscription.id,
      status,
      plan: plan?.id ?? account.plan,
      periodStart,
      periodEnd,
      // Since we first saw it: Stripe does not report when.
      pastDueSince: status === 'past_due' ? (account.pastDueSince ?? this.clock.now()) : null,
      trialEnd: dateOf(subscription.trial_end),
      cancelAt: hasEnded(subscription) ? null : dateOf(subscription.cancel_at),
      // Stripe's portal sets only `cancel_at` in the flexible billing mode.
      cancelAtPeriodEnd:
        !hasEnded(subscription) &&
        (subscription.cancel_at_period_end || subscription.cancel_at === periodEnd.getTime() / 1_000),
      pendingPlan: pending?.plan ?? null,
      pendingAt: pending?.at ?? null,
      closedAt: account.closedAt,
      surplusItems,
      paymentMethod,
      collectionPaused: collectionPauseOf(subscription),
    };
  }
}
