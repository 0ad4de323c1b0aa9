import { applyDecorators, SetMetadata, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '../../../platform/http/openapi.js';
import { ApiProblems } from '../../../platform/http/api-problem.decorator.js';
import { FareboxErrorFilter } from '../../../platform/http/problem-details.filter.js';
import { LimitPaidRoute } from '../../../platform/http/route-limits.js';
import { IdempotentCallInterceptor } from './idempotent-call.interceptor.js';
import { MONETIZED, type MonetizedOptions, PaidRouteGuard } from './paid-route.guard.js';

/**
 * Puts a price on a route, or on all routes of a controller: only customers in good standing reach it, and a call is on
 * disk before its answer leaves. With an `Idempotency-Key` a call is billed once however often it is sent.
 */
export const Monetized = (options: MonetizedOptions = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(
    SetMetadata(MONETIZED, options),
    LimitPaidRoute(options),
    UseGuards(PaidRouteGuard),
    UseInterceptors(IdempotentCallInterceptor),
    UseFilters(FareboxErrorFilter),
    // Marks the endpoints that cost something in the API document.
    ApiExtension('x-metered', true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any text of up to 255 visible ASCII characters, new for each new call. The same call under it is answered again for 24 hours without being made, and is billed once.',
    }),
    ApiProblems({
      validation_failed: 'The Idempotency-Key cannot be used.',
      subscription_inactive: 'The subscription does not allow paid calls at the moment.',
      payment_method_required:
        'The account has no payment method, and has made the calls of this billing period that need none.',
      subscription_changing: 'The subscription is being changed: a second later it answers.',
      method_not_allowed: 'HEAD is not offered: send GET.',
      idempotency_key_in_use: 'The call with this Idempotency-Key is still being made.',
      idempotency_key_reused: 'The Idempotency-Key was used for another call.',
      ledger_unavailable:
        'Calls cannot be recorded at the moment, so they are not answered and cost nothing.',
    }),
  );
