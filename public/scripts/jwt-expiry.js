import { isObject } from './json.js';

/**
 * When a token ends, read from its claims without checking its signature: for display only.
 *
 * @param {string} jwt
 * @returns {Date | undefined} `undefined` when the token names no end or is no JWT
 */
export function jwtExpiry(jwt) {
  try {
    const payload = (jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    /** @type {unknown} */
    const claims = JSON.parse(atob(payload));
    const exp = isObject(claims) ? claims['exp'] : undefined;
    return typeof exp === 'number' ? new Date(exp * 1000) : undefined;
  } catch {
    return undefined;
  }
}
