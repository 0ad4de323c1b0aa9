import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../../../catalog/index.js';
import { Database } from '../../../platform/database/database.js';
import type { AccountState } from '../../../platform/identity/principal.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Log } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import {
  type Account,
  AccountsService,
  AccountView,
  SubscriptionInactiveError,
} from '../../accounts/index.js';
import { ChangeBusyError, ChangeRefusedError, UnknownPlanError } from '../subscription-errors.js';
import { ChangeExecution } from './change-execution.js';
import {
  type ChangeIntent,
  SubscriptionChangeIntents,
  type WantedChange,
} from './subscription-change-intents.js';

/** How long a request waits for another one on the same account. */
const WAIT_MS = 10_000;
const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/**
 * The steps of a change: intent, usage reported, calls paused, provider changed, account state, calls resumed; or a
 * schedule at the provider, which makes the change at the end of the period. It only moves forward; after an
 * interruption, the same request or the sweep finishes it, with the same keys. Changes of one account are made one at a
 * time, in the order of the requests.
 */
@Injectable()
export class SubscriptionChanges implements OnModuleInit {
  private readonly log: Log;

  constructor(
    private readonly catalog: Catalog,
    private readonly intents: SubscriptionChangeIntents,
    private readonly execution: ChangeExecution,
    private readonly accounts: AccountsService,
    private readonly view: AccountView,
    private readonly database: Database,
    metrics: Metrics,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('billing');
    metrics.gauge('subscription_changes_pending', 'Changes of subscriptions begun and not finished.', () =>
      this.intents.pending(),
    );
  }

  onModuleInit(): void {
    this.sweep.register('billing.subscription-changes', () => this.finishDue());
  }

  /**
   * Moves the account to another plan: at once, or at the end of the period. A scheduled change or cancellation is
   * taken back by it; nothing is changed when the account is on the plan and nothing is scheduled.
   * @param when absent: at once for an upgrade in which nothing would start anew, else at the end of the period.
   * @throws {UnknownPlanError} {SubscriptionInactiveError} {ChangeRefusedError} nothing was changed.
   * @throws {BillingUnavailableError} the provider cannot be reached; the intent is kept and finished later.
   */
  async changePlan(account: AccountState, plan: string, when?: 'now' | 'period_end'): Promise<void> {
    const known = this.catalog.plans.map(({ id }) => id);
    if (!known.includes(plan)) throw new UnknownPlanError(known);
    await this.make(account, { kind: 'plan', plan, when });
  }

  /** Takes a scheduled change of plan back; without one nothing is changed. @throws as `changePlan`. */
  async keepPlan(account: AccountState): Promise<void> {
    await this.make(account, { kind: 'keep_plan' });
  }

  /** Takes a scheduled cancellation back; without one nothing is changed. @throws as `changePlan`. */
  async resume(account: AccountState): Promise<void> {
    await this.make(account, { kind: 'resume' });
  }

  /**
   * Ends the subscription: now, with an invoice for its usage, or with the period. Changes nothing when it has ended,
   * or is scheduled to end.
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
        if (wanted.kind === 'plan' || wanted.kind === 'resume') assertChangeable(account);
      }
      const last = open.at(-1);
      const mine = last && isFor(last, wanted) ? last : await this.intents.add(account, wanted);
      for (const intent of open) if (intent !== mine) await this.finish(intent, { quietly: true });
      await this.finish(mine);
    });
    if (!done) throw new ChangeBusyError();
    await this.view.catchUp(customerId);
  }

  /** @param quietly a refusal is recorded and not thrown: it belongs to the request for that change. */
  private async finish(intent: ChangeIntent, { quietly = false } = {}): Promise<void> {
    const { accountId, customerId, kind, plan } = intent;
    try {
      const scheduledFor = await this.execution.carryOut(intent);
      if (scheduledFor) await this.intents.schedule(intent, scheduledFor);
      else await this.intents.end(intent, 'done');
      this.log.info(
        scheduledFor ? 'A change of a subscription was scheduled.' : 'A subscription was changed.',
        {
          account: accountId,
          customer: customerId,
          kind,
          plan,
          ...(scheduledFor ? { at: scheduledFor.toISOString() } : {}),
        },
      );
    } catch (error) {
      if (error instanceof ChangeRefusedError || error instanceof SubscriptionInactiveError) {
        await this.intents.end(intent, 'refused');
        this.log.warn('A change of a subscription was refused.', { account: accountId, kind, plan }, error);
        if (quietly) return;
      } else await this.intents.postpone(intent);
      throw error;
    }
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
  if (intent.kind !== wanted.kind) return false;
  if (wanted.kind !== 'plan') return true;
  return intent.plan === wanted.plan && (wanted.when === undefined || intent.askedWhen === wanted.when);
}

/** Whether the account already is as wanted. */
function isSo(account: Account, wanted: WantedChange): boolean {
  if (wanted.kind === 'keep_plan') return !hasPendingChange(account);
  if (wanted.kind === 'resume') return account.cancelAt === null && !hasEnded(account);
  if (wanted.kind === 'plan') {
    if (hasEnded(account)) return false;
    if (account.plan === wanted.plan) return account.cancelAt === null && !hasPendingChange(account);
    return wanted.when === 'period_end' && account.pendingPlan === wanted.plan && account.cancelAt === null;
  }
  if (hasEnded(account)) return true;
  // Flexible billing sets only a time; an earlier one is kept.
  return wanted.kind === 'cancel_at_period_end' && (account.cancelAtPeriodEnd || endsWithPeriod(account));
}

/** To another plan. A scheduled new price of the same plan is the operator's. */
const hasPendingChange = ({ plan, pendingPlan }: Account): boolean =>
  pendingPlan !== null && pendingPlan !== plan;

const endsWithPeriod = ({ cancelAt, periodEnd }: Account): boolean =>
  cancelAt !== null && cancelAt <= periodEnd;

function hasEnded({ status, closedAt }: AccountState): boolean {
  return closedAt !== null || ENDED.includes(status);
}

/** @throws {SubscriptionInactiveError} unless it has begun and not ended. */
function assertChangeable(account: AccountState): void {
  if (hasEnded(account) || account.status === 'incomplete') throw new SubscriptionInactiveError(account);
}
