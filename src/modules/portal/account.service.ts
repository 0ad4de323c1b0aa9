import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/database.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { IdempotencyStore, type KeyedRequest } from '../../platform/idempotency/idempotency-store.js';
import type { Principal } from '../../platform/identity/principal.js';
import { type Account, AccountsService, graceEndOf, mayCall } from '../accounts/index.js';
import { SubscriptionChanges } from '../subscriptions/index.js';
import { IdentityMapping } from '../analytics/index.js';
import { RequestBudget } from '../billing/index.js';
import { CardAllowance } from '../ledger/index.js';
import type { AccountDto, ChangePlanDto } from './account.dto.js';

/** A consumer's own account: seen, moved to another plan, cancelled. */
@Injectable()
export class AccountService {
  private readonly graceMs: number;

  constructor(
    private readonly accounts: AccountsService,
    private readonly changes: SubscriptionChanges,
    private readonly mapping: IdentityMapping,
    private readonly allowance: CardAllowance,
    private readonly budget: RequestBudget,
    private readonly idempotency: IdempotencyStore,
    private readonly database: Database,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.graceMs = settings.get('PAST_DUE_GRACE');
  }

  async show(principal: Principal): Promise<AccountDto> {
    const account = await this.accounts.findById(principal.account.accountId);
    if (!account) throw new Error(`the account ${principal.account.accountId} is gone`);
    return this.describe(account);
  }

  /** @throws what `SubscriptionChanges.changePlan` does; `idempotency_key_reused`. */
  async changePlan(
    principal: Principal,
    { plan, when }: ChangePlanDto,
    idempotencyKey?: string,
  ): Promise<AccountDto> {
    const request = { plan, ...(when === undefined ? {} : { when }) };
    return this.once(principal, 'POST /account/plan', request, idempotencyKey, () =>
      this.changes.changePlan(principal.account, plan, when),
    );
  }

  /** @throws what `SubscriptionChanges.keepPlan` does; `idempotency_key_reused`. */
  async keepPlan(principal: Principal, idempotencyKey?: string): Promise<AccountDto> {
    return this.once(principal, 'POST /account/plan/cancel-change', {}, idempotencyKey, () =>
      this.changes.keepPlan(principal.account),
    );
  }

  /** @throws what `SubscriptionChanges.resume` does; `idempotency_key_reused`. */
  async resume(principal: Principal, idempotencyKey?: string): Promise<AccountDto> {
    return this.once(principal, 'POST /account/resume', {}, idempotencyKey, () =>
      this.changes.resume(principal.account),
    );
  }

  /** @throws what `SubscriptionChanges.cancel` does; `idempotency_key_reused`. */
  async cancel(principal: Principal, at: 'now' | 'period_end', idempotencyKey?: string): Promise<AccountDto> {
    return this.once(principal, 'POST /account/cancel', { at }, idempotencyKey, () =>
      this.changes.cancel(principal.account, at),
    );
  }

  /** Makes the change and answers with the account after it; under a key, with that answer again. */
  private async once(
    principal: Principal,
    route: string,
    request: object,
    key: string | undefined,
    change: () => Promise<void>,
  ): Promise<AccountDto> {
    const keyed: KeyedRequest | undefined =
      key === undefined
        ? undefined
        : { scope: `${route} ${principal.customerId}`, key, fingerprint: fingerprint(request) };
    const answered = keyed && (await this.idempotency.begin(keyed));
    if (answered) return answered.body as AccountDto;
    await this.budget.change(principal.account.accountId, change);
    const answer = await this.show(principal);
    if (!keyed) return answer;
    await this.database.run((db) => this.idempotency.answer(db, keyed, { status: 200, body: answer }));
    // Two of the same at once: both get the answer that was stored first.
    return (await this.idempotency.find(keyed))?.body as AccountDto;
  }

  private async describe(account: Account): Promise<AccountDto> {
    const { email, plan, status, customerId, subscriptionId, periodStart: start, periodEnd: end } = account;
    const { trialEnd, cancelAtPeriodEnd, cancelAt, closedAt, paymentMethod } = account;
    const { pendingPlan, pendingAt } = account;
    return {
      email,
      plan,
      status,
      active: mayCall(account, this.clock.ms(), this.graceMs),
      companyId: this.mapping.companyId(account),
      customerId,
      subscriptionId,
      currentPeriod: { start, end },
      trialEnd,
      graceEnd: graceEndOf(account, this.graceMs),
      pendingChange: pendingPlan !== null && pendingAt ? { plan: pendingPlan, at: pendingAt } : null,
      cancelAtPeriodEnd,
      cancelAt,
      closedAt,
      paymentMethod,
      callsWithoutCard: await this.allowance.shown(account),
    };
  }
}
