import type { Exchange } from '../../../platform/http/exchange.js';
import { SESSION_MS } from './operator-session.js';

const NAME = 'farebox_operator';

/** The values of our cookie in a browser: one, unless others were set for another path or host. */
export function sessionValues({ headers }: Exchange): string[] {
  return (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=', 2);
    return value !== undefined && (name === NAME || name === `__Secure-${NAME}`) ? [value] : [];
  });
}

/** `Set-Cookie` of a session. @param isSecure whether the browser uses https */
export function sessionCookie(value: string, exchange: Exchange, isSecure: boolean): string {
  return cookie(value, SESSION_MS / 1_000, exchange, isSecure);
}

/** `Set-Cookie` that removes it. */
export function noSessionCookie(exchange: Exchange, isSecure: boolean): string {
  return cookie('', 0, exchange, isSecure);
}

/** Sent with the operator's routes only: no paid call carries it, so it is never recorded with one. */
function cookie(value: string, seconds: number, { route = '' }: Exchange, isSecure: boolean): string {
  const path = route.replace(/\/session$/, '');
  const secure = isSecure ? '; Secure' : '';
  return `${named(isSecure)}=${value}; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`;
}

const named = (isSecure: boolean): string => (isSecure ? `__Secure-${NAME}` : NAME);
