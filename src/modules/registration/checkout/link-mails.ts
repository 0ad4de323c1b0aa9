import { Injectable } from '@nestjs/common';
import { and, asc, eq, isNull, lte, min } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import { retryDelay } from '../../../platform/jobs/backoff.js';
import { Sweep } from '../../../platform/jobs/sweep.js';
import { WorkQueues } from '../../../platform/jobs/work-queues.js';
import { Log } from '../../../platform/logging/logger.js';
import { type Mail, Mailer } from '../../../platform/mail/mailer.js';
import { type Account, AccountsService } from '../../accounts/index.js';
import { type AccessLink, AccessLinks, SEND_LINKS } from './access-links.js';
import { accessLinks, checkouts } from './checkouts.tables.js';
import { linkMail } from './pages/link-mail.js';
import { PublicAddress } from './public-address.js';

/** Longer than a mail server may take: a mail whose sender was killed is sent again after it. */
const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10 * 60_000;

/**
 * Sends the links that are due. A mail is claimed for a while, sent, and then marked: it is sent once, unless the
 * process dies between the last two; then it is sent again with a new secret, and the older one no longer works.
 */
@Injectable()
export class LinkMails {
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly links: AccessLinks,
    private readonly accounts: AccountsService,
    private readonly mailer: Mailer,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
    queues: WorkQueues,
    sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('mail');
    sweep.register('registration.forget-links', () => this.links.forgetOld());
    if (!mailer.enabled) return;
    queues.open({
      name: SEND_LINKS,
      atOnce: 1,
      takeOne: () => this.sendOne(),
      nextAt: () => this.nextAt(),
      failed: (error) => this.log.warn('Sending mails failed and will be tried again.', {}, error),
    });
  }

  private async nextAt(): Promise<Date | undefined> {
    const [next] = await this.database.run((sql) =>
      sql
        .select({ at: min(accessLinks.nextAttemptAt) })
        .from(accessLinks)
        .where(isNull(accessLinks.sentAt)),
    );
    return next?.at ?? undefined;
  }

  /** @returns false when none is due. */
  private async sendOne(): Promise<boolean> {
    const claimed = await this.claim();
    if (claimed === 'none') return false;
    if (claimed === 'dropped') return true;
    const { link, mail } = claimed;
    try {
      await this.mailer.send(mail);
      await this.set(link, { sentAt: this.clock.now() });
      this.log.info('A mail with a link was sent.', { link: link.id, purpose: link.purpose });
    } catch (error) {
      const wait = retryDelay(link.attempts, FIRST_RETRY_MS, LAST_RETRY_MS);
      await this.set(link, { nextAttemptAt: new Date(this.clock.ms() + wait) });
      this.log.warn(
        'A mail could not be sent and will be tried again.',
        { link: link.id, attempts: link.attempts + 1 },
        error,
      );
    }
    return true;
  }

  private async claim(): Promise<'none' | 'dropped' | { link: AccessLink; mail: Mail }> {
    return this.database.slowTransaction(async (sql) => {
      const [due] = await sql
        .select({ link: accessLinks, shownAt: checkouts.tokenShownAt })
        .from(accessLinks)
        .leftJoin(checkouts, eq(checkouts.id, accessLinks.checkoutId))
        .where(and(isNull(accessLinks.sentAt), lte(accessLinks.nextAttemptAt, this.clock.now())))
        .orderBy(asc(accessLinks.nextAttemptAt))
        .limit(1)
        .for('update', { of: accessLinks, skipLocked: true });
      if (!due) return 'none';
      const { link, shownAt } = due;
      const account = await this.accountOf(link);
      const to = account?.email ?? (link.registration ? link.email : null);
      if (to === null) {
        // Not deleted: whether one was asked for just now must not depend on whether there is an account.
        await sql.update(accessLinks).set({ sentAt: this.clock.now() }).where(eq(accessLinks.id, link.id));
        return 'dropped';
      }
      const secret = await this.links.arm(sql, link, LEASE_MS);
      if (account)
        await sql
          .update(accessLinks)
          .set({ accountId: account.accountId })
          .where(eq(accessLinks.id, link.id));
      const url = `${this.address.origin}/checkout/link?token=${secret}`;
      const purpose = account && link.purpose === 'register' ? 'sign_in' : link.purpose;
      const facts = { shown: shownAt !== null, revokes: account?.emailProvenAt === null };
      return { link, mail: { to, ...linkMail(purpose, url, facts) } };
    });
  }

  private async accountOf({ accountId, email }: AccessLink): Promise<Account | undefined> {
    if (accountId !== null) return this.accounts.findById(accountId);
    return email === null ? undefined : this.accounts.findByEmail(email);
  }

  private async set({ id }: AccessLink, values: Partial<AccessLink>): Promise<void> {
    await this.database.run((sql) => sql.update(accessLinks).set(values).where(eq(accessLinks.id, id)));
  }
}
