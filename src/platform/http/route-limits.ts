import { parseBytes } from '../config/bytes.js';
import { FareboxError } from '../errors/farebox-error.js';
import type { AppliedLimits, Exchange } from './exchange.js';

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

/** On a handler, from where Nest copies it to what it registers with the HTTP adapter. */
const MARKS = 'farebox:route-limits';

interface Marks {
  paid?: { bodyBytes?: number; pathParameter?: number };
  bodyBytes?: number;
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
  Reflect.defineMetadata(MARKS, { ...marksOf(handler), ...marks }, handler);
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
 */
export function limitsOf(
  handler: object,
  defaults: { bodyBytes: number; pathParameter: number },
): AppliedLimits | undefined {
  const marks = marksOf(handler);
  if (!marks) return undefined;
  if (marks.paid) return { ...defaults, ...marks.paid, paid: true };
  const { bodyBytes } = marks;
  return {
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    pathParameter: OWN_PATH_PARAMETER,
    paid: false,
  };
}

/** @returns why a parameter of the path is refused. */
export function refusedParameter({
  parameters,
  limits: { pathParameter, paid },
}: Exchange): FareboxError | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    if (value.length <= pathParameter) continue;
    const advice = paid ? ' PATH_PARAMETER_LIMIT and @Monetized() set the limit.' : '';
    const detail = `The part "${name}" of the path is longer than ${pathParameter} characters.${advice}`;
    return new FareboxError('malformed_request', detail);
  }
  return undefined;
}

/** The message for a body that is too large for the route. */
export function bodyTooLarge({ limits: { bodyBytes, paid } }: Exchange): string {
  const most = bodyBytes === undefined ? '' : `: this route takes ${bodyBytes} bytes at most`;
  const advice = paid ? ' BODY_LIMIT and @Monetized() set the limit.' : '';
  return `The body is too large${most}.${advice}`;
}
