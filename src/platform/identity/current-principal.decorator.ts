import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import '../http/exchange.js';
import type { Principal } from './principal.js';

/** Who makes the call. Not for `@Public()` routes, which know nobody. */
export const CurrentPrincipal = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>().exchange;
    if (!principal) throw new Error('@CurrentPrincipal() was used on a @Public() route');
    return principal;
  },
);
