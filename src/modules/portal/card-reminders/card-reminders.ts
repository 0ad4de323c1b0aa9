import { Injectable } from '@nestjs/common';
import { lte } from 'drizzle-orm';
import { Catalogue, offerOf } from '../../../catalogue/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { type Account, AccountsService } from '../../accounts/index.js';
import { PeriodCalls } from '../../metering/index.js';
import { cardReminders } from './card-reminders.tables.js';

export type CardReminder = typeof cardReminders.$inferSelect;
export type ReminderKind = CardReminder['kind'];

/** Of the allowance, in percent: time is left to add a payment method before calls are refused. */
const USED_PERCENT = 80;
const DAY_MS = 86_400_000;
/** Before the period ends; in periods that are shorter than twice that, the second half. */
const LEAD_MS = 3 * DAY_MS;
/** Calls of many accounts are counted: not with every sweep. */
const PAUSE_MS = 5 * 60_000;
const BATCH = 500;
const KEPT_MS = 30 * DAY_MS;

/** Finds accounts that are to be asked for a payment method, and writes down which mail each gets. */
@Injectable()
export class CardReminders {
  private readonly limit: number | null;
  /** Plans that never charge anything: their invoices do not fail. */
  private readonly free: ReadonlySet<string>;
  private nextAt = 0;

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly calls: PeriodCalls,
    private readonly clock: Clock,
    catalogue: Catalogue,
  ) {
    this.limit = catalogue.switches.callsWithoutCard;
    this.free = new Set(
      offerOf(catalogue)
        .filter(({ model, tiers, baseFee }) => {
          const amounts = [baseFee ?? '0', ...tiers.flatMap(({ amount, flatFee }) => [amount, flatFee])];
          return model !== null && amounts.every((amount) => !/[1-9]/.test(amount));
        })
        .map(({ id }) => id),
    );
  }

  /**
   * Looks through all accounts without a payment method, some minutes after the last time. Where the catalog lets them
   * call without a bound, none is asked. @throws {DatabaseUnavailableError}
   */
  async find(): Promise<void> {
    const { limit } = this;
    if (limit === null || this.clock.ms() < this.nextAt) return;
    // One process at a time: what is found twice is written down once anyway.
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
      found.map(({ customerId, periodStart }) => ({
        customerId,
        from: periodStart.getTime(),
        to: now.getTime() + 1,
      })),
      most,
    );
    const due = found.flatMap((account, n) => {
      const used = counts[n] ?? 0;
      const kinds: ReminderKind[] = [];
      if (limit > 0 && used >= most) kinds.push('calls_used');
      if (used > 0 && this.isInvoiceNear(account, now.getTime())) kinds.push('period_ends');
      const { accountId, periodStart, periodEnd } = account;
      return kinds.map((kind) => ({
        accountId,
        periodStart,
        periodEnd,
        kind,
        createdAt: now,
        nextAttemptAt: now,
      }));
    });
    if (due.length === 0) return;
    await this.database.run((sql) => sql.insert(cardReminders).values(due).onConflictDoNothing());
  }

  /** Usage in a trial is not billed, and nothing is collected while that is paused: no invoice can fail. */
  private isInvoiceNear(account: Account, now: number): boolean {
    const { status, plan, collectionPaused, periodStart, periodEnd } = account;
    if (status === 'trialing' || collectionPaused !== null || this.free.has(plan)) return false;
    const lead = Math.min(LEAD_MS, (periodEnd.getTime() - periodStart.getTime()) / 2);
    return now >= periodEnd.getTime() - lead;
  }

  private async forgetOld(): Promise<void> {
    const before = new Date(this.clock.ms() - KEPT_MS);
    await this.database.run((sql) => sql.delete(cardReminders).where(lte(cardReminders.periodEnd, before)));
  }
}
