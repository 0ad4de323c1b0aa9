import { Injectable, type OnModuleInit } from '@nestjs/common';
import { and, asc, eq, isNull, lte, ne, or } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/database.js';
import { forget } from '../../../platform/database/forget.js';
import { newId } from '../../../platform/ids/ids.js';
import type { AccountState } from '../../../platform/identity/principal.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { WorkTable } from '../../../platform/jobs/work-table.js';
import { subscriptionChanges } from './subscription-changes.tables.js';

export type ChangeIntent = typeof subscriptionChanges.$inferSelect;

/** The change that a customer requests. */
export type WantedChange =
  | { kind: 'plan'; plan: string; when?: 'now' | 'period_end' | undefined }
  | { kind: 'keep_plan' | 'cancel' | 'cancel_at_period_end' | 'resume' };

/** How a change of plan is made. `stay`: it is the current plan, and scheduled changes are taken back. */
export type ChangeTiming = 'now' | 'period_end' | 'stay';

/** The request itself has this long before the sweep takes over. */
const FIRST_SWEEP_MS = 60_000;
const LAST_RETRY_MS = 10 * 60_000;

/** Subscription changes in progress, in the database. */
@Injectable()
export class SubscriptionChangeIntents extends WorkTable<typeof subscriptionChanges> implements OnModuleInit {
  constructor(
    database: Database,
    clock: Clock,
    private readonly settings: Settings,
    private readonly sweep: Sweep,
  ) {
    super(database, clock, subscriptionChanges, {
      open: isNull(subscriptionChanges.endedAt),
      firstRetryMs: FIRST_SWEEP_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  onModuleInit(): void {
    this.sweep.register('billing.forget-changes', () => this.forgetOld());
  }

  async add(account: AccountState, wanted: WantedChange): Promise<ChangeIntent> {
    const { accountId, customerId, subscriptionId } = account;
    const now = this.clock.now();
    const rows = await this.database.run((db) =>
      db
        .insert(subscriptionChanges)
        .values({
          id: newId(),
          accountId,
          customerId,
          subscriptionId,
          kind: wanted.kind,
          plan: wanted.kind === 'plan' ? wanted.plan : null,
          askedWhen: (wanted.kind === 'plan' ? wanted.when : null) ?? null,
          requestedAt: now,
          nextAttemptAt: new Date(now.getTime() + FIRST_SWEEP_MS),
        })
        .returning(),
    );
    const [row] = rows;
    if (!row) throw new Error('the intent was not written');
    return row;
  }

  /** Those of an account that are neither done nor refused, in the order of the requests. */
  async open(accountId: string): Promise<ChangeIntent[]> {
    return this.database.run((db) =>
      db
        .select()
        .from(subscriptionChanges)
        .where(and(eq(subscriptionChanges.accountId, accountId), isNull(subscriptionChanges.endedAt)))
        .orderBy(asc(subscriptionChanges.requestedAt), asc(subscriptionChanges.id)),
    );
  }

  /** Written before anything is done for it: a later try does the same. */
  async decide({ id }: ChangeIntent, timing: ChangeTiming): Promise<void> {
    await this.database.run((db) =>
      db.update(subscriptionChanges).set({ timing }).where(eq(subscriptionChanges.id, id)),
    );
  }

  /** The provider makes the change at that time. It replaces any earlier schedule. */
  async schedule({ id, accountId }: ChangeIntent, effectiveAt: Date): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx
        .update(subscriptionChanges)
        .set({ outcome: 'withdrawn' })
        .where(
          and(eq(subscriptionChanges.accountId, accountId), eq(subscriptionChanges.outcome, 'scheduled')),
        );
      await tx
        .update(subscriptionChanges)
        .set({ endedAt: this.clock.now(), outcome: 'scheduled', effectiveAt })
        .where(eq(subscriptionChanges.id, id));
    });
  }

  async end({ id }: ChangeIntent, outcome: 'done' | 'refused'): Promise<void> {
    await this.database.run((db) =>
      db
        .update(subscriptionChanges)
        .set({ endedAt: this.clock.now(), outcome })
        .where(eq(subscriptionChanges.id, id)),
    );
  }

  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.ms() - this.settings.get('LEDGER_RETENTION'));
    const { endedAt, outcome } = subscriptionChanges;
    const old = and(lte(endedAt, before), or(isNull(outcome), ne(outcome, 'scheduled')));
    await forget(this.database, subscriptionChanges, old);
  }

  /** Accounts with a change that no request has finished. */
  async dueAccounts(): Promise<string[]> {
    return [...new Set((await this.listDue()).map(({ accountId }) => accountId))];
  }
}
