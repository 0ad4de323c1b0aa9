import { addressOf } from '../address.js';
import { send } from '../http.js';
import { problemFrom } from '../problem.js';
import { inWords, retryAfterMs } from '../retry-after.js';

/**
 * @typedef {import('../dashboard/account-api.js').Result} Result
 * @typedef {import('../dashboard/account-api.js').Failed} Failed
 * @typedef {import('../dashboard/account-api.js').Ok} Ok
 */

/** The operator's routes. The browser sends the session's cookie, which no script can read. */
export class AdminApi {
  #onSignedOut;

  /** @param {(detail: string) => void} onSignedOut called when the session does not work any more */
  constructor(onSignedOut) {
    this.#onSignedOut = onSignedOut;
  }

  /**
   * @param {string} path under `/admin`
   * @returns {Promise<Ok | Failed>}
   */
  async get(path) {
    return this.#ask('GET', path);
  }

  /**
   * @param {string} path under `/admin`
   * @param {unknown} [body]
   * @returns {Promise<Ok | Failed>}
   */
  async post(path, body) {
    return this.#ask('POST', path, body);
  }

  /**
   * @param {string} path under `/admin`
   * @returns {Promise<Ok | Failed>}
   */
  async delete(path) {
    return this.#ask('DELETE', path);
  }

  /**
   * An answer that comes in bit by bit: its server-sent events.
   *
   * @param {'GET' | 'POST'} method
   * @param {string} path under `/admin`
   * @param {{ body?: unknown, signal: AbortSignal }} request `signal` ends it
   * @returns {Promise<{ kind: 'stream', body: ReadableStream<Uint8Array> } | Failed>}
   */
  async stream(method, path, { body, signal }) {
    try {
      const response = await fetch(addressOf(`/admin/${path}`), {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal,
        ...contentOf(body),
      });
      if (response.ok && response.body) return { kind: 'stream', body: response.body };
      const json = await response.json().catch(() => undefined);
      const wait = retryAfterMs(response.headers.get('retry-after'), Date.now());
      return this.#noted(refused(response.status, json, wait));
    } catch {
      return unreachable('network');
    }
  }

  /**
   * @param {'GET' | 'POST' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async #ask(method, path, body) {
    return this.#noted(await ask(method, path, body));
  }

  /**
   * @template {Ok | Failed} T
   * @param {T} result
   */
  #noted(result) {
    if (result.kind === 'failed' && SIGNED_OUT.has(result.code)) this.#onSignedOut(result.detail);
    return result;
  }
}

const SIGNED_OUT = new Set(['token_missing', 'token_invalid', 'token_expired']);

/**
 * One request, whatever becomes of it.
 *
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} path under `/admin`
 * @param {unknown} [body]
 * @returns {Promise<Ok | Failed>}
 */
export async function ask(method, path, body) {
  const reply = await send(`/admin/${path}`, {
    method,
    credentials: 'same-origin',
    ...contentOf(body),
  });
  if (reply.kind === 'unreachable') return unreachable(reply.reason);
  if (reply.ok) return { kind: 'ok', json: reply.json, text: reply.text };
  return refused(reply.status, reply.json, reply.retryAfterMs);
}

/** @param {unknown} body */
function contentOf(body) {
  if (body === undefined) return {};
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/**
 * @param {number} status
 * @param {unknown} json
 * @param {number} retryMs what `Retry-After` asks, 0 without one
 * @returns {Failed}
 */
function refused(status, json, retryMs) {
  const problem = problemFrom(json);
  const wait = retryMs > 0 ? ` Try again in ${inWords(retryMs)}.` : '';
  return {
    kind: 'failed',
    code: problem.code,
    title: problem.title || `Status ${status}`,
    detail: (problem.detail || `The server answered with status ${status}.`) + wait,
    requestId: problem.requestId,
    passing: status >= 500 || status === 429,
    errors: problem.errors,
  };
}

/**
 * @param {'network' | 'timeout'} reason
 * @returns {Failed}
 */
function unreachable(reason) {
  const [title, detail] =
    reason === 'timeout'
      ? ['No response yet', 'The server may still be processing the request. Check again in a moment.']
      : ['The server cannot be reached', 'Try again in a moment.'];
  return { kind: 'failed', code: '', title, detail, requestId: '', passing: true, errors: [] };
}
