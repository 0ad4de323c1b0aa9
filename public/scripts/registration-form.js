import { announce } from './announce.js';
import { AttemptKeys } from './attempt-keys.js';
import { find } from './dom.js';
import { FieldErrors } from './field-errors.js';
import { send } from './http.js';
import { hideNotice, showNotice } from './notice.js';
import { outcomeOf } from './registration-outcome.js';
import { inWords } from './retry-after.js';
import { SubmitButton } from './submit-button.js';

/** @typedef {import('./registration-outcome.js').Registered} Registered */
/** @typedef {import('./registration-outcome.js').Failed} Failed */

/**
 * The registration form. Its `data-state` is `idle`, `sending`, `error` (the input has to change), `retry` (the same
 * input may pass later) or `done`.
 */
export class RegistrationForm {
  #keys = new AttemptKeys();

  /**
   * @param {HTMLFormElement} form
   * @param {(registered: Registered) => void} onRegistered
   */
  constructor(form, onRegistered) {
    this.form = form;
    this.onRegistered = onRegistered;
    this.errors = new FieldErrors(form);
    this.notice = find('#form-notice', HTMLElement, form);
    this.submit = new SubmitButton(find('#submit', HTMLButtonElement, form));
    // The browser's own bubbles cannot be styled, translated or read again; they stay for pages without script.
    form.noValidate = true;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.submit.ready) void this.#register();
    });
  }

  async #register() {
    hideNotice(this.notice);
    const input = this.#input();
    const missing = obviousErrors(input);
    if (missing.length > 0) {
      this.form.dataset['state'] = 'error';
      this.submit.show('Register');
      this.errors.show(missing);
      return;
    }
    this.#sending();
    const body = JSON.stringify(input);
    const headers = { 'content-type': 'application/json', 'idempotency-key': this.#keys.for(body) };
    const outcome = outcomeOf(await send('/register', { method: 'POST', headers, body }));
    this.#readOnly(false);
    if (outcome.kind === 'failed') {
      if (outcome.staleKey) this.#keys.discard(body);
      this.#failed(outcome);
    } else {
      this.form.dataset['state'] = 'done';
      this.onRegistered(outcome);
    }
  }

  #sending() {
    this.form.dataset['state'] = 'sending';
    this.errors.clear();
    this.#readOnly(true);
    this.submit.showBusy('Registering…');
    announce('Registering…');
  }

  /** @param {Failed} failed */
  #failed(failed) {
    this.form.dataset['state'] = failed.passing ? 'retry' : 'error';
    announce('');

    const label = failed.passing ? 'Try again' : 'Register';
    if (failed.waitMs > 0) this.submit.holdFor(label, failed.waitMs);
    else this.submit.show(label);

    const unplaced = this.errors.show(failed.errors).map(({ field, message }) => `${field}: ${message}`);
    const wait = failed.waitMs > 0 ? [`You can try again in ${inWords(failed.waitMs)}.`] : [];
    const detail = [failed.detail, ...unplaced, ...wait].filter((sentence) => sentence !== '').join(' ');
    if (detail !== '')
      showNotice(this.notice, { ...failed, title: failed.title || 'Not registered', detail });
  }

  #input() {
    const data = new FormData(this.form);
    const text = (/** @type {string} */ name) => String(data.get(name) ?? '').trim();
    const plan = text('plan');
    return {
      email: text('email'),
      firstname: text('firstname'),
      lastname: text('lastname'),
      ...(plan === '' ? {} : { plan }),
    };
  }

  /**
   * What is typed while a request is under way would look sent.
   *
   * @param {boolean} readOnly
   */
  #readOnly(readOnly) {
    for (const element of this.form.elements) {
      if (element instanceof HTMLInputElement && element.type !== 'radio') element.readOnly = readOnly;
    }
  }
}

/**
 * What can be said without asking the server. It only spares a round trip: the server's rules are the rules, so this
 * must never refuse what they would accept.
 *
 * @param {{ email: string, firstname: string, lastname: string }} input
 */
function obviousErrors({ email, firstname, lastname }) {
  const errors = [];
  if (email === '') errors.push({ field: 'email', message: 'Enter your email address.' });
  else if (!/.@./.test(email)) {
    errors.push({ field: 'email', message: 'Enter a complete email address, such as name@example.com.' });
  }
  if (firstname === '') errors.push({ field: 'firstname', message: 'Enter your first name.' });
  if (lastname === '') errors.push({ field: 'lastname', message: 'Enter your last name.' });
  return errors;
}
