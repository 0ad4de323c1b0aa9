import type { IncomingMessage } from 'node:http';
import { SetMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FareboxError } from '../errors/farebox-error.js';

const RAW_BODY = 'farebox:raw-body';
/** By these a parser finds that there is a body for it. */
const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'] as const;

type BodyHeaders = Partial<Record<(typeof BODY_HEADERS)[number], string>>;

const hidden = new WeakMap<IncomingMessage, BodyHeaders>();

/**
 * Keeps the parsers of the application, whichever it has, from the body of this route: the handler reads it with
 * {@link readRawBody}.
 */
export const TakesRawBody = (): MethodDecorator => SetMetadata(RAW_BODY, true);

/** Of a route that {@link TakesRawBody}: the content type of its body, without parameters; `undefined` when it has none. */
export function contentTypeOf(request: IncomingMessage): string | undefined {
  return hidden.get(request)?.['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

/**
 * Of a route that {@link TakesRawBody}: the bytes of the body as they came.
 * @param limit in bytes
 * @throws {FareboxError} `payload_too_large`; `malformed_request` when the client breaks off
 */
export async function readRawBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { 'content-length': stated = 0, 'transfer-encoding': encoding } =
    hidden.get(request) ?? request.headers;
  // Nothing to read; a parser may have found so before.
  if (Number(stated) === 0 && encoding === undefined) return Buffer.alloc(0);
  if (Number(stated) > limit) throw tooLarge(limit);
  if (request.readableEnded) throw new Error('the body of this request was read before');
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const end = (then: () => void) => (): void => {
      request.off('data', take).off('end', whole).off('close', broken).off('error', broken);
      then();
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else end(() => reject(tooLarge(limit)))();
    };
    const whole = end(resolve);
    const broken = end(() => reject(new FareboxError('malformed_request', 'The body is incomplete.')));
    request.on('data', take).once('end', whole).once('close', broken).once('error', broken);
  });
  return Buffer.concat(chunks);
}

const tooLarge = (limit: number): FareboxError =>
  new FareboxError('payload_too_large', `The body is too large: this route takes ${limit} bytes at most.`);

/** Of Fastify, as much as is needed here: an application on Express does not have it. */
interface FastifyLike {
  addHook(name: 'onRoute', hook: (route: { handler: object; config?: RouteConfig }) => void): void;
  addHook(
    name: 'onRequest',
    hook: (
      request: { raw: IncomingMessage; routeOptions: { config?: RouteConfig } },
      reply: unknown,
      done: () => void,
    ) => void,
  ): void;
}

interface RouteConfig {
  fareboxRawBody?: boolean;
}

/** A router of Express 5. */
interface ExpressLike {
  router: { stack: ExpressLayer[] };
}

interface ExpressLayer {
  match(path: string): boolean;
  route?: { methods: Record<string, boolean>; stack: { handle: object }[] };
}

/** Has {@link TakesRawBody} heeded. To be called before the application registers its body parsers. */
export function keepRawBodies(adapter: AbstractHttpAdapter): void {
  if (adapter.getType() === 'fastify') {
    const fastify = adapter.getInstance<FastifyLike>();
    fastify.addHook('onRoute', (route) => {
      if (isMarked(route.handler)) route.config = { ...route.config, fareboxRawBody: true };
    });
    fastify.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
      if (routeOptions.config?.fareboxRawBody) hideBody(raw);
      done();
    });
    return;
  }
  // Express runs its parsers before it looks for a route.
  const express = adapter.getInstance<ExpressLike>();
  let routes: ExpressLayer[] | undefined;
  adapter.use((request: IncomingMessage & { path: string }, _response: unknown, next: () => void) => {
    const candidates = (routes ??= express.router.stack.filter((layer) => takesRawBody(layer)));
    if (request.method === 'POST' && candidates.some((layer) => layer.match(request.path))) hideBody(request);
    next();
  });
}

const takesRawBody = ({ route }: ExpressLayer): boolean =>
  route?.methods['post'] === true && route.stack.some(({ handle }) => isMarked(handle));

/** Nest copies the metadata of a handler to what it registers with the adapter. */
const isMarked = (handler: object): boolean => Reflect.hasMetadata(RAW_BODY, handler);

function hideBody(request: IncomingMessage): void {
  const { headers } = request;
  const kept: BodyHeaders = {};
  for (const name of BODY_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
    delete headers[name];
  }
  hidden.set(request, kept);
}
