import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import '../../platform/http/exchange.js';
import { assertMayCall } from '../accounts/index.js';

/** Lets customers in good standing through to a paid route. Runs after the auth guard, which is global. */
@Injectable()
export class PaidRouteGuard implements CanActivate {
  /** @throws {SubscriptionInactiveError} */
  canActivate(context: ExecutionContext): boolean {
    const { exchange } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!exchange.principal)
      throw new Error('@Monetized() was put on a @Public() route: a paid route needs to know who calls');
    assertMayCall(exchange.principal.account);
    exchange.monetized = true;
    return true;
  }
}
