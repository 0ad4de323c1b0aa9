import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Database } from '../../platform/database/database.js';
import { fingerprint } from '../../platform/idempotency/fingerprint.js';
import { IdempotencyStore, type KeyedRequest } from '../../platform/idempotency/idempotency-store.js';
import { AccountsService, EmailTakenError, type NewAccount } from '../accounts/index.js';
import { TokenService, type TokenClaims } from '../auth/index.js';
import { ConfirmationLinks } from './confirmation-links.js';
import { RegistrationCompletion } from './registration-completion.js';
import {
  MailUnavailableError,
  PaymentMethodRequiredError,
  RegistrationConflictError,
} from './registration-errors.js';
import {
  type RegistrationIntent,
  RegistrationIntents,
  requestOf,
  type RegistrationRequest,
  type Requester,
} from './registration-intents.js';

export interface RegistrationOrder {
  email: string;
  firstname: string;
  lastname: string;
  /** The id of a plan; the catalog's default when absent. */
  plan?: string;
}

export interface Registered {
  jwt: string;
  customerId: string;
  subscriptionId: string;
  plan: string;
}

/** The answer as stored under an idempotency key: the token's claims, from which the same token is signed again. */
type StoredRegistration = Omit<Registered, 'jwt'> & { claims: TokenClaims };

/**
 * The steps of a registration: intent, customer and subscription, account, token. It only goes forward; stopped
 * anywhere, the same request or the sweep finishes it, with the same keys.
 */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly catalog: Catalog,
    private readonly intents: RegistrationIntents,
    private readonly completion: RegistrationCompletion,
    private readonly accounts: AccountsService,
    private readonly tokens: TokenService,
    private readonly idempotency: IdempotencyStore,
    private readonly database: Database,
    private readonly links: ConfirmationLinks,
  ) {}

  /**
   * Registers a person, or carries on with the same request made before.
   * @param synthetic a meter test's customer, whose mailbox is never read
   * @returns `mailed` where the catalog requires a confirmed email: the token is behind the link in the mail.
   * @throws {EmailTakenError} the email has an account whose token was handed out.
   * @throws {RegistrationConflictError} the email is being registered with other details.
   * @throws {UnknownPlanError} {CustomerRefusedError} a field must be changed.
   * @throws {PaymentMethodRequiredError} the catalog requires one; use POST /checkout.
   * @throws {BillingUnavailableError} Stripe is away; the intent is kept.
   * @throws {IdempotencyKeyReusedError} the key was used for another request.
   * @throws {MailUnavailableError} a link is to be mailed, and there is no mail server.
   */
  async register(order: RegistrationOrder, by: Requester, synthetic = false): Promise<Registered | 'mailed'> {
    const request = requestOf(this.catalog, order);
    if (this.catalog.switches.registration === 'verified' && !synthetic) {
      await this.mailLink(request);
      return 'mailed';
    }
    const keyed = by.key === undefined ? undefined : keyedRequest(by.key, request);
    const answered = keyed && (await this.idempotency.begin(keyed));
    if (answered) return this.replay(answered.body as StoredRegistration);
    // After the replay: an answer from before the switch was set stays valid.
    if (this.catalog.switches.registration === 'payment_method') throw new PaymentMethodRequiredError();
    try {
      const intent = await this.openIntent(request, by);
      const account = await this.completion.complete(intent);
      return await this.handOut(intent, account, keyed);
    } catch (error) {
      // The same request, running beside this one, may have been first: then its answer is ours too.
      const concurrentAnswer =
        error instanceof EmailTakenError && keyed ? await this.idempotency.find(keyed) : undefined;
      if (concurrentAnswer) return this.replay(concurrentAnswer.body as StoredRegistration);
      throw error;
    }
  }

  /** The same for every email: whether it has an account shows in the mail alone. */
  private async mailLink({ email, ...registration }: RegistrationRequest): Promise<void> {
    if (!this.links.canBeSent) throw new MailUnavailableError();
    await this.links.prepareFor(email, registration);
  }

  private async openIntent(request: RegistrationRequest, by: Requester): Promise<RegistrationIntent> {
    const standing = await this.intents.findByEmail(request.email);
    if (!standing && (await this.accounts.findByEmail(request.email))) throw new EmailTakenError();
    const intent = standing ?? (await this.intents.open(request, by));
    // Opened by another request and finished between our two reads.
    if (!intent) throw new EmailTakenError();
    if (this.intents.isSame(intent, request, by)) return intent;
    throw intent.completedAt ? new EmailTakenError() : new RegistrationConflictError();
  }

  /** Claims the token and stores the answer in one transaction, so that a crash after it loses neither. */
  private async handOut(
    intent: RegistrationIntent,
    account: NewAccount,
    keyed: KeyedRequest | undefined,
  ): Promise<Registered> {
    const stored = await this.database.transaction(async (tx): Promise<StoredRegistration> => {
      if (!(await this.intents.claim(tx, intent.id))) throw new EmailTakenError();
      const { accountId, customerId, subscriptionId, plan } = account;
      const claims = await this.tokens.issue(tx, { accountId, customerId, name: 'Registration' });
      const answer = { customerId, subscriptionId, plan, claims };
      if (keyed) await this.idempotency.answer(tx, keyed, { status: 200, body: answer });
      return answer;
    });
    return this.replay(stored);
  }

  private replay({ claims, ...rest }: StoredRegistration): Registered {
    return { jwt: this.tokens.sign(claims), ...rest };
  }
}

function keyedRequest(key: string, request: RegistrationRequest): KeyedRequest {
  return { scope: 'POST /register', key, fingerprint: fingerprint({ ...request }) };
}
