import { Injectable } from '@nestjs/common';
import { and, gt, inArray, lte } from 'drizzle-orm';
import { Catalog, chargeFor } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { type Account, AccountsService } from '../../accounts/index.js';
import { AccruedUsages } from '../../meters/index.js';
import { PeriodCalls } from '../../ledger/index.js';
import { cardReminders } from './card-reminders.tables.js';

export type CardReminder = typeof cardReminders.$inferSelect;
export type ReminderKind = CardReminder['kind'];

/** Of the allowance, in percent: time is left to add a payment method before calls are refused. */
const USED_PERCENT = 80;
const DAY_MS = 86_400_000;
/** Before the period ends; in periods that are shorter than twice that, the second half. */
const LEAD_MS = 3 * DAY_MS;
/** Between the two mails to one account; less where its period ends before. */
const APART_MS = DAY_MS;
/** Calls of many accounts are counted: not with every sweep. */
const PAUSE_MS = 5 * 60_000;
const BATCH = 500;
const KEPT_MS = 30 * DAY_MS;

/** Finds accounts that must be asked for a payment method, and stores which mail each gets. */
@Injectable()
export class CardReminders {
  private readonly limit: number | null;
  private nextAt = 0;

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly calls: PeriodCalls,
    private readonly usage: AccruedUsages,
    private readonly clock: Clock,
    private readonly catalog: Catalog,
  ) {
    this.limit = catalog.switches.callsWithoutCard;
  }

  /**
   * Searches all accounts without a payment method, some minutes after the last time. Where the catalog sets no limit
   * on their calls, none is asked. @throws {DatabaseUnavailableError}
   */
  async find(): Promise<void> {
    const { limit } = this;
    if (limit === null || this.clock.ms() < this.nextAt) return;
    // One process at a time: a mail that is found twice is stored once anyway.
    await this.database.withLock('card-reminders', 0, async () => {
      for (let after: string | undefined, more = true; more;) {
        const found = await this.accounts.withoutPaymentMethod(this.clock.now(), BATCH, after);
        await this.writeDown(found, limit);
        after = found.at(-1)?.accountId;
        more = found.length === BATCH;
      }
      await this.forgetOld();
    });
    this.nextAt = this.clock.ms() + PAUSE_MS;
  }

  /** Whether the mail would still be right: the account has no payment method, and the period goes on. */
  isNeeded({ periodStart, periodEnd }: CardReminder, account: Account | undefined): account is Account {
    return (
      account !== undefined &&
      account.closedAt === null &&
      account.paymentMethod === 'missing' &&
      (account.status === 'active' || account.status === 'trialing') &&
      account.periodStart.getTime() === periodStart.getTime() &&
      this.clock.ms() < periodEnd.getTime()
    );
  }

  private async writeDown(found: readonly Account[], limit: number): Promise<void> {
    if (found.length === 0) return;
    const now = this.clock.now();
    const most = Math.max(1, Math.ceil((limit * USED_PERCENT) / 100));
    const counts = await this.calls.countEach(
      found.map(({ customerId, plan, periodStart }) => ({
        customerId,
        plan,
        from: periodStart.getTime(),
        to: now.getTime() + 1,
      })),
      most,
    );
    const asked = await this.askedBefore(found);
    const due: (typeof cardReminders.$inferInsert)[] = [];
    for (const [n, account] of found.entries()) {
      const used = counts[n] ?? 0;
      const earlier = asked.filter(
        ({ accountId, periodStart }) =>
          accountId === account.accountId && periodStart.getTime() === account.periodStart.getTime(),
      );
      const { accountId, periodStart, periodEnd } = account;
      const add = (kind: ReminderKind, nextAttemptAt: Date): void => {
        due.push({ accountId, periodStart, periodEnd, kind, createdAt: now, nextAttemptAt });
      };
      const isRefused = limit > 0 && used >= most;
      if (isRefused) add('calls_used', now);
      if (earlier.some(({ kind }) => kind === 'period_ends')) continue;
      if (!this.isInvoiceNear(account, now.getTime()) || !(await this.isCharged(account))) continue;
      const other =
        earlier.find(({ kind }) => kind === 'calls_used')?.createdAt ?? (isRefused ? now : undefined);
      add('period_ends', other ? apart(other, now, periodEnd) : now);
    }
    if (due.length === 0) return;
    await this.database.run((db) => db.insert(cardReminders).values(due).onConflictDoNothing());
  }

  private askedBefore(found: readonly Account[]): Promise<CardReminder[]> {
    return this.database.run((db) =>
      db
        .select()
        .from(cardReminders)
        .where(
          and(
            inArray(
              cardReminders.accountId,
              found.map(({ accountId }) => accountId),
            ),
            gt(cardReminders.periodEnd, this.clock.now()),
          ),
        ),
    );
  }

  /** Usage in a trial is not billed, and nothing is collected while that is paused: no invoice can fail. */
  private isInvoiceNear(account: Account, now: number): boolean {
    const { status, collectionPaused, periodStart, periodEnd } = account;
    if (status === 'trialing' || collectionPaused !== null) return false;
    const lead = Math.min(LEAD_MS, (periodEnd.getTime() - periodStart.getTime()) / 2);
    return now >= periodEnd.getTime() - lead;
  }

  /**
   * Whether the next invoice has an amount, by the usage so far: within a free allowance, and on a plan that costs
   * nothing, it has none, and needs no payment method.
   */
  private async isCharged({ customerId, subscriptionId, plan: id }: Account): Promise<boolean> {
    const plan = this.catalog.plans.find((each) => each.id === id);
    // The cost is not known here.
    if (!plan || !('model' in plan.price)) return true;
    if (chargeFor(plan.price, 0n, plan.baseFee).minorUnits > 0n) return true;
    const { meter } = plan.price;
    for (const part of await this.usage.current(customerId, subscriptionId)) {
      // A former price is not known here either.
      if (part.closed && part.units > 0n) return true;
      if (part.meter === meter && chargeFor(plan.price, part.units).minorUnits > 0n) return true;
    }
    return false;
  }

  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.ms() - KEPT_MS);
    await this.database.run((db) => db.delete(cardReminders).where(lte(cardReminders.periodEnd, before)));
  }
}

/** A day after the other mail; sooner where the period would be over. */
function apart(other: Date, now: Date, periodEnd: Date): Date {
  const wait = Math.min(APART_MS, (periodEnd.getTime() - other.getTime()) / 2);
  return new Date(Math.max(now.getTime(), other.getTime() + wait));
}
