import { Injectable } from '@nestjs/common';
import { Catalog, type Plan, reasonsToWait } from '../../../catalog/index.js';
import type { Account } from '../../accounts/index.js';
import { ChangeRefusedError } from '../subscription-errors.js';
import type { ChangeIntent, ChangeTiming } from './subscription-change-intents.js';
import { UsageSettlement } from '../usage-settlement.js';

/** The decision about a change of plan. */
interface Decision {
  timing: ChangeTiming;
  /** Made at once only because nothing was used: to be checked again while calls wait. */
  onlyWhileUnused: boolean;
}

/** Decides when a change of plan takes effect: at once only where it costs what was used and promised. */
@Injectable()
export class ChangeDecision {
  constructor(
    private readonly catalog: Catalog,
    private readonly usage: UsageSettlement,
  ) {}

  /**
   * @param intent of kind `plan`.
   * @throws {ChangeRefusedError} when it was asked for now and has to wait.
   */
  async decide({ plan: wanted, askedWhen, timing }: ChangeIntent, account: Account): Promise<Decision> {
    // Decided by an earlier try, and perhaps already made.
    if (timing === 'period_end' || timing === 'stay') return { timing, onlyWhileUnused: false };
    const plan = this.planOf(wanted);
    if (timing === 'now')
      return {
        timing,
        onlyWhileUnused: account.plan !== plan.id && this.reasons(plan, account, false).length > 0,
      };
    if (account.plan === plan.id) return { timing: 'stay', onlyWhileUnused: false };
    if (askedWhen === 'period_end') return { timing: 'period_end', onlyWhileUnused: false };
    const whenUsed = this.reasons(plan, account, false);
    if (whenUsed.length === 0) return { timing: 'now', onlyWhileUnused: false };
    if (this.reasons(plan, account, true).length === 0 && !(await this.hasUsed(account)))
      return { timing: 'now', onlyWhileUnused: true };
    if (askedWhen === 'now') throw this.refusal(plan, whenUsed, account);
    return { timing: 'period_end', onlyWhileUnused: false };
  }

  /** @throws {ChangeRefusedError} when it was asked for now, and something was used meanwhile. */
  assertMayWait({ plan: wanted, askedWhen }: ChangeIntent, account: Account): void {
    if (askedWhen === 'now')
      throw this.refusal(this.planOf(wanted), this.reasons(this.planOf(wanted), account, false), account);
  }

  /** Whether something was used in the account's current period. */
  hasUsed({ customerId, periodStart }: Account): Promise<boolean> {
    return this.usage.hasUsed(customerId, periodStart);
  }

  /** @throws {ChangeRefusedError} when the plan is gone. */
  planOf(wanted: string | null): Plan {
    const plan = this.catalog.plans.find(({ id }) => id === wanted);
    if (!plan) throw new ChangeRefusedError('The plan is not on offer any more.');
    return plan;
  }

  private reasons(plan: Plan, account: Account, unused: boolean): string[] {
    const from = this.catalog.plans.find(({ id }) => id === account.plan);
    // A plan that is no longer offered: its price is not known.
    if (!from) return ['replaces a plan that is no longer offered'];
    return reasonsToWait(from, plan, this.catalog, { trialing: account.status === 'trialing', unused });
  }

  private refusal(plan: Plan, reasons: readonly string[], { periodEnd }: Account): ChangeRefusedError {
    return new ChangeRefusedError(
      `The plan "${plan.product.name}" cannot begin in the middle of a billing period: it ${inWords(reasons)}. ` +
        `Send "when": "period_end", and it begins at ${periodEnd.toISOString()}.`,
    );
  }
}

function inWords(reasons: readonly string[]): string {
  return reasons.length < 2 ? reasons.join('') : `${reasons.slice(0, -1).join(', ')} and ${reasons.at(-1)}`;
}
