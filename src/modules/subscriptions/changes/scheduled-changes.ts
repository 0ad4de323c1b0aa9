import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';
import type { Sql } from '../../../platform/database/database.js';
import { subscriptionChanges } from './subscription-changes.tables.js';

/** A change of plan that a schedule at the provider is to make. */
export interface ScheduledChange {
  id: string;
  plan: string | null;
}

/** Tracks the outcome of scheduled changes: made, or released before, by us or in the provider's dashboard. */
@Injectable()
export class ScheduledChanges {
  /** Must be read before the provider is asked: later schedules are not in its answer. */
  async of(tx: Sql, accountId: string): Promise<ScheduledChange[]> {
    return tx
      .select({ id: subscriptionChanges.id, plan: subscriptionChanges.plan })
      .from(subscriptionChanges)
      .where(and(eq(subscriptionChanges.accountId, accountId), eq(subscriptionChanges.outcome, 'scheduled')));
  }

  /** @param seen the account's current plan, and the one that a schedule changes it to. */
  async follow(
    tx: Sql,
    scheduled: readonly ScheduledChange[],
    seen: { plan: string; pendingPlan: string | null },
  ): Promise<void> {
    const gone = scheduled.filter(({ plan }) => plan !== seen.pendingPlan);
    await this.end(
      tx,
      gone.filter(({ plan }) => plan === seen.plan),
      'done',
    );
    await this.end(
      tx,
      gone.filter(({ plan }) => plan !== seen.plan),
      'withdrawn',
    );
  }

  private async end(
    tx: Sql,
    changes: readonly ScheduledChange[],
    outcome: 'done' | 'withdrawn',
  ): Promise<void> {
    if (changes.length === 0) return;
    await tx
      .update(subscriptionChanges)
      .set({ outcome })
      .where(
        and(
          inArray(
            subscriptionChanges.id,
            changes.map(({ id }) => id),
          ),
          eq(subscriptionChanges.outcome, 'scheduled'),
        ),
      );
  }
}
