import { addressOf } from './address.js';
import { retryAfterMs } from './retry-after.js';

/** After this long without an answer a request is given up, in ms. */
const TIMEOUT = 30_000;

/**
 * A server's answer, whatever its status.
 *
 * @typedef {object} Answer
 * @property {'answer'} kind
 * @property {number} status
 * @property {boolean} ok status 200 to 299
 * @property {string} text the body
 * @property {unknown} json the body read as JSON, `undefined` when it is none
 * @property {number} elapsedMs from sending to the last byte
 * @property {number} retryAfterMs what `Retry-After` asks, 0 without one
 */

/**
 * No answer: whether the server acted is not known.
 *
 * @typedef {object} Unreachable
 * @property {'unreachable'} kind
 * @property {'network' | 'timeout'} reason
 */

/**
 * Sends a request to a route of this server. Never throws for what the network or the server does.
 *
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string>, body?: string, credentials?: RequestCredentials }} [request]
 *   `credentials`: none unless said otherwise
 * @returns {Promise<Answer | Unreachable>}
 */
export async function send(path, request = {}) {
  const started = performance.now();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT);
  try {
    const response = await fetch(addressOf(path), {
      credentials: 'omit',
      ...request,
      signal: timeout.signal,
      cache: 'no-store',
      redirect: 'error',
    });
    const text = await response.text();
    return {
      kind: 'answer',
      status: response.status,
      ok: response.ok,
      text,
      json: parse(text),
      elapsedMs: performance.now() - started,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    };
  } catch {
    return { kind: 'unreachable', reason: timeout.signal.aborted ? 'timeout' : 'network' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} text
 * @returns {unknown}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
