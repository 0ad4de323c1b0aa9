import type { Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { IdentifyInterceptor } from './modules/analytics/index.js';
import { ProblemDetailsFilter } from './platform/http/problem-details.filter.js';
import { validationPipe } from './platform/http/validation.pipe.js';
import { AuthenticationGuard } from './platform/identity/authentication.js';

/**
 * What the reference application has on every route, its own controllers included: a token is required unless a route is
 * `@Public()`, bodies are validated, errors are problem details, and analytics knows the caller.
 */
export const APPLICATION_GLOBALS: Provider[] = [
  { provide: APP_GUARD, useClass: AuthenticationGuard },
  { provide: APP_PIPE, useFactory: validationPipe },
  { provide: APP_FILTER, useExisting: ProblemDetailsFilter },
  { provide: APP_INTERCEPTOR, useClass: IdentifyInterceptor },
];
