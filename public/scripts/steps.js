import { find } from './dom.js';

/**
 * Shows how far the person has come in the list of steps.
 *
 * @param {number} current the step to do next, from 1; past the last one, all are done
 */
export function markStep(current) {
  const items = find('#steps', HTMLOListElement).children;
  const before = [...items].filter((item) => item instanceof HTMLElement && 'done' in item.dataset).length;
  // A call after the last step is not a step back.
  if (current - 1 < before) return;
  [...items].forEach((item, index) => {
    item.toggleAttribute('data-done', index + 1 < current);
    if (index + 1 === current) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  });
}
