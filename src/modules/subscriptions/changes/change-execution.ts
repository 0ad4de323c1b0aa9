import { Injectable } from '@nestjs/common';
import { type Account, AccountsService } from '../../accounts/index.js';
import { SubscriptionGateway } from '../subscription-gateway.js';
import { CallPause } from './call-pause.js';
import { ChangeDecision } from './change-decision.js';
import { ChangeShortfall } from './change-shortfall.js';
import { type ChangeIntent, SubscriptionChangeIntents } from './subscription-change-intents.js';
import { type ReportedUsage, UsageSettlement } from '../usage-settlement.js';

/** Carries out changes; repeating any of them gives the same result. */
@Injectable()
export class ChangeExecution {
  constructor(
    private readonly decision: ChangeDecision,
    private readonly intents: SubscriptionChangeIntents,
    private readonly gateway: SubscriptionGateway,
    private readonly usage: UsageSettlement,
    private readonly pause: CallPause,
    private readonly accounts: AccountsService,
    private readonly shortfall: ChangeShortfall,
  ) {}

  /**
   * @returns when a schedule at the provider makes the change, UTC; undefined: it is made.
   * @throws {ChangeRefusedError} {SubscriptionInactiveError} permanently. Anything else: try again.
   */
  async carryOut(intent: ChangeIntent): Promise<Date | undefined> {
    if (intent.kind === 'plan') return this.changePlan(intent);
    if (intent.kind === 'cancel') {
      await this.whilePaused(intent, () => this.gateway.cancel({ ...changeOf(intent), at: 'now' }));
      return undefined;
    }
    if (intent.kind === 'cancel_at_period_end')
      await this.gateway.cancel({ ...changeOf(intent), at: 'period_end' });
    else if (intent.kind === 'resume') await this.gateway.resume(changeOf(intent));
    else await this.gateway.keepPlan(changeOf(intent));
    await this.gateway.refreshAccount(intent.customerId);
    return undefined;
  }

  private async changePlan(intent: ChangeIntent): Promise<Date | undefined> {
    const account = await this.read(intent);
    const { timing, onlyWhileUnused } = await this.decision.decide(intent, account);
    if (intent.timing === null) await this.intents.decide(intent, timing);
    if (timing === 'now') {
      if (await this.atOnce(intent, onlyWhileUnused)) return undefined;
      // Used since the decision: the reason for changing at once is gone.
      this.decision.assertMayWait(intent, account);
      await this.intents.decide(intent, 'period_end');
    }
    const change = changeOf(intent);
    let effective: Date | undefined;
    if (timing === 'stay') {
      await this.gateway.keepPlan(change);
      await this.gateway.resume(change);
    } else
      effective = await this.gateway.schedulePlan({ ...change, plan: this.decision.planOf(intent.plan) });
    await this.gateway.refreshAccount(intent.customerId);
    return effective;
  }

  /** @returns false when it was not made: it was allowed only while nothing was used, and there is usage. */
  private async atOnce(intent: ChangeIntent, onlyWhileUnused: boolean): Promise<boolean> {
    const plan = this.decision.planOf(intent.plan);
    return this.whilePaused(intent, async (reported) => {
      if (onlyWhileUnused && !(await this.isStillUnused(intent))) return false;
      const left = await this.gateway.changePlan({ ...changeOf(intent), plan });
      if (left) this.shortfall.compare(intent, left, reported);
      return true;
    });
  }

  /** An earlier try may have made the change, with calls at the new price since: then the account is on the plan. */
  private async isStillUnused(intent: ChangeIntent): Promise<boolean> {
    await this.gateway.refreshAccount(intent.customerId);
    const account = await this.read(intent);
    return account.plan === intent.plan || !(await this.decision.hasUsed(account));
  }

  /**
   * Usage is reported before calls wait, so that they wait only for the rest: each is billed at the price at which it
   * was made.
   */
  private async whilePaused<T>(
    intent: ChangeIntent,
    work: (reported: ReportedUsage[]) => Promise<T>,
  ): Promise<T> {
    await this.usage.settleAhead(intent.customerId);
    return this.pause.during(intent, async (renew) => {
      const reported = await this.usage.settle(intent.customerId);
      await renew();
      const result = await work(reported);
      await this.gateway.refreshAccount(intent.customerId);
      return result;
    });
  }

  private async read({ accountId }: ChangeIntent): Promise<Account> {
    const account = await this.accounts.findById(accountId);
    if (!account) throw new Error(`the account ${accountId} is gone`);
    return account;
  }
}

const changeOf = ({ id, subscriptionId }: ChangeIntent) => ({ changeId: id, subscriptionId });
