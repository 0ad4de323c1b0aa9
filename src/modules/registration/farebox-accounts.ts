import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Database } from '../../platform/database/database.js';
import { type FieldProblem, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import { assertPlain } from '../../platform/http/plain-input.js';
import type { Scope } from '../../platform/identity/scopes.js';
import { type Account, AccountsService, EmailTakenError } from '../accounts/index.js';
import { TokenService } from '../auth/index.js';
import { emailProblem } from './email.decorator.js';
import { RegistrationCompletion } from './registration-completion.js';
import { RegistrationConflictError } from './registration-errors.js';
import {
  type RegistrationIntent,
  RegistrationIntents,
  type RegistrationRequest,
  requestOf,
} from './registration-intents.js';

/** A customer of the application around us who is to pay for calls. */
export interface AccountOrder {
  /**
   * Your own id of the customer: a user's, or an organisation's. Up to 200 characters. Never a name that people choose: one could
   * be the id of another customer at Stripe, which names an account as well.
   */
  externalId: string;
  email: string;
  firstname: string;
  lastname: string;
  /** The id of a plan in the catalog; its default when absent. */
  plan?: string;
}

export interface OpenedAccount {
  /** Our id (UUIDv7). */
  accountId: string;
  externalId: string | null;
  /** Stripe's ids. */
  customerId: string;
  subscriptionId: string;
  plan: string;
  status: string;
}

const LONGEST = { externalId: 200, email: 254, firstname: 100, lastname: 100 } as const;

/** Accounts, for an application with a sign-up of its own: what `POST /register` is for people without one. */
@Injectable()
export class FareboxAccounts {
  constructor(
    private readonly catalog: Catalog,
    private readonly intents: RegistrationIntents,
    private readonly completion: RegistrationCompletion,
    private readonly accounts: AccountsService,
    private readonly tokens: TokenService,
    private readonly database: Database,
  ) {}

  /**
   * Makes a customer with a subscription, once for each `externalId`: call it again with the same when it was interrupted. The
   * account that is there is given back, whatever else the order says.
   * @throws {EmailTakenError} another account has the email: somebody registered with it, or another `externalId` has it.
   * @throws {InvalidFieldsError} {UnknownPlanError} {CustomerRefusedError} a field must be changed.
   * @throws {BillingUnavailableError} Stripe is away; what has begun is finished when it is back.
   */
  async open(order: AccountOrder): Promise<OpenedAccount> {
    const request = this.checked(order);
    const there = await this.accounts.findByExternalId(order.externalId);
    if (there) return opened(there);
    if (await this.accounts.findByEmail(request.email)) throw new EmailTakenError();
    const intent = await this.intents.open(request);
    // Finished and forgotten between the two reads.
    if (!intent) return this.found(order.externalId);
    if (intent.externalId !== order.externalId) throw takenBy(intent);
    await this.completion.complete(intent);
    // No token is to be claimed.
    await this.database.run((db) => this.intents.claim(db, intent.id));
    return this.found(order.externalId);
  }

  /** The open account with that id. */
  async find(externalId: string): Promise<OpenedAccount | undefined> {
    const account = await this.accounts.findByExternalId(externalId);
    return account && opened(account);
  }

  /**
   * An access token of the account, for callers who send one. Its value is not stored.
   * @param token.name its label in a list. `user`: the end user whom it is for; it then makes calls, and manages nothing.
   * @throws {InvalidFieldsError} for a user or scopes that a token cannot have, and for an account that is not there.
   */
  async issueToken(
    externalId: string,
    token: { name: string; user?: string; scopes?: readonly Scope[] },
  ): Promise<string> {
    const account = await this.accounts.findByExternalId(externalId);
    if (!account)
      throw new InvalidFieldsError([{ field: 'externalId', message: 'has no open account; open one first' }]);
    const { accountId, customerId } = account;
    const claims = await this.database.transaction((tx) =>
      this.tokens.issue(tx, { ...token, accountId, customerId }),
    );
    return this.tokens.sign(claims);
  }

  private checked(order: AccountOrder): RegistrationRequest & { externalId: string } {
    const { externalId, email } = order;
    assertPlain(order);
    const problems = Object.entries(LONGEST).flatMap(([field, longest]): FieldProblem[] => {
      const value: unknown = order[field as keyof AccountOrder];
      const fits = typeof value === 'string' && value.trim() !== '' && value.length <= longest;
      return fits ? [] : [{ field, message: `must be a text of 1 to ${longest} characters` }];
    });
    const problem = emailProblem(email);
    if (problems.length === 0 && problem !== undefined) problems.push({ field: 'email', message: problem });
    if (problems.length > 0) throw new InvalidFieldsError(problems);
    return { ...requestOf(this.catalog, order), externalId };
  }

  private async found(externalId: string): Promise<OpenedAccount> {
    const account = await this.accounts.findByExternalId(externalId);
    if (!account) throw new EmailTakenError();
    return opened(account);
  }
}

/** Somebody else has the email: an account, or a registration that is under way. */
function takenBy({ completedAt }: RegistrationIntent): Error {
  return completedAt ? new EmailTakenError() : new RegistrationConflictError();
}

function opened(account: Account): OpenedAccount {
  const { accountId, externalId, customerId, subscriptionId, plan, status } = account;
  return { accountId, externalId, customerId, subscriptionId, plan, status };
}
