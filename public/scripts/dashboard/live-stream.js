import { addressOf } from '../address.js';
import { serverEvents } from '../server-events.js';

/** How long to wait before coming back, in ms: doubled each time it fails, up to the most. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * @typedef {object} Handlers
 * @property {(call: unknown) => void} onCall
 * @property {() => void} onSkipped calls were not shown; the list has them
 * @property {(state: 'connecting' | 'live' | 'waiting' | 'absent' | 'crowded') => void} onState
 */

/**
 * Server-sent events read by `fetch`, because EventSource can send no token. Comes back by itself, from the last call
 * that it saw.
 */
export class LiveStream {
  /** @type {AbortController | undefined} */
  #abort;
  #lastId = '';
  #wait = FIRST_WAIT;

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {Handlers} handlers
   */
  constructor(api, handlers) {
    this.api = api;
    this.handlers = handlers;
  }

  /**
   * @param {string} path
   * @param {string} lastId the newest call that is shown; `''` for none
   */
  start(path, lastId) {
    this.stop();
    this.#lastId = lastId;
    this.#wait = FIRST_WAIT;
    this.#abort = new AbortController();
    void this.#run(path, this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = undefined;
  }

  /**
   * @param {string} path
   * @param {AbortSignal} signal
   */
  async #run(path, signal) {
    while (!signal.aborted) {
      this.handlers.onState('connecting');
      const goOn = await this.#once(path, signal).catch(() => true);
      if (!goOn || signal.aborted) return;
      this.handlers.onState('waiting');
      await pause(this.#wait, signal);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    }
  }

  /**
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether to come back
   */
  async #once(path, signal) {
    const response = await fetch(addressOf(path), {
      headers: {
        ...this.api.headers(),
        accept: 'text/event-stream',
        ...(this.#lastId === '' ? {} : { 'last-event-id': this.#lastId }),
      },
      signal,
      cache: 'no-store',
      credentials: 'omit',
    });
    if (response.status === 401) {
      this.api.refused('');
      return false;
    }
    if ([403, 404, 501].includes(response.status)) {
      this.handlers.onState('absent');
      return false;
    }
    if (response.status === 429) {
      this.handlers.onState('crowded');
      this.#wait = LONGEST_WAIT;
      return true;
    }
    if (!response.ok || !response.body) return true;
    this.handlers.onState('live');
    this.#wait = FIRST_WAIT;
    for await (const event of serverEvents(response.body)) this.#take(event);
    return true;
  }

  /** @param {import('../server-events.js').ServerEvent} event */
  #take({ event, id, data }) {
    if (event === 'skipped') this.handlers.onSkipped();
    if (event !== 'call') return;
    if (id !== '') this.#lastId = id;
    try {
      this.handlers.onCall(JSON.parse(data));
    } catch {
      // A proxy cut it short: the list has it.
    }
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
