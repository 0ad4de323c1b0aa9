import { FareboxError } from '../errors/farebox-error.js';
import type { Exchange } from '../http/exchange.js';

/**
 * The part of a request's body that distinguishes requests.
 * @throws {FareboxError} `validation_failed` for a body that the handler has yet to read: it cannot be compared with
 * the one before.
 */
export function bodyToCompare({ request, body }: Pick<Exchange, 'request' | 'body'>): unknown {
  if (Buffer.isBuffer(body)) return body.toString('base64');
  if (isStream(body) || (hasBody(request.headers) && !request.readableEnded))
    throw new FareboxError(
      'validation_failed',
      'An Idempotency-Key cannot be used with a body that is read as a stream. Leave the key out, or send the body as JSON.',
      {
        fields: [
          {
            field: 'Idempotency-Key',
            message: 'cannot be used with a body that is read as a stream; leave it out',
          },
        ],
      },
    );
  return body;
}

function hasBody(headers: Exchange['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isStream(body: unknown): boolean {
  if (body === null || typeof body !== 'object') return false;
  const { pipe, getReader } = body as { pipe?: unknown; getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function' || Symbol.asyncIterator in body;
}
