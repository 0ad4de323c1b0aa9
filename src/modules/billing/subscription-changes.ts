import { Injectable } from '@nestjs/common';
import { Catalogue } from '../../catalogue/index.js';
import { Database } from '../../platform/database/database.js';
import type { AccountState } from '../../platform/identity/principal.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { Log } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { type Account, AccountsService, AccountView, SubscriptionInactiveError } from '../accounts/index.js';
import { ChangeBusyError, ChangeRefusedError, UnknownPlanError } from './billing-errors.js';
import { BillingGateway } from './billing-gateway.js';
import {
  type ChangeIntent,
  SubscriptionChangeIntents,
  type WantedChange,
} from './subscription-change-intents.js';
import { CallPause } from './call-pause.js';
import { UsageSettlement } from './usage-settlement.js';

/** How long a request waits for another one that works on the same account. */
const WAIT_MS = 10_000;
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/**
 * The story of a change: intent, calls paused, usage settled, the provider told, account state, calls going on. It only goes forward; stopped
 * anywhere, the same request or the sweep finishes it, with the same keys. Changes of one account are made one after
 * the other, in the order in which they were asked for.
 */
@Injectable()
export class SubscriptionChanges {
  private readonly log: Log;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly intents: SubscriptionChangeIntents,
    private readonly gateway: BillingGateway,
    private readonly usage: UsageSettlement,
    private readonly pause: CallPause,
    private readonly accounts: AccountsService,
    private readonly view: AccountView,
    private readonly database: Database,
    metrics: Metrics,
    sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('billing');
    sweep.register('billing.subscription-changes', () => this.finishDue());
    metrics.gauge('subscription_changes_pending', 'Changes of subscriptions begun and not finished.', () =>
      this.intents.pending(),
    );
  }

  /**
   * Moves the account to another plan; changes nothing when it is on it.
   * @throws {UnknownPlanError} {SubscriptionInactiveError} {ChangeRefusedError} nothing was changed.
   * @throws {BillingUnavailableError} the provider is away; the intent is kept and finished later.
   */
  async changePlan(account: AccountState, plan: string): Promise<void> {
    const known = this.catalogue.plans.map(({ id }) => id);
    if (!known.includes(plan)) throw new UnknownPlanError(known);
    await this.make(account, { kind: 'plan', plan });
  }

  /**
   * Ends the subscription: now, with an invoice of what was used, or with the period. Changes nothing when it has
   * ended, or is going to.
   * @throws {ChangeRefusedError} {BillingUnavailableError} as above.
   */
  async cancel(account: AccountState, at: 'now' | 'period_end'): Promise<void> {
    await this.make(account, { kind: at === 'now' ? 'cancel' : 'cancel_at_period_end' });
  }

  private async make({ accountId, customerId }: AccountState, wanted: WantedChange): Promise<void> {
    const done = await this.database.withLock(lockOf(accountId), WAIT_MS, async () => {
      const open = await this.intents.open(accountId);
      const account = await this.read(accountId);
      if (open.length === 0) {
        if (isSo(account, wanted)) return;
        if (wanted.kind === 'plan') assertChangeable(account);
      }
      const last = open.at(-1);
      const mine = last && isFor(last, wanted) ? last : await this.intents.add(account, wanted);
      for (const intent of open) if (intent !== mine) await this.finish(intent, { quietly: true });
      await this.finish(mine);
    });
    if (!done) throw new ChangeBusyError();
    await this.view.catchUp(customerId);
  }

  /** @param quietly a refusal is written down and not thrown: it is for whoever asked for that change. */
  private async finish(intent: ChangeIntent, { quietly = false } = {}): Promise<void> {
    const { accountId, customerId, kind, plan } = intent;
    try {
      await this.carryOut(intent);
      await this.intents.end(intent, 'done');
      this.log.info('A subscription was changed.', { account: accountId, customer: customerId, kind, plan });
    } catch (error) {
      if (error instanceof ChangeRefusedError || error instanceof SubscriptionInactiveError) {
        await this.intents.end(intent, 'refused');
        this.log.warn('A change of a subscription was refused.', { account: accountId, kind, plan }, error);
        if (quietly) return;
      } else await this.intents.postpone(intent);
      throw error;
    }
  }

  private async carryOut(intent: ChangeIntent): Promise<void> {
    const { id: changeId, customerId, subscriptionId } = intent;
    if (intent.kind === 'cancel_at_period_end') {
      await this.gateway.cancel({ changeId, subscriptionId, at: 'period_end' });
      await this.gateway.refreshAccount(customerId);
      return;
    }
    // Calls wait meanwhile: each is billed at the price at which it was made.
    await this.pause.during(intent, async (renew) => {
      await this.usage.settle(customerId);
      await renew();
      if (intent.kind === 'cancel') await this.gateway.cancel({ changeId, subscriptionId, at: 'now' });
      else await this.gateway.changePlan({ changeId, subscriptionId, plan: this.planOf(intent) });
      await this.gateway.refreshAccount(customerId);
    });
  }

  private planOf({ plan: wanted }: ChangeIntent) {
    const plan = this.catalogue.plans.find(({ id }) => id === wanted);
    if (!plan) throw new ChangeRefusedError('The plan is not on offer any more.');
    return plan;
  }

  private async read(accountId: string): Promise<Account> {
    const account = await this.accounts.findById(accountId);
    if (!account) throw new Error(`the account ${accountId} is gone`);
    return account;
  }

  private async finishDue(): Promise<void> {
    for (const accountId of await this.intents.dueAccounts()) {
      try {
        await this.database.withLock(lockOf(accountId), 0, async () => {
          for (const intent of await this.intents.open(accountId))
            await this.finish(intent, { quietly: true });
        });
      } catch (error) {
        this.log.warn('A change of a subscription could not be finished yet.', { account: accountId }, error);
      }
    }
  }
}

const lockOf = (accountId: string): string => `subscription-changes:${accountId}`;

function isFor(intent: ChangeIntent, wanted: WantedChange): boolean {
  return intent.kind === wanted.kind && (wanted.kind !== 'plan' || intent.plan === wanted.plan);
}

/** Whether the account is as wanted already. */
function isSo(account: Account, wanted: WantedChange): boolean {
  if (wanted.kind === 'plan') return account.plan === wanted.plan && !hasEnded(account);
  if (hasEnded(account)) return true;
  return wanted.kind === 'cancel_at_period_end' && account.cancelAtPeriodEnd;
}

function hasEnded({ status, closedAt }: AccountState): boolean {
  return closedAt !== null || ENDED.includes(status);
}

/** @throws {SubscriptionInactiveError} unless it has begun and not ended. */
function assertChangeable(account: AccountState): void {
  if (hasEnded(account) || account.status === 'incomplete') throw new SubscriptionInactiveError(account);
}
