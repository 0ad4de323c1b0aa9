import { setPart } from './dom.js';

/**
 * Shows a message beside the button that it is about, and brings it into sight: who sends with the Enter key may be
 * far above. The element is a live region (`role="alert"`), so it is also read aloud when it appears.
 *
 * @param {HTMLElement} element
 * @param {{ title: string, detail: string, requestId: string, passing: boolean }} message
 *   `passing`: it may go away by itself, so it warns rather than refuses
 */
export function showNotice(element, { title, detail, requestId, passing }) {
  element.classList.toggle('notice-warning', passing);
  element.classList.toggle('notice-danger', !passing);
  setPart(element, 'title', title);
  setPart(element, 'detail', detail);
  setPart(element, 'reference', requestId === '' ? '' : `Reference for support: ${requestId}`);
  element.hidden = false;
  element.scrollIntoView({ block: 'nearest' });
}

/** @param {HTMLElement} element */
export function hideNotice(element) {
  element.hidden = true;
}
