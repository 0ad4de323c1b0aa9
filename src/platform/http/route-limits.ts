import { parseBytes } from '../config/bytes.js';
import { FareboxError } from '../errors/farebox-error.js';
import type { AppliedLimits, Exchange } from './exchange.js';
import { takesRawBody } from './raw-body.js';

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

/** Of a route that has none of ours. */
export const UNLIMITED: AppliedLimits = {
  pathParameter: OWN_PATH_PARAMETER,
  paid: false,
  own: false,
  rawBody: false,
};

/** The most that a form of a few fields sends. */
export const FORM_BYTES = 4_096;

/** Nest's name for what it hands to Fastify as the config of a route. Its wrapper of a handler with parameters has no metadata. */
const FASTIFY_CONFIG = '__fastify_route_config__';
/** On a handler, from where Nest copies it to what it registers with the HTTP adapter. */
const MARKS = 'farebox:route-limits';

interface Marks {
  paid?: { bodyBytes?: number; pathParameter?: number };
  bodyBytes?: number;
  own?: true;
}

/** Marks the handlers of a controller of our own. */
export function markOwn(controller: object): void {
  for (const handler of handlersOf(controller)) mark(handler, { own: true });
}

/** The most bytes that a body of this route may have: 413 beyond. For routes that read one before authentication. */
export const BodyLimit =
  (bytes: number): MethodDecorator =>
  (_target, _name, { value }): void =>
    mark(value as object, { bodyBytes: bytes });

/**
 * Puts limits on a route, or on all of a controller that have none of their own.
 * @throws {RangeError} for an invalid limit
 */
export function LimitPaidRoute(limits: RouteLimits): MethodDecorator & ClassDecorator {
  const paid = readLimits(limits);
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    for (const handler of descriptor ? [descriptor.value as object] : handlersOf(target))
      mark(handler, { paid: { ...paid, ...marksOf(handler)?.paid } });
  };
}

function mark(handler: object, marks: Marks): void {
  const merged = { ...marksOf(handler), ...marks };
  Reflect.defineMetadata(MARKS, merged, handler);
  const config = Reflect.getMetadata(FASTIFY_CONFIG, handler) as object | undefined;
  Reflect.defineMetadata(FASTIFY_CONFIG, { ...config, [MARKS]: merged }, handler);
}

function marksOf(handler: object): Marks | undefined {
  return Reflect.getMetadata(MARKS, handler) as Marks | undefined;
}

function readLimits({ bodyLimit, pathParameterLimit }: RouteLimits): NonNullable<Marks['paid']> {
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

/**
 * The limits of a route by the decorators of its handler; `undefined` where it has none.
 * @param handler the method of the controller, or what Nest registers with the HTTP adapter
 * @param config of the route, on Fastify
 */
export function limitsOf(
  handler: object,
  defaults: { bodyBytes: number; pathParameter: number },
  config?: object,
): AppliedLimits | undefined {
  const marks = marksOf(handler) ?? (config as { [MARKS]?: Marks } | undefined)?.[MARKS];
  if (!marks) return undefined;
  const { paid, own = false } = marks;
  const rawBody = takesRawBody(handler);
  if (paid) return { ...defaults, ...paid, paid: true, own, rawBody };
  const bodyBytes = marks.bodyBytes ?? OWN_BODY_BYTES;
  return { bodyBytes, pathParameter: OWN_PATH_PARAMETER, paid: false, own, rawBody };
}

/** @returns why a parameter of the path is refused. */
export function refusedParameter(exchange: Exchange): FareboxError | undefined {
  const parameters = Object.entries(exchange.parameters);
  if (parameters.length === 0) return undefined;
  const { pathParameter, paid } = exchange.limits;
  for (const [name, value] of parameters) {
    if (value.length <= pathParameter) continue;
    const advice = paid ? ' PATH_PARAMETER_LIMIT and @Monetized() set the limit.' : '';
    const detail = `The part "${name}" of the path is longer than ${pathParameter} characters.${advice}`;
    return new FareboxError('malformed_request', detail);
  }
  return undefined;
}

/** The message for a body that is too large for the route. */
export function bodyTooLarge({ bodyBytes, paid }: AppliedLimits): string {
  const most = bodyBytes === undefined ? '' : `: this route takes ${bodyBytes} bytes at most`;
  const advice = paid ? ' BODY_LIMIT and @Monetized() set the limit.' : '';
  return `The body is too large${most}.${advice}`;
}
