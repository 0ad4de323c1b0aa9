import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { exchangeOf } from './exchange.js';
import { RateLimits } from './rate-limits.js';

/** Counts requests to public routes. */
@Injectable()
export class VisitorRateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean {
    this.limits.takeVisit(exchangeOf(context));
    return true;
  }
}

/** Counts requests by which an account manages itself. */
@Injectable()
export class AccountRateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean {
    this.limits.takeAccountRequest(exchangeOf(context));
    return true;
  }
}
