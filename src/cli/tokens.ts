import type { INestApplicationContext } from '@nestjs/common';
import { AccountDirectory, type AccountEntry } from '../modules/accounts/index.js';
import { AuthModule, TokenList, TokenService } from '../modules/auth/index.js';
import { Database } from '../platform/database/database.js';
import { FareboxError } from '../platform/errors/farebox-error.js';
import type { Scope } from '../platform/identity/scopes.js';
import { withDatabase } from './command-context.js';
import { type OutputOptions, table } from './output.js';

interface AccountOption {
  /** An email, or Stripe's id of a customer or subscription. */
  account: string;
}

/** @throws {FareboxError} `not_found` */
async function accountOf(
  context: INestApplicationContext,
  { account }: AccountOption,
): Promise<AccountEntry> {
  const found = await context.get(AccountDirectory).find(account);
  if (!found) throw new FareboxError('not_found', 'No such account. See: farebox accounts list');
  return found;
}

/** Prints a new token: on standard output, alone, so that it can be piped. */
export async function issueToken(
  options: OutputOptions & AccountOption & { name: string; user?: string; scopes?: string },
): Promise<void> {
  await withDatabase([AuthModule], async (context) => {
    const { accountId, customerId } = await accountOf(context, options);
    const tokens = context.get(TokenService);
    const claims = await context.get(Database).transaction(async (tx) => {
      await context.get(TokenList).assertRoom(tx, accountId);
      const { name, user } = options;
      return tokens.issue(tx, {
        accountId,
        customerId,
        name,
        ...(user === undefined ? {} : { user }),
        ...(options.scopes === undefined ? {} : { scopes: options.scopes.split(',') as Scope[] }),
      });
    });
    const jwt = tokens.sign(claims);
    console.log(options.json ? JSON.stringify({ jwt, jti: claims.jti }) : jwt);
  });
}

/** Exit code 1 when there is no such token. */
export async function revokeToken(jti: string, { json }: OutputOptions): Promise<void> {
  await withDatabase([AuthModule], async (context) => {
    if (!(await context.get(TokenList).revoke(jti)))
      throw new FareboxError('not_found', 'No token with this ID. See: farebox token list --account …');
    console.log(json ? JSON.stringify({ revoked: jti }) : 'The token stops working within a second.');
  });
}

export async function listTokens(options: OutputOptions & AccountOption): Promise<void> {
  await withDatabase([AuthModule], async (context) => {
    const { accountId } = await accountOf(context, options);
    const live = await context.get(TokenList).live(accountId);
    if (options.json) console.log(JSON.stringify(live));
    else
      console.log(
        table(
          live.map(({ jti, name, user, role, scopes, expiresAt, lastUsedAt }) => [
            jti,
            name,
            role === 'owner' ? 'the account' : `end user ${user}`,
            scopes.join(','),
            `until ${expiresAt.toISOString()}`,
            lastUsedAt ? `used ${lastUsedAt.toISOString()}` : 'never used',
          ]),
        ) || 'None.',
      );
  });
}

export async function listAccounts(options: OutputOptions & { limit: string }): Promise<void> {
  await withDatabase([AuthModule], async (context) => {
    const found = await context.get(AccountDirectory).list(Number(options.limit));
    if (options.json) console.log(JSON.stringify(found));
    else console.log(table(found.map(accountRow)) || 'None.');
  });
}

function accountRow(account: AccountEntry): string[] {
  const { pendingAt, collectionPaused, surplusItems } = account;
  return [
    account.email,
    account.customerId,
    account.subscriptionId,
    account.plan,
    account.closedAt ? 'closed' : account.status,
    account.createdAt.toISOString(),
    account.paymentMethod === 'missing' ? 'no payment method' : '',
    [
      ...(pendingAt ? [`changes to ${account.pendingPlan} at ${pendingAt.toISOString()}`] : []),
      ...(collectionPaused ? [`collection paused: ${collectionPaused.replaceAll('_', ' ')}`] : []),
      ...(surplusItems.length > 0
        ? [`several subscription items on one meter: ${surplusItems.join(' ')}`]
        : []),
    ].join('; '),
  ];
}
