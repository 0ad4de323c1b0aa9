import { setPart } from './dom.js';

/**
 * A button that starts something and shows that it is under way. It is never `disabled`, which would take the focus
 * away; while it must not act it is `aria-disabled` and `ready` is false.
 */
export class ActionButton {
  /** @param {HTMLButtonElement} button */
  constructor(button) {
    this.button = button;
  }

  get ready() {
    return this.button.getAttribute('aria-disabled') !== 'true';
  }

  /** @param {string} label */
  show(label) {
    this.set(label, { busy: false, held: false });
  }

  /** @param {string} label */
  showBusy(label) {
    this.set(label, { busy: true, held: true });
  }

  /**
   * @protected
   * @param {string} label
   * @param {{ busy: boolean, held: boolean }} state
   */
  set(label, { busy, held }) {
    setPart(this.button, 'label', label);
    this.button.setAttribute('aria-busy', String(busy));
    this.button.setAttribute('aria-disabled', String(held));
  }
}
