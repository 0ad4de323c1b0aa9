import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
import { type Exchange, exchangeOf } from '../../../platform/http/exchange.js';
import { RateLimits } from '../../../platform/http/rate-limits.js';
import { bearerOf } from '../../../platform/identity/secret-matcher.js';
import { Log } from '../../../platform/logging/logger.js';
import { type OperatorSession, OperatorSessions } from './operator-session.js';
import { originOfRequest } from './same-origin.js';
import { sessionValues } from './session-cookie.js';

/** Methods that change nothing. */
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Admits the operator: by `Authorization: Bearer ADMIN_TOKEN`, or by a session cookie. A request with a cookie that may
 * change something must come from our own page. Without ADMIN_TOKEN the routes answer 404.
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly log: Log;
  private readonly publicUrl: string | undefined;

  constructor(
    private readonly sessions: OperatorSessions,
    private readonly limits: RateLimits,
    settings: Settings,
    log: Log,
  ) {
    this.log = log.named('admin');
    this.publicUrl = settings.get('PUBLIC_URL');
  }

  canActivate(context: ExecutionContext): boolean {
    const exchange = exchangeOf(context);
    this.assertThere(exchange);
    const { authorization } = exchange.headers;
    if (authorization === undefined) this.checkCookie(exchange);
    else this.checkToken(bearerOf(authorization) ?? '', exchange);
    return true;
  }

  /** @throws {FareboxError} `not_found`, with the same text as any unknown path. */
  assertThere({ response }: Exchange): void {
    response.setHeader('cache-control', 'no-store');
    if (!this.sessions.enabled) throw new FareboxError('not_found', 'No such route. See /docs.');
  }

  /**
   * The right token is never refused: others may share the operator's address. A wrong one is counted, and from the
   * eleventh on neither logged nor distinguished.
   * @throws {FareboxError} `token_invalid`, `rate_limited`
   */
  checkToken(token: string, exchange: Exchange): void {
    if (this.sessions.isToken(token)) return;
    this.limits.takeWrongToken(exchange);
    this.log.warn('A wrong operator token was given.', { requestId: exchange.id });
    throw new FareboxError('token_invalid', 'The operator token is wrong (ADMIN_TOKEN).');
  }

  /** @throws {FareboxError} `forbidden` when a browser reports that the request comes from another site. */
  assertNotElsewhere(exchange: Exchange): void {
    if (originOfRequest(exchange, this.publicUrl) === 'other') throw crossSite();
  }

  private checkCookie(exchange: Exchange): void {
    const session = this.sessionOf(exchange);
    if (session === undefined)
      throw new FareboxError(
        'token_missing',
        'Sign in at /admin/ui, or send "Authorization: Bearer" with ADMIN_TOKEN.',
      );
    if (session === 'expired')
      throw new FareboxError('token_expired', 'The session has ended. Sign in again.');
    if (!SAFE.has(exchange.method) && originOfRequest(exchange, this.publicUrl) !== 'same') throw crossSite();
  }

  /** Whether the caller is still authorised: for long-lived responses. A session ends; ADMIN_TOKEN lasts with the process. */
  mayStay(exchange: Exchange): boolean {
    return exchange.headers.authorization !== undefined || typeof this.sessionOf(exchange) === 'object';
  }

  /** The session of the request's cookie. */
  sessionOf(exchange: Exchange): OperatorSession | 'expired' | undefined {
    const found = sessionValues(exchange).map((value) => this.sessions.read(value));
    return found.find((session) => typeof session === 'object') ?? found.find((session) => session);
  }
}

const crossSite = (): FareboxError =>
  new FareboxError('forbidden', 'With a session, only our own pages may ask for this.');
