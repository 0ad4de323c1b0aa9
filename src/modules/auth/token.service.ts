import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../platform/clock/clock.js';
import { Settings } from '../../platform/config/settings.js';
import type { Sql } from '../../platform/database/database.js';
import { newId } from '../../platform/ids/ids.js';
import { SigningKeys } from './signing-keys.js';
import { TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenClaims } from './token-claims.js';
import { tokens } from './tokens.tables.js';

export interface TokenOrder {
  accountId: string;
  customerId: string;
  /** The end user; the customer when absent. */
  user?: string;
  /** What people call the token in a list. */
  name: string;
}

/** Issues tokens. Their values are kept nowhere: the same claims sign to the same token. */
@Injectable()
export class TokenService {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Writes down a new token, in the caller's transaction. Sign the claims once it has committed. */
  async issue(sql: Sql, order: TokenOrder): Promise<TokenClaims> {
    const iat = Math.floor(this.clock.ms() / 1_000);
    const exp = iat + Math.floor(this.settings.get('TOKEN_TTL') / 1_000);
    const claims: TokenClaims = {
      id: order.customerId,
      sub: order.customerId,
      user: order.user ?? order.customerId,
      jti: newId(),
      iat,
      exp,
      iss: TOKEN_ISSUER,
      aud: TOKEN_AUDIENCE,
    };
    await sql.insert(tokens).values({
      id: claims.jti,
      accountId: order.accountId,
      customerId: order.customerId,
      user: claims.user,
      name: order.name,
      issuedAt: new Date(iat * 1_000),
      expiresAt: new Date(exp * 1_000),
    });
    return claims;
  }

  /** The token of these claims: an HS256 JWT, the same one each time. */
  sign(claims: TokenClaims): string {
    const { kid, key } = this.keys.current;
    return this.jwt.sign({ ...claims }, { privateKey: key, algorithm: 'HS256', keyid: kid });
  }
}
