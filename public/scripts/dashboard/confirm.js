import { find } from '../dom.js';

/**
 * Asks before something that cannot be taken back. The browser's own dialog element keeps the focus in it and gives it
 * back; Escape says no.
 *
 * @param {{ title: string, text: string, yes: string }} question
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, yes }) {
  const dialog = find('#confirm', HTMLDialogElement);
  find('#confirm-title', HTMLElement).textContent = title;
  find('#confirm-text', HTMLElement).textContent = text;
  find('#confirm-yes', HTMLElement).textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
