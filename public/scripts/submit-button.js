import { ActionButton } from './action-button.js';
import { announce } from './announce.js';
import { setPart } from './dom.js';
import { asClock } from './retry-after.js';

/** The button of a form, which a server's `Retry-After` can hold back for a while. */
export class SubmitButton extends ActionButton {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * Counts down in sight, and says aloud only the end.
   *
   * @param {string} label
   * @param {number} waitMs
   */
  holdFor(label, waitMs) {
    const end = Date.now() + waitMs;
    this.set(label, { busy: false, held: true });
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
   * @protected
   * @override
   * @param {string} label
   * @param {{ busy: boolean, held: boolean }} state
   */
  set(label, state) {
    clearTimeout(this.#timer);
    setPart(this.button, 'countdown', '');
    super.set(label, state);
  }
}
