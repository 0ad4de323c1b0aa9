import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';

/**
 * A decorator's metadata of a handler, or else of its controller. Looked up once for each handler: it cannot change,
 * and looking it up for every request costs as much as verifying the token does.
 */
export class HandlerMetadata<T> {
  private readonly known = new WeakMap<object, { value: T | undefined }>();

  constructor(
    private readonly reflector: Reflector,
    private readonly key: string,
  ) {}

  of(context: ExecutionContext): T | undefined {
    const handler = context.getHandler();
    let found = this.known.get(handler);
    if (!found) {
      found = {
        value: this.reflector.getAllAndOverride<T | undefined>(this.key, [handler, context.getClass()]),
      };
      this.known.set(handler, found);
    }
    return found.value;
  }
}
