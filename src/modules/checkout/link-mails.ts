import { Injectable, type OnModuleInit } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { Sweep } from '../../platform/jobs/sweep.js';
import { WorkQueues } from '../../platform/jobs/work-queues.js';
import { Log } from '../../platform/logging/logger.js';
import { type Mail, Mailer } from '../../platform/mail/mailer.js';
import { type Account, AccountsService } from '../accounts/index.js';
import { type AccessLink, AccessLinks, SEND_LINKS } from './access-links.js';
import { checkouts } from './checkouts.tables.js';
import { linkMail } from './pages/link-mail.js';
import { PublicAddress } from '../../platform/http/public-address.js';

/** Longer than a mail server may take: a mail whose sender was killed is sent again after it. */
const LEASE_MS = 60_000;

/**
 * Sends the links that are due. A mail is claimed for a while, sent, and then marked: it is sent once, unless the
 * process dies between the last two; then it is sent again with a new secret, and the older one no longer works.
 */
@Injectable()
export class LinkMails implements OnModuleInit {
  private readonly log: Log;

  constructor(
    private readonly database: Database,
    private readonly links: AccessLinks,
    private readonly accounts: AccountsService,
    private readonly mailer: Mailer,
    private readonly address: PublicAddress,
    private readonly clock: Clock,
    private readonly queues: WorkQueues,
    private readonly sweep: Sweep,
    log: Log,
  ) {
    this.log = log.named('mail');
  }

  onModuleInit(): void {
    this.sweep.register('registration.forget-links', () => this.links.forgetOld());
    if (!this.mailer.enabled) return;
    this.queues.open({
      name: SEND_LINKS,
      atOnce: 1,
      takeOne: () => this.sendOne(),
      nextAt: () => this.links.nextAt(),
      failed: (error) => this.log.warn('Sending mails failed and will be tried again.', {}, error),
    });
  }

  /** @returns false when none is due. */
  private async sendOne(): Promise<boolean> {
    const claimed = await this.claim();
    if (claimed === 'none') return false;
    if (claimed === 'dropped') return true;
    const { link, mail } = claimed;
    try {
      await this.mailer.send(mail);
      await this.links.set(link, { sentAt: this.clock.now() });
      this.log.info('A mail with a link was sent.', { link: link.id, purpose: link.purpose });
    } catch (error) {
      await this.links.postpone(link);
      this.log.warn(
        'A mail could not be sent and will be tried again.',
        { link: link.id, attempts: link.attempts + 1 },
        error,
      );
    }
    return true;
  }

  private async claim(): Promise<'none' | 'dropped' | { link: AccessLink; mail: Mail }> {
    return this.database.slowTransaction(async (tx) => {
      const link = await this.links.take(tx);
      if (!link) return 'none';
      const account = await this.accountOf(link);
      const to = account?.email ?? (link.registration ? link.email : null);
      if (to === null) {
        // Not deleted: whether one was requested just now must not depend on whether there is an account.
        await this.links.set(link, { sentAt: this.clock.now() }, tx);
        return 'dropped';
      }
      const secret = await this.links.arm(tx, link, LEASE_MS);
      if (account) await this.links.set(link, { accountId: account.accountId }, tx);
      const url = `${this.address.base}/checkout/link?token=${secret}`;
      const purpose = account && link.purpose === 'register' ? 'sign_in' : link.purpose;
      const facts = { shown: await wasShown(tx, link), revokes: account?.emailProvenAt === null };
      return { link, mail: { to, ...linkMail(purpose, url, facts) } };
    });
  }

  private async accountOf({ accountId, email }: AccessLink): Promise<Account | undefined> {
    if (accountId !== null) return this.accounts.findById(accountId);
    return email === null ? undefined : this.accounts.findByEmail(email);
  }
}

/** Whether the token of the link's payment has been shown on a page. */
async function wasShown(tx: Sql, { checkoutId }: AccessLink): Promise<boolean> {
  if (checkoutId === null) return false;
  const [checkout] = await tx
    .select({ shownAt: checkouts.tokenShownAt })
    .from(checkouts)
    .where(eq(checkouts.id, checkoutId));
  return checkout !== undefined && checkout.shownAt !== null;
}
