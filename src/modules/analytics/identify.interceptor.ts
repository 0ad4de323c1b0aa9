import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type Exchange, findExchange } from '../../platform/http/exchange.js';
import { IdentityMapping } from './identity-mapping.js';

/**
 * Global: sets the user (from the token's claims), the company (from account state) and the session (the token's id) on
 * every exchange that has a principal, for the call recorders.
 */
@Injectable()
export class IdentifyInterceptor implements NestInterceptor {
  constructor(private readonly mapping: IdentityMapping) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const exchange = findExchange(context);
    if (exchange) identify(exchange, this.mapping);
    return next.handle();
  }
}

/** Names user, company and session of an exchange that has a principal, unless a handler or the interceptor has named them. */
export function identify(exchange: Exchange, mapping: IdentityMapping): void {
  const { principal } = exchange;
  if (!principal || exchange.userId !== undefined) return;
  exchange.userId = mapping.userId(principal.account, principal.user);
  exchange.companyId = mapping.companyId(principal.account);
  exchange.sessionToken = principal.tokenId;
}
