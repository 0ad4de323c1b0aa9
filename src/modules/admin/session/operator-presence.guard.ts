import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OperatorGuard } from './operator.guard.js';

/** For sign-in and sign-out, without a session: an operator is configured, and the request is not cross-site. */
@Injectable()
export class OperatorPresenceGuard implements CanActivate {
  constructor(private readonly guard: OperatorGuard) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    this.guard.assertThere(http.getResponse<FastifyReply>());
    this.guard.assertNotElsewhere(http.getRequest<FastifyRequest>());
    return true;
  }
}
