import { Injectable, RequestMethod, type Type, VersioningType } from '@nestjs/common';
import { METHOD_METADATA, MODULE_PATH, PATH_METADATA, VERSION_METADATA } from '@nestjs/common/constants.js';
import {
  ApplicationConfig,
  DiscoveryService,
  MetadataScanner,
  ModulesContainer,
  Reflector,
} from '@nestjs/core';
import { RoutePathFactory } from '@nestjs/core/router/route-path-factory.js';
import { MONETIZED } from './paid-route.guard.js';

/** A route that can cost something: its method, and its pattern as in the ledger. */
export interface PaidRoute {
  verb: string;
  /** `/api/v1/items/:id`: with global prefix, version and the path of its module. */
  route: string;
}

type Target = Parameters<Reflector['get']>[1];
type Create = RoutePathFactory['create'];

/** Finds the routes of this application that are `@Monetized()`. */
@Injectable()
export class PaidRoutes {
  private readonly paths: RoutePathFactory;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
  ) {
    this.paths = new RoutePathFactory(config);
  }

  /** Once the application is set up: prefix and versioning are set after it is made. */
  all(): PaidRoute[] {
    return this.discovery.getControllers().flatMap(({ instance, metatype, host }) => {
      const prototype = Object.getPrototypeOf(instance ?? {}) as Record<string, () => unknown> | null;
      if (!prototype || !metatype) return [];
      const modulePath = this.modulePath(host?.metatype);
      return this.scanner
        .getAllMethodNames(prototype)
        .flatMap((name) => this.routesOf(metatype, prototype[name], modulePath));
    });
  }

  private modulePath(module: Type | undefined): string | undefined {
    if (!module) return undefined;
    return (Reflect.getMetadata(MODULE_PATH + this.modules.applicationId, module) ??
      Reflect.getMetadata(MODULE_PATH, module)) as string | undefined;
  }

  private routesOf(
    controller: Target,
    handler: (() => unknown) | undefined,
    modulePath: string | undefined,
  ): PaidRoute[] {
    if (!handler || this.reflector.getAllAndOverride(MONETIZED, [handler, controller]) === undefined)
      return [];
    const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
    const verb = method === undefined ? undefined : RequestMethod[method];
    if (method === undefined || verb === undefined) return [];
    return pathsOf(this.reflector, controller).flatMap((ctrlPath) =>
      pathsOf(this.reflector, handler).flatMap((methodPath) =>
        this.paths
          .create(this.describe({ controller, handler, ctrlPath, methodPath, modulePath }), method)
          .map((route) => ({ verb, route })),
      ),
    );
  }

  private describe(of: {
    controller: Target;
    handler: Target;
    ctrlPath: string;
    methodPath: string;
    modulePath: string | undefined;
  }): Parameters<Create>[0] {
    const { ctrlPath, methodPath, modulePath } = of;
    const versioning = this.config.getVersioning();
    const byUri = versioning?.type === VersioningType.URI ? versioning : undefined;
    return {
      ctrlPath: slashed(ctrlPath),
      methodPath: slashed(methodPath),
      modulePath: modulePath === undefined ? '' : slashed(modulePath),
      globalPrefix: slashed(this.config.getGlobalPrefix()),
      controllerVersion: this.versionOf(of.controller) ?? byUri?.defaultVersion,
      methodVersion: this.versionOf(of.handler),
      versioningOptions: versioning,
    } as Parameters<Create>[0];
  }

  private versionOf(target: Target): unknown {
    return this.reflector.get<unknown>(VERSION_METADATA, target);
  }
}

function pathsOf(reflector: Reflector, target: Target): string[] {
  return [reflector.get<string | string[] | undefined>(PATH_METADATA, target) ?? ''].flat();
}

/** One slash before it, none at its end; nothing stays nothing. */
function slashed(path: string): string {
  const parts = path.split('/').filter((name) => name !== '');
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}
