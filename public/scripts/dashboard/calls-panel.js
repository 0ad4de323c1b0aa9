import { ActionButton } from '../action-button.js';
import { announce } from '../announce.js';
import { find, setPart } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { CallTable } from './call-table.js';
import { LiveStream } from './live-stream.js';
import { listOf } from './read.js';
import { saveCsv } from './save-csv.js';

/**
 * Which calls are listed: all, those of a time, or those of an invoice's line (by its path).
 *
 * @typedef {{ label?: string, from?: string, to?: string, path?: string }} CallsSource
 */

const LIVE_WORDS = {
  connecting: 'Connecting…',
  live: 'Connected',
  waiting: 'Connection lost, reconnecting…',
  absent: 'Live updates are not available',
  crowded: 'Too many live logs open',
  off: '',
};

/** The log of calls: a list with filters, new calls while they come in, older ones on demand, and a CSV. */
export class CallsPanel {
  /** @type {CallsSource} */
  #source = {};
  /** @type {string | null} */
  #next = null;
  #came = 0;

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {AbortSignal} signal ends it all
   * @param {() => void} onCall told of each call that comes in
   */
  constructor(api, panel, signal, onCall) {
    this.api = api;
    this.panel = panel;
    this.table = new CallTable(find('#call-rows', HTMLTableSectionElement));
    this.older = new ActionButton(find('#older-calls', HTMLButtonElement));
    this.csv = new ActionButton(find('#calls-csv', HTMLButtonElement));
    this.filters = find('#call-filters', HTMLFormElement);
    this.live = find('#live', HTMLInputElement);
    this.stream = new LiveStream(api, {
      onCall: (call) => {
        this.#take(call);
        onCall();
      },
      onSkipped: () => {
        this.#tellLive('Live: showing a sample, traffic is high');
        onCall();
      },
      onState: (state) => {
        this.#tellLive(LIVE_WORDS[state], state);
        if (state === 'absent') this.live.disabled = true;
      },
    });
    this.#listen(signal);
  }

  /** @param {CallsSource} [source] */
  async load(source = this.#source) {
    this.#source = source;
    this.stream.stop();
    const chip = find('#calls-source', HTMLElement);
    setPart(chip, 'label', source.label ? `Calls of: ${source.label}` : '');
    chip.hidden = !source.label;
    this.filters.hidden = source.path !== undefined;
    const shown = await this.panel.load(
      () => this.api.get(this.#path()),
      (json) => {
        this.table.clear();
        this.#came = 0;
        this.#addPage(json);
        if (this.table.size > 0) return undefined;
        return this.#isFiltered
          ? 'No matching calls.'
          : 'No calls yet. The panel “Get started” shows how to make one.';
      },
    );
    if (shown) this.#follow();
    else this.#tellLive('', 'off');
  }

  /**
   * Shows the calls of something else on the page, and goes there.
   *
   * @param {CallsSource} source
   */
  async show(source) {
    const heading = find('#calls-heading', HTMLElement);
    heading.scrollIntoView({ block: 'start' });
    heading.focus({ preventScroll: true });
    this.filters.reset();
    await this.load(source);
    announce(`Calls of ${source.label ?? 'your account'}.`);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    this.filters.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        void this.load();
      },
      { signal },
    );
    for (const name of ['status', 'verb']) {
      find(`[name="${name}"]`, HTMLSelectElement, this.filters).addEventListener(
        'change',
        () => void this.load(),
        {
          signal,
        },
      );
    }
    this.live.addEventListener('change', () => this.#follow(), { signal });
    this.older.button.addEventListener('click', () => void this.#loadOlder(), { signal });
    this.csv.button.addEventListener('click', () => void this.#download(), { signal });
    find('#calls-all', HTMLButtonElement).addEventListener('click', () => void this.load({}), { signal });
    signal.addEventListener('abort', () => {
      this.stream.stop();
      this.table.clear();
    });
  }

  get #isFiltered() {
    return [...this.#query().keys()].length > 0 || this.#source.path !== undefined;
  }

  /** What is asked of the calls: filters, and the time of the source. */
  #query() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.filters)) {
      if (typeof value === 'string' && value.trim() !== '') query.set(name, value.trim());
    }
    const { from, to } = this.#source;
    if (from) query.set('from', from);
    if (to) query.set('to', to);
    return query;
  }

  /** @param {Record<string, string>} [more] */
  #path(more = {}) {
    const query = this.#source.path === undefined ? this.#query() : new URLSearchParams();
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    const text = query.toString();
    return (this.#source.path ?? '/account/calls') + (text === '' ? '' : `?${text}`);
  }

  /** @param {unknown} json */
  #addPage(json) {
    this.table.append(listOf(json, 'calls'));
    this.#next = textOf(json, 'nextCursor') || null;
    this.older.button.hidden = this.#next === null;
    this.#count();
  }

  #count() {
    const came = this.#came > 0 ? `, ${this.#came} new` : '';
    find('#calls-count', HTMLElement).textContent = `${this.table.size} shown${came}`;
  }

  async #loadOlder() {
    if (!this.older.ready || this.#next === null) return;
    const source = this.#source;
    this.older.showBusy('Looking…');
    const result = await this.api.get(this.#path({ cursor: this.#next }));
    this.older.show('Older calls');
    if (source !== this.#source) return;
    if (result.kind === 'ok') this.#addPage(result.json);
    else announce(result.kind === 'failed' ? result.detail : 'Not available on this server.');
  }

  async #download() {
    if (!this.csv.ready) return;
    this.csv.showBusy('Downloading…');
    const result = await this.api.get(this.#path({ format: 'csv' }));
    this.csv.show('Download CSV');
    if (result.kind === 'ok') saveCsv(result.text, 'calls.csv');
    else announce(result.kind === 'failed' ? result.detail : 'Not available on this server.');
  }

  /** Follows new calls where that makes sense: not for an invoice's line, and not for a time that is over. */
  #follow() {
    const { path, to } = this.#source;
    const over = to !== undefined && Date.parse(to) <= Date.now();
    this.live.disabled = path !== undefined || over;
    if (!this.live.checked || this.live.disabled) {
      this.stream.stop();
      this.#tellLive('', 'off');
      return;
    }
    const query = this.#query();
    query.delete('from');
    query.delete('to');
    const text = query.toString();
    this.stream.start(`/account/calls/live${text === '' ? '' : `?${text}`}`, this.table.newest);
  }

  /** @param {unknown} call */
  #take(call) {
    if (!isObject(call)) return;
    const before = this.table.size;
    this.table.add(call, () => {
      this.#came += Math.max(0, this.table.size - before);
      this.#count();
      this.panel.ready();
    });
  }

  /**
   * @param {string} text
   * @param {string} [state]
   */
  #tellLive(text, state) {
    const place = find('#live-state', HTMLElement);
    place.textContent = text;
    if (state !== undefined) place.dataset['state'] = state;
  }
}
