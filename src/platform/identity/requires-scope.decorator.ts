import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '../http/openapi.js';
import { ApiProblems } from '../http/api-problem.decorator.js';
import type { Scope } from './scopes.js';

export const REQUIRED_SCOPE = 'farebox:scope';

/** The scope that a token needs for the route. Without it, a route needs `call`. */
export const RequiresScope = (scope: Scope): MethodDecorator =>
  applyDecorators(
    SetMetadata(REQUIRED_SCOPE, scope),
    ApiExtension('x-required-scope', scope),
    ApiProblems({ forbidden: `The token does not have the scope \`${scope}\`.` }),
  );
