import { type ExecutionContext, Injectable, Optional } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { exchangeOf, findExchange } from '../../platform/http/exchange.js';
import type { Authentication } from '../../platform/identity/authentication.js';
import { HandlerMetadata } from '../../platform/identity/handler-metadata.js';
import { PrincipalResolver } from '../../platform/identity/principal-resolver.js';
import { IS_PUBLIC } from '../../platform/identity/public.decorator.js';
import { REQUIRED_SCOPE } from '../../platform/identity/requires-scope.decorator.js';
import type { Scope, TokenRole } from '../../platform/identity/scopes.js';
import { FareboxError } from '../../platform/errors/farebox-error.js';
import { AccountView } from '../accounts/index.js';
import { JWT_STRATEGY } from './jwt.strategy.js';
import { RevokedTokens } from './revoked-tokens.js';
import {
  grantOf,
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
 * The passport strategy verifies a token the first time; later calls find its claims in a bounded cache. Expiry and
 * revocation are checked every time.
 */
@Injectable()
export class TokenAuthentication extends AuthGuard(JWT_STRATEGY) implements Authentication {
  private readonly isPublic: HandlerMetadata<boolean>;
  private readonly requiredScope: HandlerMetadata<Scope>;
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: MAX_TOKENS });

  constructor(
    reflector: Reflector,
    private readonly accounts: AccountView,
    private readonly clock: Clock,
    private readonly revoked: RevokedTokens,
    private readonly use: TokenUse,
    @Optional() private readonly resolver?: PrincipalResolver,
  ) {
    super();
    this.isPublic = new HandlerMetadata(reflector, IS_PUBLIC);
    this.requiredScope = new HandlerMetadata(reflector, REQUIRED_SCOPE);
  }

  async authenticate(context: ExecutionContext): Promise<void> {
    if (!this.isPublic.of(context)) await this.byToken(context);
  }

  async identify(context: ExecutionContext): Promise<void> {
    if (!this.resolver) return this.byToken(context);
    const found = await this.resolver.resolve(context.switchToHttp().getRequest<object>());
    if (!found) throw new TokenMissingError();
    const { customer, user = customer, session = '' } = found;
    const account = this.accounts.peek(customer) ?? (await this.accounts.get(customer));
    if (!account)
      throw new TokenInvalidError(new Error('the PrincipalResolver names a customer without an account'));
    exchangeOf(context).principal = {
      customerId: account.customerId,
      user,
      role: found.user === undefined ? 'owner' : 'end_user',
      scopes: ['call'],
      tokenId: session,
      account,
    };
  }

  private async byToken(context: ExecutionContext): Promise<void> {
    const exchange = findExchange(context);
    if (!exchange) {
      // Messages of gateways and microservices carry no token: their handlers must guard them.
      if (context.getType<string>() !== 'graphql') return;
      throw new TokenMissingError();
    }
    const token = bearerToken(exchange.headers.authorization);
    let verified = this.verified.get(token);
    if (!verified) {
      await this.canActivate(context);
      const { [CLAIMS]: found } = exchange.request as Authenticated;
      if (!found) throw new TokenInvalidError();
      verified = { claims: found, ...grantOf(found) };
      this.verified.set(token, verified);
    }
    const { claims, role, scopes } = verified;
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
    const { id: customerId, user, jti: tokenId } = claims;
    exchange.principal = { customerId, user, role, scopes, tokenId, account };
    const scope = this.requiredScope.of(context) ?? 'call';
    if (!scopes.includes(scope)) throw forbidden(scope, role);
    this.use.note(tokenId);
  }

  override getRequest(context: ExecutionContext): IncomingMessage {
    return exchangeOf(context).request;
  }

  /** Where passport puts the claims: `user` of a request belongs to the application around us. */
  override getAuthenticateOptions(): { property: string } {
    return { property: CLAIMS };
  }

  /** Passport's outcome as our errors. Its own message goes to the cause: it may quote the token. */
  override handleRequest<T>(error: unknown, claims: T | false): T {
    if (error) throw error;
    if (!claims) throw new TokenInvalidError();
    return claims;
  }
}

const CLAIMS = 'fareboxClaims';
type Authenticated = IncomingMessage & { [CLAIMS]?: TokenClaims };

interface VerifiedToken {
  claims: TokenClaims;
  role: TokenRole;
  scopes: readonly Scope[];
}

const forbidden = (scope: Scope, role: TokenRole): FareboxError =>
  new FareboxError(
    'forbidden',
    role === 'end_user'
      ? 'This is an end-user token: it can only call the API. Use an account token.'
      : `This token does not have the scope "${scope}". Use one that has it, or issue one with POST /account/tokens.`,
  );

/** @throws {TokenMissingError} unless the header is `Bearer` and a value. */
function bearerToken(header: string | undefined): string {
  const match = /^bearer +(\S+)$/i.exec(header ?? '');
  if (!match?.[1]) throw new TokenMissingError();
  return match[1];
}
