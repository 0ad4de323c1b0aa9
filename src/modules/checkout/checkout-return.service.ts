import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../../platform/database/database.js';
import { type Account, AccountsService } from '../accounts/index.js';
import { TokenService } from '../auth/index.js';
import { RequestBudget } from '../billing/index.js';
import { type Checkout, CheckoutGateway } from '../billing/ports/checkout-gateway.js';
import { AccessLinks } from './access-links.js';
import { referenceOf } from './browser-cookie.js';
import { CheckoutCompletion } from './checkout-completion.js';
import { type CheckoutIntent, CheckoutIntents } from './checkout-intents.js';

/** An account with its token, to be shown once. */
export interface HandedOut {
  jwt: string;
  plan: string;
  customerId: string;
  subscriptionId: string;
}

/** The outcome for a browser that returns from the payment page. */
export type ReturnOutcome =
  | ({ kind: 'token' } & HandedOut)
  /** The token was shown before. */
  | { kind: 'shown'; sessionId: string; byMail: boolean }
  /** The email has an account: a mail is on its way. */
  | { kind: 'proof'; sessionId: string; byMail: boolean }
  /** Not paid yet, over without a payment, or paid and not settled yet. */
  | { kind: 'open' | 'expired' | 'unsettled' }
  /** No session that this browser began, or none at all: the same answer for both. */
  | { kind: 'unknown'; byMail: boolean };

/** As Stripe makes them, and never more than an id. */
const SESSION_ID = /^cs_\w{5,250}$/;

/** Handles the return from the payment page. */
@Injectable()
export class CheckoutReturnService {
  private readonly references = new LRUCache<string, string>({ max: 10_000 });

  constructor(
    private readonly gateway: CheckoutGateway,
    private readonly intents: CheckoutIntents,
    private readonly completion: CheckoutCompletion,
    private readonly accounts: AccountsService,
    private readonly tokens: TokenService,
    private readonly links: AccessLinks,
    private readonly database: Database,
    private readonly budget: RequestBudget,
  ) {}

  /**
   * @param sessionId as in the address
   * @param secret the browser's, if it has one
   * @throws {BillingUnavailableError} {DatabaseUnavailableError} {RegistrationBusyError} {FareboxError} `rate_limited`:
   * another return carries on.
   */
  async arrive(sessionId: unknown, secret: string | undefined): Promise<ReturnOutcome> {
    const intent = await this.intentOf(sessionId, secret);
    if (intent === 'unknown') return { kind: 'unknown', byMail: this.links.canBeSent };
    if ('kind' in intent) return intent;
    const settled = intent.completedAt ? intent : await this.completion.complete(intent);
    const byMail = this.links.canBeSent;
    if (settled.needsProof === 'open') return { kind: 'proof', sessionId: settled.sessionId, byMail };
    const token = await this.handOut(settled);
    return token ? { kind: 'token', ...token } : { kind: 'shown', sessionId: settled.sessionId, byMail };
  }

  /** Sends another link to the account's address. @returns false unless this browser began it and it is settled. */
  async mailAgain(sessionId: unknown, secret: string | undefined): Promise<boolean> {
    if (!isSessionId(sessionId) || secret === undefined || !this.links.canBeSent) return false;
    const intent = await this.intents.findBySession(sessionId);
    if (intent?.reference !== referenceOf(secret) || intent.accountId === null) return false;
    const purpose = intent.needsProof === 'open' ? 'proof' : 'token';
    await this.links.prepareAgain(intent.id, intent.accountId, purpose);
    return true;
  }

  private async intentOf(
    sessionId: unknown,
    secret: string | undefined,
  ): Promise<CheckoutIntent | { kind: 'open' | 'expired' | 'unsettled' } | 'unknown'> {
    if (!isSessionId(sessionId) || secret === undefined) return 'unknown';
    const reference = referenceOf(secret);
    const known = await this.intents.findBySession(sessionId);
    if (known) return known.reference === reference ? known : 'unknown';
    const checkout = await this.find(sessionId, reference);
    if (!checkout) return 'unknown';
    if (checkout.status !== 'complete') return { kind: checkout.status };
    return checkout.paid ? this.intents.open(sessionId, reference) : { kind: 'unsettled' };
  }

  /** The browser that began a session, or that there is none, never changes: it is read once. */
  private async find(sessionId: string, reference: string): Promise<Checkout | undefined> {
    const beganBy = this.references.get(sessionId);
    if (beganBy !== undefined && beganBy !== reference) return undefined;
    this.budget.spend();
    const checkout = await this.gateway.find(sessionId);
    this.references.set(sessionId, checkout?.reference ?? '');
    return checkout?.reference === reference ? checkout : undefined;
  }

  /** Claims the showing and stores the token in one transaction: of many at once, one shows it. */
  private async handOut({ id, accountId }: CheckoutIntent): Promise<HandedOut | undefined> {
    const account = accountId === null ? undefined : await this.accounts.findById(accountId);
    if (!account) throw new Error('the account of a checkout is gone');
    const claims = await this.database.transaction(async (tx) =>
      (await this.intents.claimToken(tx, id))
        ? this.tokens.issue(tx, {
            accountId: account.accountId,
            customerId: account.customerId,
            name: 'Checkout',
          })
        : undefined,
    );
    return claims && { ...describe(account), jwt: this.tokens.sign(claims) };
  }
}

export function describe({ plan, customerId, subscriptionId }: Account): Omit<HandedOut, 'jwt'> {
  return { plan, customerId, subscriptionId };
}

function isSessionId(text: unknown): text is string {
  return typeof text === 'string' && SESSION_ID.test(text);
}
