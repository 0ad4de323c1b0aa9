/** After a call its meter has counted it, and one report is worth waiting for. */
const AFTER_A_CALL_MS = 1_000;
const AT_MOST_EVERY_MS = 5_000;
const AT_LEAST_EVERY_MS = 60_000;

/**
 * Loads again what calls change, while somebody looks at the page: soon after a call, when the load says so, and every
 * minute.
 */
export class Refresher {
  #timer = 0;
  #at = 0;
  #last = 0;

  /**
   * @param {() => Promise<number>} load resolves to when the next change is awaited, in ms since the epoch
   * @param {AbortSignal} signal ends it
   */
  constructor(load, signal) {
    this.load = load;
    this.signal = signal;
    this.#last = Date.now();
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
    document.addEventListener('visibilitychange', () => this.soon(), { signal });
    this.#plan(AT_MOST_EVERY_MS);
  }

  /** A call has come in. */
  soon() {
    const earliest = this.#last + AT_MOST_EVERY_MS - Date.now();
    this.#plan(Math.max(AFTER_A_CALL_MS, earliest));
  }

  /** @param {number} ms */
  #plan(ms) {
    const at = Date.now() + ms;
    if (this.signal.aborted || (this.#timer !== 0 && this.#at <= at)) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = window.setTimeout(() => void this.#run(), ms);
  }

  async #run() {
    this.#timer = 0;
    if (document.hidden) return;
    this.#last = Date.now();
    const wait = (await this.load()) - Date.now();
    this.#plan(Math.min(Math.max(wait, AT_MOST_EVERY_MS), AT_LEAST_EVERY_MS));
  }
}
