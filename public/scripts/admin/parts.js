import { element, headRow } from '../dashboard/element.js';
import { formatTime, timeElement } from '../dashboard/format.js';

/** @typedef {import('../dashboard/element.js').Child} Child */

/**
 * A table that scrolls by itself where it is too wide.
 *
 * @param {string} label what a screen reader calls it
 * @param {[name: string, isNumber?: boolean][]} columns
 * @param {HTMLTableRowElement[]} rows
 */
export function dataTable(label, columns, rows) {
  return element(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': label },
    element('table', { class: 'table table-wide' }, headRow(...columns), element('tbody', {}, ...rows)),
  );
}

/**
 * @param {string} text
 */
export function rowHead(text) {
  return element('th', { scope: 'row' }, text);
}

/**
 * A time, or `-`.
 *
 * @param {string} iso
 */
export function timeOrNone(iso) {
  return iso === '' ? element('span', { class: 'muted' }, '–') : timeElement(iso, formatTime);
}

/**
 * A button with words for those who cannot see what it stands beside.
 *
 * @param {string} label
 * @param {string} about
 * @param {() => void} act
 * @param {string} [kind]
 */
export function rowButton(label, about, act, kind = 'button-quiet') {
  const button = element(
    'button',
    { class: `button ${kind}`, type: 'button' },
    label,
    element('span', { class: 'visually-hidden' }, ` ${about}`),
  );
  button.addEventListener('click', act);
  return button;
}

/**
 * A heading and what stands under it.
 *
 * @param {string} title
 * @param {Child[]} children
 */
export function part(title, ...children) {
  return element('section', { class: 'part' }, element('h3', {}, title), ...children);
}

/**
 * A sentence in the place of a list without anything in it.
 *
 * @param {string} text
 */
export function none(text) {
  return element('p', { class: 'muted' }, text);
}

/**
 * A link to an account's page; a text when there is no customer.
 *
 * @param {string} customerId
 */
export function accountLink(customerId) {
  if (customerId === '') return element('span', { class: 'muted' }, '–');
  return element('a', { href: `#accounts/${encodeURIComponent(customerId)}` }, customerId);
}

/** @type {Record<string, 'success' | 'warning' | 'danger'>} */
const TONES = {
  active: 'success',
  trialing: 'success',
  past_due: 'warning',
  unpaid: 'danger',
  canceled: 'danger',
  closed: 'danger',
  done: 'success',
  parked: 'danger',
  waiting: 'warning',
  pending: 'warning',
  excess: 'danger',
  late: 'danger',
  billed: 'success',
  missing: 'danger',
  miscounted: 'danger',
  uninvoiced: 'danger',
  overinvoiced: 'danger',
  to_tell: 'warning',
  settling: 'warning',
  refuse: 'danger',
  archive: 'warning',
  change: 'warning',
  create: 'warning',
  reactivate: 'warning',
};

/**
 * How a state, a verdict or an action is coloured.
 *
 * @param {string} word
 */
export function toneOf(word) {
  return TONES[word] ?? '';
}
