import { send } from '../http.js';
import { problemFrom } from '../problem.js';
import { inWords } from '../retry-after.js';

/**
 * What came of a request: the answer's JSON; or that this server has no such route; or why it failed.
 *
 * @typedef {{ kind: 'ok', json: unknown, text: string }} Ok
 * @typedef {{ kind: 'absent' }} Absent
 * @typedef {object} Failed
 * @property {'failed'} kind
 * @property {string} code the API's; `''` when it did not answer
 * @property {string} title
 * @property {string} detail
 * @property {string} requestId
 * @property {boolean} passing true when the same request may succeed later
 * @property {{ field: string, message: string }[]} errors
 * @typedef {Ok | Absent | Failed} Result
 */

/** The account's routes, asked with the token that the person gave. The token leaves this object in headers alone. */
export class AccountApi {
  #token;
  #onRefused;

  /**
   * @param {string} token
   * @param {(detail: string) => void} onRefused called when the token does not work any more
   */
  constructor(token, onRefused) {
    this.#token = token;
    this.#onRefused = onRefused;
  }

  /**
   * @param {string} path
   * @returns {Promise<Result>}
   */
  get(path) {
    return this.request('GET', path);
  }

  /**
   * @param {'GET' | 'POST' | 'DELETE'} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Result>}
   */
  async request(method, path, body, headers = {}) {
    const reply = await send(path, {
      method,
      headers: {
        ...this.headers(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (reply.kind === 'unreachable') {
      return failed({
        title: 'The server cannot be reached',
        detail: 'Try again in a moment.',
        passing: true,
      });
    }
    if (reply.ok) return { kind: 'ok', json: reply.json, text: reply.text };
    if (reply.status === 501 || (reply.status === 404 && method !== 'DELETE')) return { kind: 'absent' };
    const problem = problemFrom(reply.json);
    if (reply.status === 401) this.refused(problem.detail);
    const wait = reply.retryAfterMs > 0 ? ` Try again in ${inWords(reply.retryAfterMs)}.` : '';
    return failed({
      code: problem.code,
      title: reply.status === 403 ? 'Not allowed for this token' : problem.title || `Status ${reply.status}`,
      detail: (problem.detail || `The server answered with status ${reply.status}.`) + wait,
      requestId: problem.requestId,
      passing: reply.status >= 500 || reply.status === 429,
      errors: problem.errors,
    });
  }

  /** For requests that read their answer while it comes in. */
  headers() {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** @param {string} detail */
  refused(detail) {
    this.#onRefused(detail);
  }
}

/**
 * @param {Partial<Omit<Failed, 'kind'>>} what
 * @returns {Failed}
 */
function failed(what) {
  return {
    kind: 'failed',
    code: '',
    title: '',
    detail: '',
    requestId: '',
    passing: false,
    errors: [],
    ...what,
  };
}
