import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimits } from './rate-limits.js';

/** Counts requests to public routes. */
@Injectable()
export class VisitorRateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean {
    this.limits.takeVisit(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}

/** Counts requests by which an account manages itself. */
@Injectable()
export class AccountRateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean {
    this.limits.takeAccountRequest(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}
