import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { findExchange } from '../http/exchange.js';
import type { Principal } from './principal.js';

/** The caller of a route or a GraphQL resolver. Not where it is `@Public()`, nor for messages: they are not authenticated. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const principal = findExchange(context)?.principal;
    if (!principal)
      throw new Error(
        '@CurrentPrincipal() was used where no token is asked for: on something @Public(), or a message handler',
      );
    return principal;
  },
);
