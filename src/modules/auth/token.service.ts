import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Sql } from '../../platform/database/database.js';
import { FareboxError, InvalidFieldsError } from '../../platform/errors/farebox-error.js';
import { newId } from '../../platform/ids/ids.js';
import { type Scope, SCOPES_OF, type TokenRole } from '../../platform/identity/scopes.js';
import { AccountDirectory } from '../accounts/index.js';
import { SigningKeys } from './signing-keys.js';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from './token-claims.js';
import { tokens } from './tokens.tables.js';

export interface TokenOrder {
  accountId: string;
  customerId: string;
  /** The end user; absent: the token is the customer's own. */
  user?: string;
  /** Its scopes; absent: all that a token of its kind may have. */
  scopes?: readonly Scope[];
  /** Its label in a list. */
  name: string;
}

/** Issues tokens. Their values are not stored: the same claims sign to the same token. */
@Injectable()
export class TokenService {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly accounts: AccountDirectory,
  ) {}

  /**
   * Records a new token, in the caller's transaction. Sign the claims once it has committed.
   * @throws {InvalidFieldsError} for a `user` that is another customer, and for scopes that the token cannot have.
   */
  async issue(tx: Sql, order: TokenOrder): Promise<TokenClaims> {
    await this.assertNoCustomer(tx, order);
    const role: TokenRole = order.user === undefined ? 'owner' : 'end_user';
    const scopes = scopesOf(role, order.scopes);
    const iat = Math.floor(this.clock.ms() / 1_000);
    const exp = iat + Math.floor(this.settings.get('TOKEN_TTL') / 1_000);
    const claims: TokenClaims = {
      id: order.customerId,
      sub: order.customerId,
      user: order.user ?? order.customerId,
      role,
      scope: scopes.join(' '),
      jti: newId(),
      iat,
      exp,
      iss: TOKEN_ISSUER,
      aud: TOKEN_AUDIENCE,
    };
    await tx.insert(tokens).values({
      id: claims.jti,
      accountId: order.accountId,
      customerId: order.customerId,
      user: claims.user,
      role,
      scopes: [...scopes],
      name: order.name,
      issuedAt: new Date(iat * 1_000),
      expiresAt: new Date(exp * 1_000),
    });
    return claims;
  }

  /** The token of these claims: an HS256 JWT, the same to the byte each time. */
  sign({ id, sub, user, role, scope, jti, iat, exp, iss, aud }: TokenClaims): string {
    const { kid, key } = this.keys.current;
    const granted = { ...(role === undefined ? {} : { role }), ...(scope === undefined ? {} : { scope }) };
    return this.jwt.sign(
      { id, sub, user, ...granted, jti, iat, exp, iss, aud },
      { privateKey: key, algorithm: 'HS256', keyid: kid },
    );
  }

  /** Analytics and meters identify users by `user`: calls must not count for another customer. */
  private async assertNoCustomer(tx: Sql, { user, customerId }: TokenOrder): Promise<void> {
    if (user !== undefined && user !== customerId && (await this.accounts.isCustomer(tx, user)))
      throw refused('user', 'is the id of another customer; send your own id of the end user');
  }
}

function scopesOf(role: TokenRole, wanted?: readonly Scope[]): readonly Scope[] {
  const possible = SCOPES_OF[role];
  if (wanted === undefined) return possible;
  if (wanted.length === 0 || wanted.some((scope) => !possible.includes(scope)))
    throw refused(
      'scopes',
      role === 'end_user'
        ? 'must be ["call"] or absent for a token of an end user'
        : `must contain one or more of: ${possible.join(', ')}`,
    );
  return possible.filter((scope) => wanted.includes(scope));
}

const refused = (field: string, message: string): FareboxError =>
  new InvalidFieldsError([{ field, message }]);
