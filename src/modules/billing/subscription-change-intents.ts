import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { retryDelay } from '../../platform/jobs/backoff.js';
import { newId } from '../../platform/ids/ids.js';
import type { AccountState } from '../../platform/identity/principal.js';
import { subscriptionChanges } from './subscription-changes.tables.js';

export type ChangeIntent = typeof subscriptionChanges.$inferSelect;

/** What a customer wants of the subscription. */
export type WantedChange =
  | { kind: 'plan'; plan: string; when?: 'now' | 'period_end' | undefined }
  | { kind: 'keep_plan' | 'cancel' | 'cancel_at_period_end' | 'resume' };

/** How a change of plan is made. `stay`: it is the current plan, and what is scheduled is taken back. */
export type ChangeTiming = 'now' | 'period_end' | 'stay';

/** The request itself has this long before the sweep takes part. */
const FIRST_SWEEP_MS = 60_000;
const LAST_RETRY_MS = 10 * 60_000;
const DUE_BATCH = 100;

/** Changes of subscriptions on their way, in the database. */
@Injectable()
export class SubscriptionChangeIntents {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async add(account: AccountState, wanted: WantedChange): Promise<ChangeIntent> {
    const { accountId, customerId, subscriptionId } = account;
    const now = this.clock.now();
    const rows = await this.database.run((sql) =>
      sql
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

  /** Those of an account that are neither done nor refused, in the order in which they were asked for. */
  async open(accountId: string): Promise<ChangeIntent[]> {
    return this.database.run((sql) =>
      sql
        .select()
        .from(subscriptionChanges)
        .where(and(eq(subscriptionChanges.accountId, accountId), isNull(subscriptionChanges.endedAt)))
        .orderBy(asc(subscriptionChanges.requestedAt), asc(subscriptionChanges.id)),
    );
  }

  /** Written before anything is done for it: a later try does the same. */
  async decide({ id }: ChangeIntent, timing: ChangeTiming): Promise<void> {
    await this.database.run((sql) =>
      sql.update(subscriptionChanges).set({ timing }).where(eq(subscriptionChanges.id, id)),
    );
  }

  /** The provider makes it at that time. What was scheduled before is replaced by it. */
  async schedule({ id, accountId }: ChangeIntent, effectiveAt: Date): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql
        .update(subscriptionChanges)
        .set({ outcome: 'withdrawn' })
        .where(
          and(eq(subscriptionChanges.accountId, accountId), eq(subscriptionChanges.outcome, 'scheduled')),
        );
      await sql
        .update(subscriptionChanges)
        .set({ endedAt: this.clock.now(), outcome: 'scheduled', effectiveAt })
        .where(eq(subscriptionChanges.id, id));
    });
  }

  async end({ id }: ChangeIntent, outcome: 'done' | 'refused'): Promise<void> {
    await this.database.run((sql) =>
      sql
        .update(subscriptionChanges)
        .set({ endedAt: this.clock.now(), outcome })
        .where(eq(subscriptionChanges.id, id)),
    );
  }

  async postpone(intent: ChangeIntent): Promise<void> {
    const attempts = intent.attempts + 1;
    const wait = retryDelay(intent.attempts, FIRST_SWEEP_MS, LAST_RETRY_MS);
    await this.database.run((sql) =>
      sql
        .update(subscriptionChanges)
        .set({ attempts, nextAttemptAt: new Date(this.clock.ms() + wait) })
        .where(eq(subscriptionChanges.id, intent.id)),
    );
  }

  /** Accounts with a change that no request has finished. */
  async dueAccounts(): Promise<string[]> {
    const rows = await this.database.run((sql) =>
      sql
        .selectDistinct({ accountId: subscriptionChanges.accountId })
        .from(subscriptionChanges)
        .where(
          and(isNull(subscriptionChanges.endedAt), lte(subscriptionChanges.nextAttemptAt, this.clock.now())),
        )
        .limit(DUE_BATCH),
    );
    return rows.map(({ accountId }) => accountId);
  }

  async pending(): Promise<number> {
    return this.database.run((sql) => sql.$count(subscriptionChanges, isNull(subscriptionChanges.endedAt)));
  }
}
