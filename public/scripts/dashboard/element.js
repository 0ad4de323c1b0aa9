/** @typedef {string | Node | null} Child */

/**
 * A new element. Text children stay text, whatever they contain; there is no way to give it markup.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean>} [attributes] `true` sets it empty, `false` leaves it out
 * @param {Child[]} children `null` is left out
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * A row of a table.
 *
 * @param {(Child | HTMLTableCellElement)[]} cells
 */
export function row(...cells) {
  return element(
    'tr',
    {},
    ...cells.map((cell) => (cell instanceof HTMLTableCellElement ? cell : element('td', {}, cell))),
  );
}

/**
 * A cell of figures.
 *
 * @param {string} text
 */
export function numberCell(text) {
  return element('td', { class: 'number' }, text);
}

/**
 * A row of the head of a table.
 *
 * @param {[name: string, isNumber?: boolean][]} columns
 */
export function headRow(...columns) {
  return element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...columns.map(([name, isNumber]) =>
        element('th', { scope: 'col', ...(isNumber ? { class: 'number' } : {}) }, name),
      ),
    ),
  );
}

/**
 * @param {string} text
 * @param {'success' | 'danger' | 'warning' | ''} [tone]
 */
export function badge(text, tone = '') {
  return element('span', { class: 'badge', ...(tone ? { 'data-tone': tone } : {}) }, text);
}

/**
 * Name and value for a `dl.facts`.
 *
 * @param {string} name
 * @param {Child} value
 */
export function fact(name, value) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, value));
}
