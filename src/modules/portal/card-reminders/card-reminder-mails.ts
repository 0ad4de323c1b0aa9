import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { and, isNull } from 'drizzle-orm';
import { Catalog } from '../../../catalog/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import type { WorkQueue } from '../../../platform/jobs/work-queue.js';
import { WorkQueues } from '../../../platform/jobs/work-queues.js';
import { WorkTable } from '../../../platform/jobs/work-table.js';
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
export class CardReminderMails implements OnModuleInit {
  private readonly log: Log;
  private readonly limit: number;
  private queue!: WorkQueue;
  private readonly mails: WorkTable<typeof cardReminders>;

  constructor(
    private readonly database: Database,
    private readonly reminders: CardReminders,
    private readonly accounts: AccountsService,
    private readonly mailer: Mailer,
    /** The page where a payment method is added. */
    @Inject(DASHBOARD_URL) private readonly dashboard: string,
    private readonly clock: Clock,
    catalog: Catalog,
    private readonly queues: WorkQueues,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('mail');
    this.limit = catalog.switches.callsWithoutCard ?? 0;
    this.mails = new WorkTable(database, clock, cardReminders, {
      open: and(isNull(cardReminders.sentAt), isNull(cardReminders.droppedAt)),
      firstRetryMs: FIRST_RETRY_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  onModuleInit(): void {
    this.queue = this.queues.open({
      name: 'portal.card-reminder-mails',
      atOnce: 1,
      takeOne: () => this.sendOne(),
      nextAt: () => this.mails.nextAt(),
      failed: (error) => this.log.warn('Sending reminders failed and will be tried again.', {}, error),
    });
    this.sweep.register('portal.card-reminders', () => this.findDue());
  }

  /** Without a mail server nothing is stored either: mails must not pile up until one is set. */
  private async findDue(): Promise<void> {
    if (!this.mailer.enabled) return;
    await this.reminders.find();
    this.queue.wake();
  }

  /** @returns false when none is due. */
  private async sendOne(): Promise<boolean> {
    if (!this.mailer.enabled) return false;
    const claimed = await this.claim();
    if (claimed === 'none') return false;
    if (claimed === 'dropped') return true;
    const { reminder, mail } = claimed;
    const named = { account: reminder.accountId, kind: reminder.kind };
    try {
      await this.mailer.send(mail);
    } catch (error) {
      await this.mails.postpone(reminder);
      this.log.warn('A reminder could not be sent and will be tried again.', named, error);
      return true;
    }
    await this.mails.set(reminder, { sentAt: this.clock.now() });
    this.log.info('A mail asked for a payment method.', named);
    return true;
  }

  private async claim(): Promise<'none' | 'dropped' | { reminder: CardReminder; mail: Mail }> {
    return this.database.slowTransaction(async (tx) => {
      const reminder = await this.mails.take(tx);
      if (!reminder) return 'none';
      const account = await this.accounts.findById(reminder.accountId);
      if (!this.reminders.isNeeded(reminder, account)) {
        await this.mails.set(reminder, { droppedAt: this.clock.now() }, tx);
        return 'dropped';
      }
      await this.mails.lease(tx, reminder, LEASE_MS);
      const { periodEnd } = account;
      const facts = { limit: this.limit, periodEnd, dashboard: this.dashboard };
      return { reminder, mail: { to: account.email, ...cardReminderMail(reminder.kind, facts) } };
    });
  }
}
