import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { exchangeOf } from '../../../platform/http/exchange.js';
import { OperatorGuard } from './operator.guard.js';

/** For sign-in and sign-out, without a session: an operator is configured, and the request is not cross-site. */
@Injectable()
export class OperatorPresenceGuard implements CanActivate {
  constructor(private readonly guard: OperatorGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const exchange = exchangeOf(context);
    this.guard.assertThere(exchange);
    this.guard.assertNotElsewhere(exchange);
    return true;
  }
}
