import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../../platform/database/database.js';
import { Log } from '../../platform/logging/logger.js';
import { type Account, AccountsService } from '../accounts/index.js';
import { type TokenClaims, TokenList, TokenService } from '../auth/index.js';
import { CheckoutGateway } from '../billing/ports/checkout-gateway.js';
import {
  RegistrationBusyError,
  RegistrationCompletion,
  RegistrationIntents,
  type RegistrationRequest,
} from '../registration/index.js';
import { type AccessLink, AccessLinks } from './access-links.js';
import { CheckoutIntents } from './checkout-intents.js';
import { describe, type HandedOut } from './checkout-return.service.js';

const SECRET = /^[\w-]{43}$/;
const WAIT_MS = 10_000;

/** The present use of a link in a mail. `gone`: used or expired, and another one can be sent. */
export type LinkState = 'token' | 'proof' | 'gone' | 'unknown';

export interface LinkView {
  state: LinkState;
  /** Whether using it revokes the tokens that were issued before: the email is not proven yet. */
  revokes: boolean;
}

/** One-time links, redeemed: a token, and for a payment with the email of an account, the new subscription. */
@Injectable()
export class LinkRedemptionService {
  private readonly log: Log;

  constructor(
    private readonly links: AccessLinks,
    private readonly intents: CheckoutIntents,
    private readonly gateway: CheckoutGateway,
    private readonly accounts: AccountsService,
    private readonly tokens: TokenService,
    private readonly list: TokenList,
    private readonly database: Database,
    private readonly registrations: RegistrationIntents,
    private readonly completion: RegistrationCompletion,
    log: Log,
  ) {
    this.log = log.named('checkout');
  }

  /** Reads, and changes nothing: programs that check mails follow links too. */
  async look(secret: unknown): Promise<LinkView> {
    const link = await this.find(secret);
    if (!link) return { state: 'unknown', revokes: false };
    if (!this.links.isUsable(link)) return { state: 'gone', revokes: false };
    const account = link.accountId === null ? undefined : await this.accounts.findById(link.accountId);
    const state = link.purpose === 'proof' ? 'proof' : 'token';
    return { state, revokes: account?.emailProvenAt === null };
  }

  /**
   * Uses the link up and hands the token out.
   * @returns the state of a link that cannot be used.
   * @throws {BillingUnavailableError} {DatabaseUnavailableError} the link can still be used.
   */
  async redeem(secret: unknown): Promise<HandedOut | 'gone' | 'unknown'> {
    const link = await this.find(secret);
    if (!link) return 'unknown';
    if (!this.links.isUsable(link)) return 'gone';
    const done = await this.database.withLock(`checkout:${link.checkoutId ?? link.id}`, WAIT_MS, () =>
      link.purpose === 'proof' ? this.takeOver(link, String(secret)) : this.handOut(link, String(secret)),
    );
    if (!done) throw new RegistrationBusyError();
    return done.result ?? 'gone';
  }

  /** Sends another one like it, always to the account's address. */
  async mailAgain(secret: unknown): Promise<boolean> {
    const link = await this.find(secret);
    if (!link || !this.links.canBeSent) return false;
    if (link.checkoutId === null || link.accountId === null) {
      if (link.email !== null) await this.links.prepareFor(link.email);
      return link.email !== null;
    }
    const checkout = await this.intents.findById(link.checkoutId);
    const purpose = checkout?.needsProof === 'open' ? 'proof' : 'token';
    await this.links.prepareAgain(link.checkoutId, link.accountId, purpose);
    return true;
  }

  private async find(secret: unknown): Promise<AccessLink | undefined> {
    return typeof secret === 'string' && SECRET.test(secret) ? this.links.find(secret) : undefined;
  }

  private async handOut(link: AccessLink, secret: string): Promise<HandedOut | undefined> {
    const account = await this.account(link);
    const claims = await this.database.transaction((tx) => this.useFor(tx, secret, account));
    return claims && { ...describe(account), jwt: this.tokens.sign(claims) };
  }

  /**
   * The owner of the account confirms: its customer and subscription are now those of the payment. The former
   * subscription ends at once with a last invoice. Stopped before the one transaction, the link can be used again.
   */
  private async takeOver(link: AccessLink, secret: string): Promise<HandedOut | undefined> {
    const checkout = link.checkoutId === null ? undefined : await this.intents.findById(link.checkoutId);
    // Another link for the same payment was first: only a token is left to hand out.
    if (checkout?.needsProof !== 'open') return this.handOut(link, secret);
    const paid = (await this.gateway.find(checkout.sessionId))?.paid;
    if (!paid) throw new Error('a checkout that was paid is not any more');
    const before = await this.account(link);
    const opened = await this.gateway.adopt(before.accountId, paid);
    const now = {
      trialEnd: null,
      ...opened,
      plan: paid.plan ?? before.plan,
      pastDueSince: null,
      cancelAt: null,
      cancelAtPeriodEnd: false,
      pendingPlan: null,
      pendingAt: null,
      closedAt: null,
      surplusItems: [],
      collectionPaused: null,
    };
    const claims = await this.database.transaction(async (tx) => {
      const issued = await this.useFor(tx, secret, { ...before, ...now });
      if (!issued) return undefined;
      await this.intents.markProven(tx, checkout.id);
      await this.accounts.moveToCustomer(tx, before.accountId, now);
      return issued;
    });
    if (!claims) return undefined;
    this.log.info('A paid subscription took the place of the one that the account had.', {
      account: before.accountId,
      customer: now.customerId,
      subscription: now.subscriptionId,
      plan: now.plan,
    });
    return { ...describe({ ...before, ...now }), jwt: this.tokens.sign(claims) };
  }

  /**
   * Uses the link, and stores a token. The first use proves that the email is the user's: holders of earlier tokens
   * have not proven it, and their tokens end.
   */
  private async useFor(
    tx: Sql,
    secret: string,
    { accountId, customerId }: Account,
  ): Promise<TokenClaims | undefined> {
    if (!(await this.links.use(tx, secret))) return undefined;
    // Tokens not yet handed out to earlier requesters, on a page or for a request, are no longer handed out.
    await this.registrations.claim(tx, accountId);
    await this.intents.markAllShown(tx, accountId);
    if (await this.accounts.proveEmail(tx, accountId)) await this.list.revokeAll(tx, accountId);
    await this.list.assertRoom(tx, accountId);
    return this.tokens.issue(tx, { accountId, customerId, name: 'Mail' });
  }

  private async account(link: AccessLink): Promise<Account> {
    const { accountId, email, registration } = link;
    const account =
      accountId !== null
        ? await this.accounts.findById(accountId)
        : email !== null
          ? await this.accounts.findByEmail(email)
          : undefined;
    if (account) return account;
    if (email === null || !registration) throw new Error('the account of a link is gone');
    return this.register({ email, ...registration });
  }

  /** The email is confirmed, so its registration is made: as one that was begun and is carried to its end. */
  private async register(request: RegistrationRequest): Promise<Account> {
    const intent = await this.registrations.open(request);
    if (intent) await this.completion.complete(intent);
    const account = await this.accounts.findByEmail(request.email);
    if (!account) throw new RegistrationBusyError();
    return account;
  }
}
