import { announce } from './announce.js';
import { setPart } from './dom.js';

/** How long a button says that it copied, in ms. */
const CONFIRMATION = 2000;

/**
 * Makes a button copy an element's text and say so. Where the browser allows no copying by script, it selects the
 * text, so that the person's own shortcut takes it.
 *
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} source
 * @param {string} what name of the text, for the confirmation read aloud
 * @param {() => void} [onCopied]
 */
export function copyButton(button, source, what, onCopied) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  button.addEventListener('click', async () => {
    const copied = await copy(source);
    setPart(button, 'label', copied ? 'Copied' : 'Selected');
    button.dataset['state'] = copied ? 'copied' : 'selected';
    announce(copied ? `${what} copied.` : `${what} selected: copy it with your keyboard or menu.`);
    if (copied) onCopied?.();
    clearTimeout(timer);
    timer = setTimeout(() => {
      setPart(button, 'label', 'Copy');
      delete button.dataset['state'];
    }, CONFIRMATION);
  });
}

/**
 * @param {HTMLElement} source
 * @returns {Promise<boolean>} whether the text is on the clipboard
 */
async function copy(source) {
  try {
    // Absent on pages that came by plain HTTP from another machine; refused where a policy says so.
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return false;
  }
}
