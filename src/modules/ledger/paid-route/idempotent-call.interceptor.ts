import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { type Observable, of } from 'rxjs';
import { exchangeOf } from '../../../platform/http/exchange.js';

/** Parameters with which a handler sends the answer itself: `@Res()` is 1, `@Next()` is 2 in the names of its arguments. */
const TAKES_OVER = /^[12]:/;

/** Skips the handler if an answer is stored under the `Idempotency-Key`: that answer is sent instead. */
@Injectable()
export class IdempotentCallInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { paid } = exchangeOf(context);
    if (!paid?.replay) return next.handle();
    // Nest answers for a handler with @Res() only when an exception is thrown.
    if (answersByItself(context)) paid.answer();
    return of(undefined);
  }
}

/** Whether Nest leaves the answer to the handler: it has `@Res()` or `@Next()`, and not `{ passthrough: true }`. */
function answersByItself(context: ExecutionContext): boolean {
  const handler = [context.getClass(), context.getHandler().name] as const;
  if (Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, ...handler)) return false;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, ...handler) ?? {}) as object;
  return Object.keys(parameters).some((name) => TAKES_OVER.test(name));
}
