import { Injectable, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { StartRefusedError } from '../../../platform/database/start-refused.error.js';
import { PaidRouteGuard } from './paid-route.guard.js';

type Handler = (...args: unknown[]) => unknown;

/**
 * Has the guard of `@Monetized()` run after all others of a route, wherever the decorator stands: a request that a guard
 * refuses is no call. Done when it is made, which is before Nest reads the guards of the routes.
 */
@Injectable()
export class GuardsBeforePayment {
  constructor(
    discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {
    for (const { metatype } of discovery.getControllers()) if (metatype) this.order(metatype as Type);
  }

  private order(controller: Type): void {
    const ofClass = guardsOf(controller);
    const onClass = ofClass.includes(PaidRouteGuard);
    const handlers = this.handlersOf(controller);
    // A handler of a base class may serve a free controller too: its guards are left as they are.
    const inherits = handlers.some(({ isOwn }) => !isOwn);
    for (const { name, handler } of handlers) {
      const guards = guardsOf(handler);
      if (onClass && inherits && guards.some((guard) => guard !== PaidRouteGuard))
        throw new StartRefusedError(
          `${controller.name}.${name} has guards of its own, which would run after @Monetized() of its class: put @Monetized() on the handlers instead.`,
        );
      if ((onClass && !inherits) || guards.includes(PaidRouteGuard)) putLast(handler, guards);
    }
    if (!onClass) return;
    if (inherits) putLast(controller, ofClass);
    else Reflect.defineMetadata(GUARDS_METADATA, ofClass.filter(isAnother), controller);
  }

  private handlersOf(controller: Type): { name: string; handler: Handler; isOwn: boolean }[] {
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || Reflect.getMetadata(METHOD_METADATA, handler) === undefined) return [];
      return [{ name, handler, isOwn: Object.hasOwn(prototype, name) }];
    });
  }
}

const isAnother = (guard: unknown): boolean => guard !== PaidRouteGuard;

function guardsOf(target: object): unknown[] {
  return (Reflect.getMetadata(GUARDS_METADATA, target) as unknown[] | undefined) ?? [];
}

function putLast(target: object, guards: readonly unknown[]): void {
  Reflect.defineMetadata(GUARDS_METADATA, [...guards.filter(isAnother), PaidRouteGuard], target);
}
