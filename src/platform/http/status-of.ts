import { HttpException } from '@nestjs/common';
import type { ErrorCode } from '../errors/error-codes.js';
import { FareboxError } from '../errors/farebox-error.js';
import type { Exchange } from './exchange.js';
import { bodyTooLarge } from './route-limits.js';

/** The one table from our error codes to HTTP; the compiler proves it complete. */
export const STATUS_OF = {
  validation_failed: 400,
  malformed_request: 400,
  token_missing: 401,
  token_invalid: 401,
  token_expired: 401,
  token_revoked: 401,
  subscription_inactive: 402,
  payment_method_required: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  email_taken: 409,
  registration_conflict: 409,
  too_many_tokens: 409,
  change_refused: 409,
  idempotency_key_in_use: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  rate_limited: 429,
  headers_too_large: 431,
  application_error: 500,
  internal: 500,
  subscription_changing: 503,
  busy: 503,
  billing_unavailable: 503,
  ledger_unavailable: 503,
  database_unavailable: 503,
  mail_unavailable: 503,
  shutting_down: 503,
} as const satisfies Record<ErrorCode, number>;

/** Our code for an error that only has a status: the framework's, or one of the application around us. */
export function codeOfStatus(status: number): ErrorCode {
  switch (status) {
    case 400:
      return 'malformed_request';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 405:
      return 'method_not_allowed';
    case 413:
      return 'payload_too_large';
    case 415:
      return 'unsupported_media_type';
    case 429:
      return 'rate_limited';
    case 500:
      return 'internal';
    default:
      return 'application_error';
  }
}

/** The framework's refusals (a route that is not there, a body that cannot be read), and all unforeseen errors. */
export function frameworksError(thrown: unknown, exchange: Exchange): FareboxError {
  const status = statusOf(thrown);
  if (status === 503)
    return new FareboxError('shutting_down', 'The service is restarting. Try again.', {
      cause: thrown,
      retryAfterSeconds: 1,
    });
  if (status === undefined || status >= 500)
    return new FareboxError('internal', 'Internal error. Include the request ID when you contact support.', {
      cause: thrown,
    });
  const code = codeOfStatus(status);
  return new FareboxError(
    code === 'application_error' ? 'malformed_request' : code,
    detailOf(status, thrown, exchange),
    {
      cause: thrown,
    },
  );
}

/** Nest's exceptions carry a status, and so do Fastify's errors (`statusCode`). */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : undefined;
}

/** Our own messages for the framework's refusals: its messages may quote the request. */
function detailOf(status: number, thrown: unknown, exchange: Exchange): string {
  const { code } = (thrown ?? {}) as { code?: unknown };
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'The body is empty. Send JSON.';
  switch (status) {
    case 404:
      return 'No such route. See /docs.';
    case 413:
      return bodyTooLarge(exchange.limits);
    case 415:
      return 'This content type is not accepted. Send JSON, with "content-type: application/json".';
    case 429:
      return 'Too many requests. Try again later.';
    default:
      return 'The request cannot be read. Check that the URL is well-formed and the body is valid JSON.';
  }
}
