import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/index.js';
import { Database } from '../../platform/database/database.js';
import { type FieldProblem, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import type { Scope } from '../../platform/identity/scopes.js';
import { type Account, AccountsService, EmailTakenError, normaliseEmail } from '../accounts/index.js';
import { TokenService } from '../auth/index.js';
import { UnknownPlanError } from '../subscriptions/index.js';
import { RegistrationCompletion } from './registration-completion.js';
import { RegistrationConflictError } from './registration-errors.js';
import { type RegistrationIntent, RegistrationIntents } from './registration-intents.js';

/** A customer of the application around us who is to pay for calls. */
export interface AccountOrder {
  /** Your own id of the customer: a user's, or an organisation's. Up to 200 characters. */
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
    if (!account) throw invalid([{ field: 'externalId', message: 'has no open account; open one first' }]);
    const { accountId, customerId } = account;
    const claims = await this.database.transaction((tx) =>
      this.tokens.issue(tx, { ...token, accountId, customerId }),
    );
    return this.tokens.sign(claims);
  }

  private checked({ externalId, email, firstname, lastname, plan = this.catalog.defaultPlan }: AccountOrder) {
    const given = { externalId, email, firstname, lastname };
    const problems = Object.entries(LONGEST).flatMap(([field, longest]): FieldProblem[] => {
      const value: unknown = given[field as keyof typeof given];
      const fits = typeof value === 'string' && value.trim() !== '' && value.length <= longest;
      return fits ? [] : [{ field, message: `must be a text of 1 to ${longest} characters` }];
    });
    if (problems.length > 0) throw invalid(problems);
    const { plans } = this.catalog;
    if (!plans.some(({ id }) => id === plan)) throw new UnknownPlanError(plans.map(({ id }) => id));
    return {
      externalId,
      email: normaliseEmail(email),
      firstname: firstname.trim(),
      lastname: lastname.trim(),
      plan,
    };
  }

  private async found(externalId: string): Promise<OpenedAccount> {
    const account = await this.accounts.findByExternalId(externalId);
    if (!account) throw new EmailTakenError();
    return opened(account);
  }
}

const invalid = (problems: readonly FieldProblem[]): InvalidFieldsError =>
  new InvalidFieldsError([...problems]);

/** Somebody else has the email: an account, or a registration that is under way. */
function takenBy({ completedAt }: RegistrationIntent): Error {
  return completedAt ? new EmailTakenError() : new RegistrationConflictError();
}

function opened(account: Account): OpenedAccount {
  const { accountId, externalId, customerId, subscriptionId, plan, status } = account;
  return { accountId, externalId, customerId, subscriptionId, plan, status };
}
