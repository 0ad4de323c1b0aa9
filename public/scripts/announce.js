import { find } from './dom.js';

/**
 * Says something to a screen reader without moving the focus, once the reader has finished its sentence.
 *
 * @param {string} text
 */
export function announce(text) {
  const announcer = find('#announcer', HTMLElement);
  // The same text twice is no change, and would not be said again.
  announcer.textContent = announcer.textContent === text ? `${text}\u00a0` : text;
}
