import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { HandlerMetadata } from '../../platform/identity/handler-metadata.js';
import { IS_PUBLIC } from '../../platform/identity/public.decorator.js';
import { AccountView } from '../accounts/index.js';
import { RevokedTokens } from './revoked-tokens.js';
import {
  type TokenClaims,
  TokenExpiredError,
  TokenInvalidError,
  TokenMissingError,
  TokenRevokedError,
} from './token-claims.js';
import { TokenUse } from './token-use.js';

/** About 10 MB when full. */
const MAX_TOKENS = 20_000;

/**
 * Guards every route that is not `@Public()`: names the principal, or answers 401. The passport strategy verifies a
 * token the first time; later calls find its claims in a bounded cache. Expiry is checked every time.
 */
@Injectable()
export class TokenGuard extends AuthGuard('jwt') {
  private readonly isPublic: HandlerMetadata<boolean>;
  private readonly verified = new LRUCache<string, TokenClaims>({ max: MAX_TOKENS });

  constructor(
    reflector: Reflector,
    private readonly accounts: AccountView,
    private readonly clock: Clock,
    private readonly revoked: RevokedTokens,
    private readonly use: TokenUse,
  ) {
    super();
    this.isPublic = new HandlerMetadata(reflector, IS_PUBLIC);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.isPublic.of(context)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: TokenClaims }>();
    const token = bearerToken(request.headers.authorization);
    let claims = this.verified.get(token);
    if (!claims) {
      await super.canActivate(context);
      claims = request.user;
      if (!claims) throw new TokenInvalidError();
      this.verified.set(token, claims);
    }
    if (claims.exp * 1_000 <= this.clock.ms()) {
      this.verified.delete(token);
      throw new TokenExpiredError();
    }
    if (!this.revoked.isReady) await this.revoked.load();
    if (this.revoked.has(claims.jti)) {
      this.verified.delete(token);
      throw new TokenRevokedError();
    }
    const account = this.accounts.peek(claims.id) ?? (await this.accounts.get(claims.id));
    if (!account)
      throw new TokenInvalidError(new Error('the token is ours, but there is no account for its customer'));
    request.exchange.principal = { customerId: claims.id, user: claims.user, tokenId: claims.jti, account };
    this.use.note(claims.jti);
    return true;
  }

  /** Passport's outcome in our words. Its own message goes to the cause: it may quote the token. */
  override handleRequest<T>(error: unknown, claims: T | false): T {
    if (error) throw error;
    if (!claims) throw new TokenInvalidError();
    return claims;
  }
}

/** @throws {TokenMissingError} unless the header is `Bearer` and something. */
function bearerToken(header: string | undefined): string {
  const match = /^bearer +(\S+)$/i.exec(header ?? '');
  if (!match?.[1]) throw new TokenMissingError();
  return match[1];
}
