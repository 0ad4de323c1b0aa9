import { ActionButton } from './action-button.js';
import { find } from './dom.js';
import { FieldErrors } from './field-errors.js';
import { hideNotice, showNotice } from './notice.js';

/**
 * What came of an attempt to sign in: `enter` opens what lies behind; `refused` is about what was typed, `failed` about
 * anything else.
 *
 * @typedef {{ kind: 'in', enter: () => void }
 *   | { kind: 'refused', message: string }
 *   | { kind: 'failed', title: string, detail: string, requestId: string, passing: boolean }} Attempt
 */

/** The form that asks for a token, and has it tried, before a page opens. */
export class SignInForm {
  /**
   * @param {{ idle: string, busy: string }} labels of its button
   * @param {(typed: string) => Promise<Attempt>} attempt tries what was typed
   */
  constructor(labels, attempt) {
    this.labels = labels;
    this.attempt = attempt;
    this.section = find('#sign-in', HTMLElement);
    this.form = find('#sign-in-form', HTMLFormElement);
    this.input = find('#token-input', HTMLInputElement);
    this.notice = find('#sign-in-notice', HTMLElement);
    this.errors = new FieldErrors(this.form);
    this.submit = new ActionButton(find('#sign-in-button', HTMLButtonElement));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.submit.ready) void this.#try();
    });
  }

  /** @param {string} reason why the page is back here; `''` when there is nothing to say */
  show(reason) {
    this.input.value = '';
    this.section.hidden = false;
    hideNotice(this.notice);
    if (reason !== '')
      showNotice(this.notice, { title: 'Signed out', detail: reason, requestId: '', passing: true });
    this.input.focus();
  }

  hide() {
    this.section.hidden = true;
  }

  async #try() {
    hideNotice(this.notice);
    this.submit.showBusy(this.labels.busy);
    const outcome = await this.attempt(this.input.value);
    this.submit.show(this.labels.idle);
    if (outcome.kind === 'refused') {
      this.errors.show([{ field: 'token', message: outcome.message }]);
    } else if (outcome.kind === 'failed') {
      showNotice(this.notice, outcome);
    } else {
      this.input.value = '';
      this.hide();
      outcome.enter();
    }
  }
}
