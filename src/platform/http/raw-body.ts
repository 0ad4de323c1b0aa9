import type { IncomingMessage } from 'node:http';
import { SetMetadata } from '@nestjs/common';
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

/** Nest copies the metadata of a handler to what it registers with the adapter. */
export const takesRawBody = (handler: object): boolean => Reflect.hasMetadata(RAW_BODY, handler);

/** Has the parsers of the application find no body. */
export function hideBody(request: IncomingMessage): void {
  const { headers } = request;
  const kept: BodyHeaders = {};
  for (const name of BODY_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
    delete headers[name];
  }
  hidden.set(request, kept);
}
