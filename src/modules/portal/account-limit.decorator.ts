import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { AccountRateLimitGuard } from '../../platform/http/rate-limit.guards.js';

/** Counts the requests of a controller for the account that makes them, and for its address. */
export const LimitedByAccount = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    UseGuards(AccountRateLimitGuard),
    ApiProblems({ rate_limited: 'Too many requests from this account or address.' }),
  );
