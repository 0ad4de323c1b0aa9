import { FareboxError } from '../errors/farebox-error.js';
import { TLS_CODES } from './database-problem.js';

/** PostgreSQL cannot be reached, is starting, or is shutting down. The caller may try again. */
export class DatabaseUnavailableError extends FareboxError {
  constructor(cause: unknown) {
    super('database_unavailable', 'The service cannot reach its database at the moment. Try again shortly.', {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

/** Connection errors of the operating system, and SQLSTATEs of temporary failures. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const UNAVAILABLE_STATES = /^(08|28|3D000|57P0[1-5]|53[0-3]00|25006)/;
/** pg reports these without a code. */
const CONNECTION_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|query read timeout|cannot use a pool after calling end/i;

export function isDatabaseUnavailable(error: unknown): boolean {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    if (current instanceof DatabaseUnavailableError) return true;
    if (current instanceof AggregateError && current.errors.some(isDatabaseUnavailable)) return true;
    const { code } = current as NodeJS.ErrnoException;
    if (
      code !== undefined &&
      (CONNECTION_CODES.has(code) || UNAVAILABLE_STATES.test(code) || TLS_CODES.test(code))
    )
      return true;
    if (CONNECTION_MESSAGES.test(current.message)) return true;
  }
  return false;
}

/** No connection was free, or the answer took too long: the server itself is up. */
const BUSY_MESSAGES = /^(?:timeout exceeded when trying to connect|query read timeout)/i;
const BUSY_STATES = new Set(['53300', '57014', '55P03']);

/** Whether the database was too busy for this query, rather than unavailable. */
export function isDatabaseBusy(error: unknown): boolean {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    const { code } = current as NodeJS.ErrnoException;
    if ((code !== undefined && BUSY_STATES.has(code)) || BUSY_MESSAGES.test(current.message)) return true;
  }
  return false;
}

/** Errors as they leave this folder: unavailability as `DatabaseUnavailableError`, all others unchanged. */
export function translateDatabaseError(error: unknown): unknown {
  return isDatabaseUnavailable(error) && !(error instanceof DatabaseUnavailableError)
    ? new DatabaseUnavailableError(error)
    : error;
}

/** A lock was not obtained within `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return hasSqlState(error, '55P03');
}

/** A `unique` constraint was violated; `constraint` narrows it to one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return hasSqlState(error, '23505', constraint);
}

function hasSqlState(error: unknown, state: string, constraint?: string): boolean {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    const { code, constraint: name } = current as { code?: string; constraint?: string };
    if (code === state) return constraint === undefined || name === constraint;
  }
  return false;
}
