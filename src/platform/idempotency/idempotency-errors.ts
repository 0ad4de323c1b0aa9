import { FareboxError } from '../errors/farebox-error.js';

export class IdempotencyKeyReusedError extends FareboxError {
  constructor() {
    super(
      'idempotency_key_reused',
      'This Idempotency-Key was used before with another request. Send each new request under a key of its own.',
    );
  }
}

export class IdempotencyKeyInUseError extends FareboxError {
  constructor() {
    super(
      'idempotency_key_in_use',
      'The request with this Idempotency-Key is still being worked on. Send the same again in a moment for its answer.',
      { retryAfterSeconds: 1 },
    );
  }
}
