import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { parseBytes } from '../config/bytes.js';
import { FareboxError } from '../errors/farebox-error.js';

/** Limits on a request to a route; absent ones are as set for all paid routes. */
export interface RouteLimits {
  /** The most that a body may have: bytes, or text such as `1MiB`. 413 beyond. Default: BODY_LIMIT. */
  bodyLimit?: number | string;
  /** The most characters that a parameter of the path may have. 400 beyond. Default: PATH_PARAMETER_LIMIT. */
  pathParameterLimit?: number;
}

/** For routes that use none of the settings: no form of ours is longer. */
export const OWN_BODY_BYTES = 64 * 1_024;
export const OWN_PATH_PARAMETER = 100;

/** The most that a form of a few fields sends. */
export const FORM_BYTES = 4_096;

/** In the config of a route: set by its decorators. */
interface LimitedRouteConfig {
  paid?: { bodyBytes?: number; pathParameter?: number };
  pathParameter?: number;
  bodyLimit?: number;
}

/** The most bytes that a body of this route may have: 413 beyond. For routes that read one before authentication. */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyLimit: bytes });

/**
 * Puts limits on a route, or on all of a controller that have none of their own.
 * @throws {RangeError} for an invalid limit
 */
export function LimitPaidRoute(limits: RouteLimits): MethodDecorator & ClassDecorator {
  const paid = readLimits(limits);
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    for (const handler of descriptor ? [descriptor.value as object] : handlersOf(target)) {
      const config = (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ??
        {}) as LimitedRouteConfig;
      const merged: LimitedRouteConfig = { ...config, paid: { ...paid, ...config.paid } };
      Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, merged, handler);
    }
  };
}

function readLimits({ bodyLimit, pathParameterLimit }: RouteLimits): NonNullable<LimitedRouteConfig['paid']> {
  const bodyBytes = bodyLimit === undefined ? undefined : parseBytes(String(bodyLimit));
  if (bodyLimit !== undefined && bodyBytes === undefined)
    throw new RangeError(`bodyLimit must be a number of bytes, or a text such as 1MiB, not ${bodyLimit}`);
  const isWhole = Number.isSafeInteger(pathParameterLimit) && Number(pathParameterLimit) > 0;
  if (pathParameterLimit !== undefined && !isWhole)
    throw new RangeError(`pathParameterLimit must be a whole number of 1 or more, not ${pathParameterLimit}`);
  return {
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...(pathParameterLimit === undefined ? {} : { pathParameter: pathParameterLimit }),
  };
}

function handlersOf(controller: object): object[] {
  const { prototype } = controller as { prototype: object };
  return Object.values(Object.getOwnPropertyDescriptors(prototype)).flatMap(({ value }) =>
    typeof value === 'function' && value !== controller ? [value as object] : [],
  );
}

/** Fastify's hook for routes: gives each the limits of its decorators. */
export const limitRoutes =
  (defaults: { bodyBytes: number; pathParameter: number }) =>
  (route: RouteOptions): void => {
    const config = (route.config ?? {}) as LimitedRouteConfig;
    if (config.bodyLimit !== undefined) route.bodyLimit = config.bodyLimit;
    if (config.paid === undefined) return;
    const { bodyBytes, pathParameter } = { ...defaults, ...config.paid };
    route.bodyLimit = bodyBytes;
    config.pathParameter = pathParameter;
  };

/** @returns why a parameter of the path is refused. */
export function refusedParameter({ params, routeOptions }: FastifyRequest): FareboxError | undefined {
  const { paid, pathParameter = OWN_PATH_PARAMETER } = (routeOptions.config ?? {}) as LimitedRouteConfig;
  for (const [name, value] of Object.entries((params ?? {}) as Record<string, string>)) {
    if (value.length <= pathParameter) continue;
    const advice = paid === undefined ? '' : ' PATH_PARAMETER_LIMIT and @Monetized() set the limit.';
    const detail = `The part "${name}" of the path is longer than ${pathParameter} characters.${advice}`;
    return new FareboxError('malformed_request', detail);
  }
  return undefined;
}

/** The message for a body that is too large for the route. */
export function bodyTooLarge({ routeOptions }: FastifyRequest): string {
  const { bodyLimit, config } = routeOptions;
  const advice = (config as LimitedRouteConfig | undefined)?.paid
    ? ' BODY_LIMIT and @Monetized() set the limit.'
    : '';
  return `The body is too large: this route takes ${bodyLimit} bytes at most.${advice}`;
}
