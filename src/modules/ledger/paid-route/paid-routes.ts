import { Injectable, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { MONETIZED } from './paid-route.guard.js';

/** A route that can cost something: its method, and its pattern as in the ledger. */
export interface PaidRoute {
  verb: string;
  /** `/items/:id`. */
  route: string;
}

/** Finds the routes of this application that are `@Monetized()`. */
@Injectable()
export class PaidRoutes {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  all(): PaidRoute[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance ?? {}) as Record<string, () => unknown> | null;
      if (!prototype || !metatype) return [];
      return this.scanner
        .getAllMethodNames(prototype)
        .flatMap((name) => this.routesOf(metatype, prototype[name]));
    });
  }

  private routesOf(controller: Parameters<Reflector['get']>[1], handler?: () => unknown): PaidRoute[] {
    if (!handler || this.reflector.getAllAndOverride(MONETIZED, [handler, controller]) === undefined)
      return [];
    const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
    const verb = method === undefined ? undefined : RequestMethod[method];
    if (verb === undefined) return [];
    const pathsOf = (target: Parameters<Reflector['get']>[1]): string[] =>
      [this.reflector.get<string | string[] | undefined>(PATH_METADATA, target) ?? ''].flat();
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => ({ verb, route: joined(prefix, path) })),
    );
  }
}

/** The route as Fastify writes it: one slash before each part, none at the end. */
function joined(...parts: string[]): string {
  return `/${parts.flatMap((part) => part.split('/').filter((name) => name !== '')).join('/')}`;
}
