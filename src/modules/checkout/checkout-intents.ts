import { Injectable } from '@nestjs/common';
import { and, eq, isNull } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { newId } from '../../platform/ids/ids.js';
import { WorkTable } from '../../platform/jobs/work-table.js';
import { checkouts } from './checkouts.tables.js';

export type CheckoutIntent = typeof checkouts.$inferSelect;

/** The returning browser has this long before the sweep takes part. */
const FIRST_SWEEP_MS = 60_000;
const LAST_RETRY_MS = 10 * 60_000;

/** Payments that are to become accounts, in the database. */
@Injectable()
export class CheckoutIntents extends WorkTable<typeof checkouts> {
  constructor(database: Database, clock: Clock) {
    super(database, clock, checkouts, {
      open: isNull(checkouts.completedAt),
      firstRetryMs: FIRST_SWEEP_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  /** Writes the intent unless the session has one. @returns the one that is stored. */
  async open(sessionId: string, reference: string): Promise<CheckoutIntent> {
    const now = this.clock.now();
    await this.database.run((db) =>
      db
        .insert(checkouts)
        .values({
          id: newId(),
          sessionId,
          reference,
          createdAt: now,
          nextAttemptAt: new Date(now.getTime() + FIRST_SWEEP_MS),
        })
        .onConflictDoNothing({ target: checkouts.sessionId }),
    );
    const row = await this.findBySession(sessionId);
    if (!row) throw new Error('a checkout that was written down is gone');
    return row;
  }

  async findBySession(sessionId: string): Promise<CheckoutIntent | undefined> {
    return this.find(eq(checkouts.sessionId, sessionId));
  }

  async findById(id: string): Promise<CheckoutIntent | undefined> {
    return this.find(eq(checkouts.id, id));
  }

  /** @param needsProof whether the account's owner has yet to prove that it is theirs */
  async markCompleted(tx: Sql, id: string, accountId: string, needsProof: boolean): Promise<void> {
    await tx
      .update(checkouts)
      .set({ accountId, completedAt: this.clock.now(), needsProof: needsProof ? 'open' : null })
      .where(eq(checkouts.id, id));
  }

  async markProven(tx: Sql, id: string): Promise<void> {
    await tx.update(checkouts).set({ needsProof: 'given' }).where(eq(checkouts.id, id));
  }

  /** Takes the right to show the token on the page, once. @returns false when it was shown before. */
  async claimToken(tx: Sql, id: string): Promise<boolean> {
    const taken = await tx
      .update(checkouts)
      .set({ tokenShownAt: this.clock.now() })
      .where(and(eq(checkouts.id, id), isNull(checkouts.tokenShownAt), isNull(checkouts.needsProof)))
      .returning({ id: checkouts.id });
    return taken.length === 1;
  }

  /** Records that a token of the account was handed out by a link: no page shows one for earlier payments. */
  async markAllShown(tx: Sql, accountId: string): Promise<void> {
    await tx
      .update(checkouts)
      .set({ tokenShownAt: this.clock.now() })
      .where(and(eq(checkouts.accountId, accountId), isNull(checkouts.tokenShownAt)));
  }

  async unproven(): Promise<number> {
    return this.database.run((db) => db.$count(checkouts, eq(checkouts.needsProof, 'open')));
  }

  private async find(condition: ReturnType<typeof eq>): Promise<CheckoutIntent | undefined> {
    const [row] = await this.database.run((db) => db.select().from(checkouts).where(condition));
    return row;
  }
}
