import type { ExecutionContext } from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';

/** Parameters by which a handler takes the answer over: `@Res()` is 1, `@Next()` is 2 in the names of its arguments. */
const TAKES_OVER = /^[12]:/;

/** Whether Nest leaves the answer to the handler: it has `@Res()` or `@Next()`, and not `{ passthrough: true }`. */
export function answersByItself(context: ExecutionContext): boolean {
  const handler = [context.getClass(), context.getHandler().name] as const;
  if (Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, ...handler)) return false;
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, ...handler) ?? {}) as object;
  return Object.keys(parameters).some((name) => TAKES_OVER.test(name));
}
