import { send } from '../http.js';
import { problemFrom } from '../problem.js';
import { inWords } from '../retry-after.js';

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
   * @param {'GET' | 'POST'} method
   * @param {string} path
   * @param {unknown} [body]
   */
  async #ask(method, path, body) {
    const result = await ask(method, path, body);
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
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (reply.kind === 'unreachable') return unreachable(reply.reason);
  if (reply.ok) return { kind: 'ok', json: reply.json, text: reply.text };
  const problem = problemFrom(reply.json);
  const wait = reply.retryAfterMs > 0 ? ` Try again in ${inWords(reply.retryAfterMs)}.` : '';
  return {
    kind: 'failed',
    code: problem.code,
    title: problem.title || `Status ${reply.status}`,
    detail: (problem.detail || `The server answered with status ${reply.status}.`) + wait,
    requestId: problem.requestId,
    passing: reply.status >= 500 || reply.status === 429,
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
      ? ['No answer yet', 'The server may still be at it. Look again in a moment.']
      : ['The server cannot be reached', 'Try again in a moment.'];
  return { kind: 'failed', code: '', title, detail, requestId: '', passing: true, errors: [] };
}
