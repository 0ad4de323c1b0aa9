import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { exchangeOf } from './exchange.js';
import { assertReadable } from './readable-request.js';

/** The first guard of our own routes: says the id of the request, and refuses what cannot be read. */
@Injectable()
export class OwnRequestGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const exchange = exchangeOf(context);
    exchange.response.setHeader('x-request-id', exchange.id);
    assertReadable(exchange);
    return true;
  }
}
