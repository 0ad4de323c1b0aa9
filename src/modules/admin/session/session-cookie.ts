import type { FastifyRequest } from 'fastify';
import { SESSION_MS } from './operator-session.js';

const NAME = 'farebox_operator';
/** Sent with these routes alone: no paid call carries it, and so none that is recorded. */
const ATTRIBUTES = 'Path=/admin; HttpOnly; SameSite=Strict';

/** The values that a browser has under our name; one, unless somebody set others for another path or host. */
export function sessionValues(request: FastifyRequest): string[] {
  return (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=', 2);
    return value !== undefined && (name === NAME || name === `__Secure-${NAME}`) ? [value] : [];
  });
}

/** `Set-Cookie` of a session. @param isSecure whether the browser came by https */
export function sessionCookie(value: string, isSecure: boolean): string {
  return `${named(isSecure)}=${value}; ${ATTRIBUTES}; Max-Age=${SESSION_MS / 1_000}${isSecure ? '; Secure' : ''}`;
}

/** `Set-Cookie` that takes it away. */
export function noSessionCookie(isSecure: boolean): string {
  return `${named(isSecure)}=; ${ATTRIBUTES}; Max-Age=0${isSecure ? '; Secure' : ''}`;
}

const named = (isSecure: boolean): string => (isSecure ? `__Secure-${NAME}` : NAME);
