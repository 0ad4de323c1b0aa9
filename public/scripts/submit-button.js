import { announce } from './announce.js';
import { setPart } from './dom.js';
import { asClock } from './retry-after.js';

/**
 * The button of a form and what it says: ready, sending, waiting before another try. It is never `disabled`, which
 * would take the focus away; while it must not act it is `aria-disabled` and `ready` is false.
 */
export class SubmitButton {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLButtonElement} button */
  constructor(button) {
    this.button = button;
  }

  get ready() {
    return this.button.getAttribute('aria-disabled') !== 'true';
  }

  /** @param {string} label */
  show(label) {
    this.#set(label, { busy: false, held: false });
  }

  /** @param {string} label */
  showBusy(label) {
    this.#set(label, { busy: true, held: true });
  }

  /**
   * Counts down in sight, and says aloud only the end.
   *
   * @param {string} label
   * @param {number} waitMs
   */
  holdFor(label, waitMs) {
    const end = Date.now() + waitMs;
    this.#set(label, { busy: false, held: true });
    const tick = () => {
      const left = end - Date.now();
      if (left <= 0) {
        this.show(label);
        announce('You can try again now.');
        return;
      }
      setPart(this.button, 'countdown', `in ${asClock(left)}`);
      this.#timer = setTimeout(tick, Math.min(left, 1000));
    };
    tick();
  }

  /**
   * @param {string} label
   * @param {{ busy: boolean, held: boolean }} state
   */
  #set(label, { busy, held }) {
    clearTimeout(this.#timer);
    setPart(this.button, 'label', label);
    setPart(this.button, 'countdown', '');
    this.button.setAttribute('aria-busy', String(busy));
    this.button.setAttribute('aria-disabled', String(held));
  }
}
