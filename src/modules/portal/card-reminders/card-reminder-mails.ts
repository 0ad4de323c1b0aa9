import { Inject, Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import { Catalogue } from '../../../catalogue/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { Workers } from '../../../platform/jobs/workers.js';
import { Shutdown } from '../../../platform/lifecycle/shutdown.js';
import { Log } from '../../../platform/logging/logger.js';
import { type Mail, Mailer } from '../../../platform/mail/mailer.js';
import { AccountsService } from '../../accounts/index.js';
import { cardReminderMail } from './card-reminder-mail.js';
import { type CardReminder, CardReminders } from './card-reminders.js';
import { cardReminders } from './card-reminders.tables.js';

/** The injection token of the dashboard's address. */
export const DASHBOARD_URL = Symbol('DASHBOARD_URL');

/** Longer than a mail server may take: a mail whose sender was killed is sent again after it. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3_600_000;

/**
 * Sends the mails that ask for a payment method, where a mail server is set. As with links, a mail is claimed for a
 * while, sent, and then marked: it is sent once, unless the process dies between the last two.
 */
@Injectable()
export class CardReminderMails {
  private readonly log: Log;
  private readonly limit: number;
  private readonly workers = new Workers({
    limit: 1,
    takeOne: () => this.sendOne(),
    rest: async () => undefined,
    failed: (error) => this.log.warn('Reminders wait for the next sweep.', {}, error),
  });

  constructor(
    private readonly database: Database,
    private readonly reminders: CardReminders,
    private readonly accounts: AccountsService,
    private readonly mailer: Mailer,
    /** Where a payment method is added. */
    @Inject(DASHBOARD_URL) private readonly dashboard: string,
    private readonly clock: Clock,
    catalogue: Catalogue,
    sweep: Sweep,
    shutdown: Shutdown,
    log: Log,
  ) {
    this.log = log.named('mail');
    this.limit = catalogue.switches.callsWithoutCard ?? 0;
    sweep.register('portal.card-reminders', () => this.sweep());
    shutdown.beforeDrain(() => this.workers.stop());
  }

  /** Resolves when no mail is being sent. */
  async idle(): Promise<void> {
    await this.workers.idle();
  }

  /** Without a mail server nothing is written down either: mails must not pile up for the day that sets one. */
  private async sweep(): Promise<void> {
    if (!this.mailer.enabled) return;
    await this.reminders.find();
    this.workers.wake();
  }

  /** @returns false when none is due. */
  private async sendOne(): Promise<boolean> {
    const claimed = await this.claim();
    if (claimed === 'none') return false;
    if (claimed === 'dropped') return true;
    const { reminder, mail } = claimed;
    const named = { account: reminder.accountId, kind: reminder.kind };
    try {
      await this.mailer.send(mail);
    } catch (error) {
      const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(reminder.attempts, 20), LAST_RETRY_MS);
      await this.set(reminder, { nextAttemptAt: new Date(this.clock.ms() + wait) });
      this.log.warn('A reminder could not be sent and will be tried again.', named, error);
      return true;
    }
    await this.set(reminder, { sentAt: this.clock.now() });
    this.log.info('A mail asked for a payment method.', named);
    return true;
  }

  private async claim(): Promise<'none' | 'dropped' | { reminder: CardReminder; mail: Mail }> {
    return this.database.slowTransaction(async (sql) => {
      const now = this.clock.now();
      const [reminder] = await sql
        .select()
        .from(cardReminders)
        .where(
          and(
            isNull(cardReminders.sentAt),
            isNull(cardReminders.droppedAt),
            lte(cardReminders.nextAttemptAt, now),
          ),
        )
        .orderBy(asc(cardReminders.nextAttemptAt))
        .limit(1)
        .for('update', { skipLocked: true });
      if (!reminder) return 'none';
      const account = await this.accounts.findById(reminder.accountId);
      if (!this.reminders.isNeeded(reminder, account)) {
        await sql.update(cardReminders).set({ droppedAt: now }).where(isRow(reminder));
        return 'dropped';
      }
      await sql
        .update(cardReminders)
        .set({ attempts: reminder.attempts + 1, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
        .where(isRow(reminder));
      const { periodEnd } = account;
      const facts = { limit: this.limit, periodEnd, dashboard: this.dashboard };
      return { reminder, mail: { to: account.email, ...cardReminderMail(reminder.kind, facts) } };
    });
  }

  private async set(reminder: CardReminder, values: Partial<CardReminder>): Promise<void> {
    await this.database.run((sql) => sql.update(cardReminders).set(values).where(isRow(reminder)));
  }
}

const isRow = ({ accountId, periodStart, kind }: CardReminder) =>
  and(
    eq(cardReminders.accountId, accountId),
    eq(cardReminders.periodStart, periodStart),
    eq(cardReminders.kind, kind),
  );
