import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf } from '../../../platform/http/exchange.js';
import { Settings } from '../../../platform/config/settings.js';
import { FareboxError } from '../../../platform/errors/farebox-error.js';
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
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    this.assertThere(http.getResponse<FastifyReply>());
    const { authorization } = request.headers;
    if (authorization === undefined) this.checkCookie(request);
    else this.checkToken(bearerOf(authorization) ?? '', request);
    return true;
  }

  /** @throws {FareboxError} `not_found`, with the same text as any unknown path. */
  assertThere(reply: FastifyReply): void {
    void reply.header('cache-control', 'no-store');
    if (!this.sessions.enabled) throw new FareboxError('not_found', 'No such route. See /docs.');
  }

  /**
   * The right token is never refused: others may share the operator's address. A wrong one is counted, and from the
   * eleventh on neither logged nor distinguished.
   * @throws {FareboxError} `token_invalid`, `rate_limited`
   */
  checkToken(token: string, request: FastifyRequest): void {
    if (this.sessions.isToken(token)) return;
    this.limits.takeWrongToken(request);
    this.log.warn('A wrong operator token was given.', { requestId: exchangeOf(request).id });
    throw new FareboxError('token_invalid', 'The operator token is wrong (ADMIN_TOKEN).');
  }

  /** @throws {FareboxError} `forbidden` when a browser reports that the request comes from another site. */
  assertNotElsewhere(request: FastifyRequest): void {
    if (originOfRequest(request, this.publicUrl) === 'other') throw crossSite();
  }

  private checkCookie(request: FastifyRequest): void {
    const session = this.sessionOf(request);
    if (session === undefined)
      throw new FareboxError(
        'token_missing',
        'Sign in at /admin/ui, or send "Authorization: Bearer" with ADMIN_TOKEN.',
      );
    if (session === 'expired')
      throw new FareboxError('token_expired', 'The session has ended. Sign in again.');
    if (!SAFE.has(request.method) && originOfRequest(request, this.publicUrl) !== 'same') throw crossSite();
  }

  /** Whether the caller is still authorised: for long-lived responses. A session ends; ADMIN_TOKEN lasts with the process. */
  mayStay(request: FastifyRequest): boolean {
    return request.headers.authorization !== undefined || typeof this.sessionOf(request) === 'object';
  }

  /** The session of the request's cookie. */
  sessionOf(request: FastifyRequest): OperatorSession | 'expired' | undefined {
    const found = sessionValues(request).map((value) => this.sessions.read(value));
    return found.find((session) => typeof session === 'object') ?? found.find((session) => session);
  }
}

const crossSite = (): FareboxError =>
  new FareboxError('forbidden', 'With a session, only our own pages may ask for this.');
