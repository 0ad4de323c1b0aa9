import { ActionButton } from '../action-button.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { formatDay } from './format.js';
import { objectOf } from './read.js';

/** @typedef {'/account/plan/cancel-change' | '/account/resume'} TakeBackRoute */

/** What is scheduled for the subscription, and a button that takes it back. */
export class PendingNotice {
  /** @type {TakeBackRoute} */
  #route = '/account/resume';
  #label = '';

  /**
   * @param {AbortSignal} signal
   * @param {(route: TakeBackRoute) => void} takeBack
   */
  constructor(signal, takeBack) {
    this.box = find('#plan-pending', HTMLElement);
    this.text = find('#plan-pending-text', HTMLElement);
    this.button = new ActionButton(find('#plan-keep', HTMLButtonElement));
    this.button.button.addEventListener(
      'click',
      () => {
        if (this.button.ready) takeBack(this.#route);
      },
      { signal },
    );
  }

  /**
   * @param {unknown} account
   * @param {(id: string) => string} nameOf names a plan
   * @param {string} current the id of the current plan
   */
  show(account, nameOf, current) {
    const pending = objectOf(account, 'pendingChange');
    const ends = textOf(account, 'cancelAt');
    const plan = textOf(pending, 'plan');
    this.box.hidden = !pending && ends === '';
    // A new price of the same plan is not the customer's to take back.
    this.button.button.hidden = pending !== null && plan === current;
    this.#route = pending ? '/account/plan/cancel-change' : '/account/resume';
    this.#label = pending ? 'Keep current plan' : 'Keep subscription';
    this.button.show(this.#label);
    if (pending && plan === current)
      this.text.textContent = `${nameOf(plan)} has a new price from ${formatDay(textOf(pending, 'at'))}.`;
    else if (pending) this.text.textContent = this.sentence(account, nameOf(plan));
    else this.text.textContent = ends === '' ? '' : `Ends on ${formatDay(ends)}. It is not renewed.`;
  }

  /**
   * @param {unknown} account
   * @param {string} name of the plan
   * @returns {string} empty when no change is scheduled
   */
  sentence(account, name) {
    const pending = objectOf(account, 'pendingChange');
    return pending ? `Changes to ${name} on ${formatDay(textOf(pending, 'at'))}.` : '';
  }

  showBusy() {
    this.button.showBusy('Changing…');
  }

  showReady() {
    this.button.show(this.#label);
  }
}
