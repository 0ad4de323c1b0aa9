import type { ErrorCode } from '../errors/error-codes.js';

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
  internal: 500,
  subscription_changing: 503,
  busy: 503,
  billing_unavailable: 503,
  ledger_unavailable: 503,
  database_unavailable: 503,
  mail_unavailable: 503,
  shutting_down: 503,
} as const satisfies Record<ErrorCode, number>;

/** What a status of the framework's own (a route that is not there, a body that cannot be read) is called here. */
export function codeOfStatus(status: number): ErrorCode {
  switch (status) {
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
    case 503:
      return 'shutting_down';
    default:
      return status >= 500 ? 'internal' : 'malformed_request';
  }
}
