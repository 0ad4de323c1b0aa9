import { applyDecorators, UseGuards } from '@nestjs/common';
import { ApiProblems } from '../../platform/http/api-problem.decorator.js';
import { PaidRouteGuard } from './paid-route.guard.js';

/**
 * Puts a price on a route, or on all routes of a controller: only customers in good standing reach it, and their calls
 * are metered.
 */
export const Monetized = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    UseGuards(PaidRouteGuard),
    ApiProblems({ subscription_inactive: 'The subscription does not allow paid calls at the moment.' }),
  );
