import type { FastifyRequest } from 'fastify';
import { SESSION_MS } from './operator-session.js';

const NAME = 'farebox_operator';
/** Sent with these routes only: no paid call carries it, so it is never recorded with one. */
const ATTRIBUTES = 'Path=/admin; HttpOnly; SameSite=Strict';

/** The values of our cookie in a browser: one, unless others were set for another path or host. */
export function sessionValues(request: FastifyRequest): string[] {
  return (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=', 2);
    return value !== undefined && (name === NAME || name === `__Secure-${NAME}`) ? [value] : [];
  });
}

/** `Set-Cookie` of a session. @param isSecure whether the browser uses https */
export function sessionCookie(value: string, isSecure: boolean): string {
  return `${named(isSecure)}=${value}; ${ATTRIBUTES}; Max-Age=${SESSION_MS / 1_000}${isSecure ? '; Secure' : ''}`;
}

/** `Set-Cookie` that removes it. */
export function noSessionCookie(isSecure: boolean): string {
  return `${named(isSecure)}=; ${ATTRIBUTES}; Max-Age=0${isSecure ? '; Secure' : ''}`;
}

const named = (isSecure: boolean): string => (isSecure ? `__Secure-${NAME}` : NAME);
