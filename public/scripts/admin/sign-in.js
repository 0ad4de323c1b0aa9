import { ActionButton } from '../action-button.js';
import { find } from '../dom.js';
import { FieldErrors } from '../field-errors.js';
import { hideNotice, showNotice } from '../notice.js';
import { ask } from './admin-api.js';

/** Asks for ADMIN_TOKEN and gives it to the server once: what stays is a cookie that no script can read. */
export class SignIn {
  /** @param {() => void} onSignedIn */
  constructor(onSignedIn) {
    this.onSignedIn = onSignedIn;
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
    find('#sign-in', HTMLElement).hidden = false;
    hideNotice(this.notice);
    if (reason !== '')
      showNotice(this.notice, { title: 'Signed out', detail: reason, requestId: '', passing: true });
    this.input.focus();
  }

  async #try() {
    const token = this.input.value.trim();
    hideNotice(this.notice);
    if (token === '') {
      this.errors.show([{ field: 'token', message: 'Enter the value of ADMIN_TOKEN.' }]);
      return;
    }
    this.submit.showBusy('Signing in…');
    const result = await ask('POST', 'session', { token });
    this.submit.show('Sign in');
    if (result.kind === 'ok') {
      this.input.value = '';
      find('#sign-in', HTMLElement).hidden = true;
      this.onSignedIn();
    } else if (result.code === 'token_invalid') {
      this.errors.show([{ field: 'token', message: result.detail }]);
    } else {
      showNotice(this.notice, result);
    }
  }
}
