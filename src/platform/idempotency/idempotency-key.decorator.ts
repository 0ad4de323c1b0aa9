import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { FareboxError } from '../errors/farebox-error.js';
import { type Exchange, exchangeOf } from '../http/exchange.js';

/**
 * The `Idempotency-Key` header: `undefined` when absent.
 * @throws {FareboxError} `validation_failed` unless it is 1 to 255 visible ASCII characters.
 */
export function readIdempotencyKey({ headers }: Pick<Exchange, 'headers'>): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new FareboxError('validation_failed', 'The Idempotency-Key header cannot be used.', {
    fields: [
      {
        field: 'Idempotency-Key',
        message: 'must be one header of 1 to 255 visible ASCII characters, a UUID say',
      },
    ],
  });
}

/** The `Idempotency-Key` header of the request, as `readIdempotencyKey` reads it. */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined => readIdempotencyKey(exchangeOf(context)),
);
