import { FareboxError } from '../../platform/errors/farebox-error.js';
import { isId } from '../../platform/ids/ids.js';
import {
  roleOf,
  SCOPES_OF,
  type Scope,
  TOKEN_ROLES,
  type TokenRole,
} from '../../platform/identity/scopes.js';

export const TOKEN_ISSUER = 'farebox';
export const TOKEN_AUDIENCE = 'farebox-api';

/**
 * The content of a token: customer, user and expiry. Subscription, plan and company are not in it: they change while a
 * token is valid, so they are looked up at the time of the call. Times are UTC, in seconds.
 */
export interface TokenClaims {
  /** Stripe's id of the customer; the same as `sub`. */
  id: string;
  sub: string;
  /** The end user for whom the customer issued the token; otherwise the customer. */
  user: string;
  /** Absent in tokens issued before there were roles: see `roleOf`. */
  role?: TokenRole;
  /** Scopes separated by spaces (RFC 8693). Absent: all of the role. */
  scope?: string;
  /** The id of the token (UUIDv7). */
  jti: string;
  iat: number;
  exp: number;
  iss: string;
  aud: string;
}

export class TokenMissingError extends FareboxError {
  constructor() {
    super(
      'token_missing',
      'An access token is required: send it as "Authorization: Bearer TOKEN". Register to get one.',
    );
  }
}

export class TokenInvalidError extends FareboxError {
  constructor(cause?: unknown) {
    super('token_invalid', "We don't recognise this token. Check that you copied all of it.", { cause });
  }
}

export class TokenExpiredError extends FareboxError {
  constructor() {
    super('token_expired', 'The token has expired.');
  }
}

export class TokenRevokedError extends FareboxError {
  constructor() {
    super('token_revoked', 'The token was revoked.');
  }
}

/** Not empty, without control characters and lone surrogates: a text that the database can store. */
const STORABLE = /^[^\p{Cc}\p{Cs}]+$/u;

/**
 * Checks the shape of a payload whose signature, issuer and audience were verified.
 * @throws {TokenInvalidError} for a token that we would not have issued.
 */
export function readClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const { id, sub, user, jti, iat, exp, iss, aud } = payload;
  const texts = [id, user, jti, iss, aud].every((claim) => typeof claim === 'string' && STORABLE.test(claim));
  const times = [iat, exp].every((claim) => Number.isSafeInteger(claim));
  const { role, scope } = payload;
  const isRole = role === undefined || (TOKEN_ROLES as readonly unknown[]).includes(role);
  const isScope = scope === undefined || typeof scope === 'string';
  if (!texts || !times || id !== sub || !isId(jti as string) || !isRole || !isScope)
    throw new TokenInvalidError();
  const granted = { ...(role === undefined ? {} : { role }), ...(scope === undefined ? {} : { scope }) };
  return { id, sub, user, ...granted, jti, iat, exp, iss, aud } as TokenClaims;
}

/** The scopes that a token grants. A scope that is not known here, or not for the role, grants nothing. */
export function grantOf({ id, user, role, scope }: TokenClaims): {
  role: TokenRole;
  scopes: readonly Scope[];
} {
  const its = roleOf({ role: role ?? null, user, customerId: id });
  const scopes = SCOPES_OF[its];
  if (scope === undefined) return { role: its, scopes };
  const words = scope.split(' ');
  return { role: its, scopes: scopes.filter((known) => words.includes(known)) };
}
