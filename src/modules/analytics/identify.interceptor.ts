import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { httpRequestOf } from '../../platform/http/http-request.js';
import { IdentityMapping } from './identity-mapping.js';

/**
 * Global: sets the user (from the token's claims), the company (from account state) and the session (the token's id) on
 * every exchange that has a principal, for the call recorders.
 */
@Injectable()
export class IdentifyInterceptor implements NestInterceptor {
  constructor(private readonly mapping: IdentityMapping) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const exchange = httpRequestOf(context)?.exchange;
    const principal = exchange?.principal;
    if (principal) {
      exchange.userId = this.mapping.userId(principal.account, principal.user);
      exchange.companyId = this.mapping.companyId(principal.account);
      exchange.sessionToken = principal.tokenId;
    }
    return next.handle();
  }
}
