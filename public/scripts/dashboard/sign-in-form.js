import { find } from '../dom.js';
import { FieldErrors } from '../field-errors.js';
import { send } from '../http.js';
import { hideNotice, showNotice } from '../notice.js';
import { problemFrom } from '../problem.js';
import { ActionButton } from '../action-button.js';

/** Asks for the token, and tries it before the dashboard opens. */
export class SignInForm {
  /** @param {(token: string) => void} onToken called with a token that works */
  constructor(onToken) {
    this.onToken = onToken;
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

  /** @param {string} reason why the page is back here; `''` when the person signed out */
  show(reason) {
    this.input.value = '';
    find('#sign-in', HTMLElement).hidden = false;
    hideNotice(this.notice);
    if (reason !== '') {
      showNotice(this.notice, { title: 'Signed out', detail: reason, requestId: '', passing: true });
    }
    this.input.focus();
  }

  async #try() {
    // People paste the header, and line breaks of a terminal.
    const token = this.input.value.replace(/^\s*(?:authorization:\s*)?bearer\s+/i, '').replaceAll(/\s/g, '');
    hideNotice(this.notice);
    if (token === '' || !/^[\w.~+/=-]+$/.test(token)) {
      this.errors.show([{ field: 'token', message: 'Paste the whole token: it begins with eyJ.' }]);
      return;
    }
    this.submit.showBusy('Opening…');
    // Any route with a token would do; this one is always there.
    const reply = await send('/account/calls?limit=1', { headers: { authorization: `Bearer ${token}` } });
    this.submit.show('Open the dashboard');
    const problem = reply.kind === 'answer' ? problemFrom(reply.json) : null;
    if (reply.kind === 'unreachable') {
      const detail = 'Try again in a moment.';
      showNotice(this.notice, {
        title: 'The server cannot be reached',
        detail,
        requestId: '',
        passing: true,
      });
    } else if (reply.status === 401) {
      this.errors.show([{ field: 'token', message: problem?.detail || 'This token does not work.' }]);
    } else if (reply.status === 403) {
      this.errors.show([
        { field: 'token', message: problem?.detail || 'This token does not open the dashboard.' },
      ]);
    } else {
      this.input.value = '';
      this.onToken(token);
    }
  }
}
