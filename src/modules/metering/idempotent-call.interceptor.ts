import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, of } from 'rxjs';
import '../../platform/http/exchange.js';
import { answersByItself } from './answers-by-itself.js';

/** Keeps a handler from running whose answer is kept under the `Idempotency-Key`: that one is given when anything is answered. */
@Injectable()
export class IdempotentCallInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { paid } = context.switchToHttp().getRequest<FastifyRequest>().exchange;
    if (!paid?.replay) return next.handle();
    // Nest answers for a handler with @Res() only when an exception is thrown.
    if (answersByItself(context)) paid.answer();
    return of(undefined);
  }
}
