import { find } from './dom.js';

/**
 * Ticks a step of the page's list as done; the first one that is not becomes the current one. They may be taken out of
 * order: who calls before copying the token has still to copy it.
 *
 * @param {number} step from 1
 */
export function completeStep(step) {
  const items = [...find('#steps', HTMLOListElement).children];
  items[step - 1]?.toggleAttribute('data-done', true);
  const current = items.find((item) => !item.hasAttribute('data-done'));
  for (const item of items) {
    if (item === current) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
}
