import type { ErrorCode } from './error-codes.js';

/** A field of the request that cannot be accepted, by its name in the request, and what to do. */
export interface FieldProblem {
  field: string;
  message: string;
}

export interface FareboxErrorOptions {
  /** The underlying error; for the log alone, never shown to a caller. */
  cause?: unknown;
  /** The fields at fault, for `validation_failed`. */
  fields?: readonly FieldProblem[];
  /** When it is worth trying again, in seconds: sent as `Retry-After`. */
  retryAfterSeconds?: number;
}

/**
 * An expected failure with two messages: the public one, which the caller reads as `detail`, and the cause, which the
 * operator reads in the log. It knows nothing of HTTP.
 */
export class FareboxError extends Error {
  readonly fields: readonly FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    readonly publicMessage: string,
    options: FareboxErrorOptions = {},
  ) {
    super(publicMessage, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The request has fields that cannot be accepted: 400, with each of them. */
export class InvalidFieldsError extends FareboxError {
  constructor(fields: readonly FieldProblem[], cause?: unknown) {
    super('validation_failed', 'Some fields are invalid. See "errors".', { fields, cause });
  }
}

/** The first `FareboxError` in a chain of causes: libraries such as the ORM wrap what they pass on. */
export function findFareboxError(error: unknown): FareboxError | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    if (current instanceof FareboxError) return current;
  }
  return undefined;
}
