import { textOf } from '../json.js';
import { badge, element, numberCell, row } from './element.js';
import { formatNumber, formatSecond, timeElement } from './format.js';
import { decimalOf } from './read.js';

/** So many rows stand in the page at most: a live log would fill it without end. */
const MOST_ROWS = 500;

/** The rows of the call log: each call once, newest first, whatever order they come in. */
export class CallTable {
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();
  /** @type {Record<string, unknown>[]} */
  #waiting = [];

  /** @param {HTMLTableSectionElement} body */
  constructor(body) {
    this.body = body;
  }

  get size() {
    return this.#rows.size;
  }

  /** The id of the newest call that is shown; `''` for none. */
  get newest() {
    return [...this.#rows.keys()].reduce((most, id) => (id > most ? id : most), '');
  }

  clear() {
    this.#rows.clear();
    this.#waiting = [];
    this.body.replaceChildren();
  }

  /** @param {Record<string, unknown>[]} calls a page of the list, newest first */
  append(calls) {
    for (const call of calls) this.#place(call, false);
  }

  /**
   * A call that has just come in. Rows are added once a frame, however fast they come.
   *
   * @param {Record<string, unknown>} call
   * @param {() => void} onShown
   */
  add(call, onShown) {
    this.#waiting.push(call);
    if (this.#waiting.length > MOST_ROWS) this.#waiting.shift();
    if (this.#waiting.length > 1) return;
    // A timer, and not a frame: a tab in the background has none.
    setTimeout(() => {
      for (const each of this.#waiting.splice(0)) this.#place(each, true);
      this.#trim();
      onShown();
    }, 50);
  }

  /**
   * @param {Record<string, unknown>} call
   * @param {boolean} isNew
   */
  #place(call, isNew) {
    const id = textOf(call, 'id');
    if (id === '' || this.#rows.has(id)) return;
    const made = callRow(call);
    made.dataset['id'] = id;
    if (isNew) made.classList.add('row-new');
    this.#rows.set(id, made);
    // Ids sort by time; a new call nearly always goes first, an old one last.
    let after = isNew ? this.body.firstElementChild : null;
    if (isNew) while (after && (rowId(after) ?? '') > id) after = after.nextElementSibling;
    this.body.insertBefore(made, after);
  }

  #trim() {
    while (this.#rows.size > MOST_ROWS) {
      const last = this.body.lastElementChild;
      if (!last) return;
      this.#rows.delete(rowId(last) ?? '');
      last.remove();
    }
  }
}

/** @param {Element} element */
function rowId(element) {
  return element instanceof HTMLElement ? element.dataset['id'] : undefined;
}

/** @param {Record<string, unknown>} call */
function callRow(call) {
  const status = decimalOf(call, 'status');
  const path = textOf(call, 'path') || textOf(call, 'route');
  const route = textOf(call, 'route');
  const corrects = textOf(call, 'corrects');
  const duration = decimalOf(call, 'durationMs');
  return row(
    timeElement(textOf(call, 'startedAt'), formatSecond),
    element(
      'td',
      { class: 'call-name' },
      element('strong', {}, textOf(call, 'verb')),
      ' ',
      element('code', { title: route }, path),
      corrects === '' ? null : element('span', { class: 'hint block' }, `Correction of ${corrects}`),
    ),
    badge(status, status >= '500' ? 'danger' : status >= '400' ? 'warning' : 'success'),
    numberCell(duration === '' ? '' : `${formatNumber(Number(duration).toFixed(1))} ms`),
    numberCell(formatNumber(decimalOf(call, 'units'))),
    element('td', { class: 'call-user' }, textOf(call, 'user')),
  );
}
