import { Injectable } from '@nestjs/common';
import { and, count, desc, eq, gt, isNull } from 'drizzle-orm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, type Sql } from '../../platform/database/database.js';
import { Notifications } from '../../platform/database/notifications.js';
import { roleOf, type Scope, SCOPES_OF, type TokenRole } from '../../platform/identity/scopes.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { AccountDirectory } from '../accounts/index.js';
import { TOKEN_REVOKED } from './revoked-tokens.js';
import { TokenRevokedError } from './token-claims.js';
import { tokens } from './tokens.tables.js';

/** The record of a token, without its value, which only its holder has. Times are UTC. */
export interface TokenRecord {
  jti: string;
  name: string;
  /** The end user it was issued for, or the customer. */
  user: string;
  role: TokenRole;
  scopes: readonly Scope[];
  issuedAt: Date;
  expiresAt: Date;
  /** Within a minute or so. */
  lastUsedAt: Date | null;
}

/** Limit of valid tokens per account. */
export const MAX_LIVE_TOKENS = 100;

/** Limit of an account's unexpired tokens, including revoked ones. */
export const MAX_UNEXPIRED_TOKENS = 1_000;

export class TooManyTokensError extends FareboxError {
  /** @param unexpired their number, when the limit reached includes revoked ones. */
  constructor(unexpired?: number) {
    super(
      'too_many_tokens',
      unexpired === undefined
        ? `An account has ${MAX_LIVE_TOKENS} tokens at most. Revoke one that is no longer used.`
        : `This account has issued ${unexpired} tokens that have not expired, revoked ones included. Wait until older ones expire.`,
    );
  }
}

/** An account's tokens: listed, limited, revoked. */
@Injectable()
export class TokenList {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly accounts: AccountDirectory,
  ) {}

  /** Valid tokens, newest first. */
  async live(accountId: string): Promise<TokenRecord[]> {
    const rows = await this.database.run((db) =>
      db
        .select({
          jti: tokens.id,
          name: tokens.name,
          user: tokens.user,
          customerId: tokens.customerId,
          role: tokens.role,
          scopes: tokens.scopes,
          issuedAt: tokens.issuedAt,
          expiresAt: tokens.expiresAt,
          lastUsedAt: tokens.lastUsedAt,
        })
        .from(tokens)
        .where(this.isLive(accountId))
        .orderBy(desc(tokens.issuedAt), desc(tokens.id))
        .limit(MAX_LIVE_TOKENS),
    );
    return rows.map(({ customerId, scopes, ...row }) => {
      const role = roleOf({ ...row, customerId });
      return { ...row, role, scopes: scopes ?? SCOPES_OF[role] };
    });
  }

  /**
   * Called in the transaction that issues another one, before it does.
   * @param issuer the token that requests it, which may have been revoked while the request waited.
   * @throws {TooManyTokensError} {TokenRevokedError}
   */
  async assertRoom(tx: Sql, accountId: string, issuer?: string): Promise<void> {
    await this.accounts.hold(tx, accountId);
    if (issuer !== undefined) {
      const [found] = await tx
        .select({ revokedAt: tokens.revokedAt })
        .from(tokens)
        .where(eq(tokens.id, issuer));
      if (found?.revokedAt) throw new TokenRevokedError();
    }
    const [row] = await tx.select({ n: count() }).from(tokens).where(this.isLive(accountId));
    if ((row?.n ?? 0) >= MAX_LIVE_TOKENS) throw new TooManyTokensError();
    await this.assertPace(tx, accountId);
  }

  /**
   * Revokes a token: it stops in every process within a second. Revoking it again changes nothing.
   * @param accountId the account it must belong to; any when absent.
   * @returns false when there is no such token.
   */
  async revoke(jti: string, accountId?: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const mine = accountId === undefined ? undefined : eq(tokens.accountId, accountId);
      const [found] = await tx
        .select({ revokedAt: tokens.revokedAt })
        .from(tokens)
        .where(and(eq(tokens.id, jti), mine))
        .for('update');
      if (!found) return false;
      if (found.revokedAt === null)
        await tx.update(tokens).set({ revokedAt: this.clock.now() }).where(eq(tokens.id, jti));
      await Notifications.notify(tx, TOKEN_REVOKED, jti);
      return true;
    });
  }

  /**
   * Revokes all valid tokens, in the caller's transaction, which holds the account: they stop in every process within a
   * second of its commit.
   */
  async revokeAll(tx: Sql, accountId: string): Promise<void> {
    const revoked = await tx
      .update(tokens)
      .set({ revokedAt: this.clock.now() })
      .where(this.isLive(accountId))
      .returning({ id: tokens.id });
    for (const { id } of revoked) await Notifications.notify(tx, TOKEN_REVOKED, id);
  }

  /** Every process keeps revoked tokens in memory until they expire: issuing and revoking in a loop must be limited. */
  private async assertPace(tx: Sql, accountId: string): Promise<void> {
    const unexpired = and(eq(tokens.accountId, accountId), gt(tokens.expiresAt, this.clock.now()));
    const [row] = await tx.select({ n: count() }).from(tokens).where(unexpired);
    if ((row?.n ?? 0) >= MAX_UNEXPIRED_TOKENS) throw new TooManyTokensError(MAX_UNEXPIRED_TOKENS);
  }

  private isLive(accountId: string) {
    return and(
      eq(tokens.accountId, accountId),
      isNull(tokens.revokedAt),
      gt(tokens.expiresAt, this.clock.now()),
    );
  }
}
