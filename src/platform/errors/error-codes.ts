/**
 * Every reason for which a request can fail, in the words that clients see as `code`. The HTTP filter holds the table
 * from code to status, and the compiler proves it complete.
 */
export type ErrorCode =
  | 'validation_failed'
  | 'malformed_request'
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'subscription_inactive'
  | 'subscription_changing'
  | 'payment_method_required'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'email_taken'
  | 'registration_conflict'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'too_many_tokens'
  | 'change_refused'
  | 'idempotency_key_in_use'
  | 'idempotency_key_reused'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'billing_unavailable'
  | 'ledger_unavailable'
  | 'database_unavailable'
  | 'mail_unavailable'
  | 'shutting_down';
