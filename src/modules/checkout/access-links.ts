import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { and, desc, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { newId } from '../../platform/ids/ids.js';
import { WorkQueues } from '../../platform/jobs/work-queues.js';
import { WorkTable } from '../../platform/jobs/work-table.js';
import { Mailer } from '../../platform/mail/mailer.js';
import type { ConfirmationLinks } from '../registration/index.js';
import { accessLinks } from './checkouts.tables.js';

export type AccessLink = typeof accessLinks.$inferSelect;
export type LinkPurpose = AccessLink['purpose'];

/** Wakes the sender of the mails. */
export const SEND_LINKS = 'registration.send-links';

const HOUR_MS = 3_600_000;
/** From when the mail is sent. Confirming a payment has the longest time: money waits for it. */
const LIFETIME_MS: Readonly<Record<LinkPurpose, number>> = {
  welcome: 24 * HOUR_MS,
  token: 24 * HOUR_MS,
  proof: 7 * 24 * HOUR_MS,
  sign_in: HOUR_MS,
  register: HOUR_MS,
};
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10 * 60_000;
/** The shortest time between two mails to the same person. */
const PAUSE_MS = 60_000;
/** Requests for emails that have no account are kept as long as the pause lasts, and not much longer. */
const UNKNOWN_KEPT_MS = HOUR_MS;
/** How long used and unsent links are kept, to report their state. */
const KEPT_MS = 30 * 24 * HOUR_MS;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** The order for a link. */
interface LinkOrder {
  purpose: LinkPurpose;
  checkoutId?: string;
  accountId?: string;
  /** Normalised. */
  email?: string;
  registration?: AccessLink['registration'];
}

/** One-time links to a token: prepared, given a secret when they are mailed, used once. */
@Injectable()
export class AccessLinks extends WorkTable<typeof accessLinks> implements ConfirmationLinks {
  constructor(
    database: Database,
    clock: Clock,
    private readonly settings: Settings,
    private readonly mailer: Mailer,
  ) {
    super(database, clock, accessLinks, {
      open: isNull(accessLinks.sentAt),
      firstRetryMs: FIRST_RETRY_MS,
      lastRetryMs: LAST_RETRY_MS,
    });
  }

  /** False where there is no mail server. */
  get canBeSent(): boolean {
    return this.mailer.enabled;
  }

  /** Has a link sent once the transaction of `tx` has committed; a `welcome` some seconds later. */
  async prepare(tx: Sql, link: LinkOrder): Promise<void> {
    const now = this.clock.now();
    const delay = link.purpose === 'welcome' ? this.settings.get('CHECKOUT_MAIL_DELAY') : 0;
    const nextAttemptAt = new Date(now.getTime() + delay);
    await tx.insert(accessLinks).values({
      ...link,
      id: newId(),
      createdAt: now,
      expiresAt: new Date(now.getTime() + LIFETIME_MS[link.purpose]),
      nextAttemptAt,
    });
    // Now, for a later one too: the sender sets its timer to the earliest, and a later wake would put that off.
    await WorkQueues.wake(tx, SEND_LINKS);
  }

  /** Has another link sent for the checkout, unless one was requested just now. */
  async prepareAgain(checkoutId: string, accountId: string, purpose: LinkPurpose): Promise<void> {
    await this.prepareUnlessRecent(eq(accessLinks.checkoutId, checkoutId), checkoutId, {
      checkoutId,
      accountId,
      purpose,
    });
  }

  /**
   * Has a link sent to the email, if it has an account by the time the mail is due. Until then known and unknown emails
   * are treated the same, also in the work done. Nothing is done when the same was requested just now.
   * @param registration is registered, once the link is used, when the email has no account.
   */
  async prepareFor(email: string, registration?: AccessLink['registration']): Promise<void> {
    await this.prepareUnlessRecent(eq(accessLinks.email, email), email, {
      email,
      ...(registration ? { registration, purpose: 'register' } : { purpose: 'sign_in' }),
    });
  }

  private async prepareUnlessRecent(same: SQL, name: string, link: LinkOrder): Promise<void> {
    const since = new Date(this.clock.ms() - PAUSE_MS);
    await this.database.withLock(`access-link:${name}`, 5_000, () =>
      this.database.transaction(async (tx) => {
        const [recent] = await tx
          .select({ id: accessLinks.id })
          .from(accessLinks)
          .where(and(same, eq(accessLinks.purpose, link.purpose), gt(accessLinks.createdAt, since)))
          .limit(1);
        if (!recent) await this.prepare(tx, link);
      }),
    );
  }

  /** Gives the link the secret that is about to be mailed. One that was mailed before stops working. */
  async arm(tx: Sql, link: AccessLink, leaseMs: number): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.clock.ms() + LIFETIME_MS[link.purpose]);
    await this.lease(tx, link, leaseMs, { secretHash: hashOf(secret), expiresAt });
    return secret;
  }

  /** The link of a secret, whatever its state. */
  async find(secret: string): Promise<AccessLink | undefined> {
    const [row] = await this.database.run((db) =>
      db
        .select()
        .from(accessLinks)
        .where(eq(accessLinks.secretHash, hashOf(secret)))
        .orderBy(desc(accessLinks.createdAt))
        .limit(1),
    );
    return row;
  }

  isUsable({ usedAt, expiresAt }: AccessLink): boolean {
    return usedAt === null && expiresAt.getTime() > this.clock.ms();
  }

  /** Takes the link's one use, in the transaction that hands the token out. @returns false when it was used or has expired. */
  async use(tx: Sql, secret: string): Promise<boolean> {
    const used = await tx
      .update(accessLinks)
      .set({ usedAt: this.clock.now() })
      .where(
        and(
          eq(accessLinks.secretHash, hashOf(secret)),
          isNull(accessLinks.usedAt),
          gt(accessLinks.expiresAt, this.clock.now()),
        ),
      )
      .returning({ id: accessLinks.id });
    return used.length === 1;
  }

  async forgetOld(): Promise<void> {
    const before = new Date(this.clock.ms() - KEPT_MS);
    const unknownBefore = new Date(this.clock.ms() - UNKNOWN_KEPT_MS);
    const unknown = and(
      isNull(accessLinks.accountId),
      isNull(accessLinks.secretHash),
      lte(accessLinks.createdAt, unknownBefore),
    );
    await this.database.run((db) =>
      db.delete(accessLinks).where(or(lte(accessLinks.createdAt, before), unknown)),
    );
  }
}
