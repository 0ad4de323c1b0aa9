import { announce } from '../announce.js';
import { AttemptKeys } from '../attempt-keys.js';
import { copyButton } from '../copy-button.js';
import { find } from '../dom.js';
import { FieldErrors } from '../field-errors.js';
import { textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { ActionButton } from '../action-button.js';
import { confirmed } from './confirm.js';
import { badge, element, row } from './element.js';
import { formatTime, timeElement } from './format.js';
import { listOf } from './read.js';

/** The account's tokens: listed with their last use, created and shown once, revoked. */
export class TokensPanel {
  #keys = new AttemptKeys();
  /** Which token is shown with its value. */
  #shown = '';

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {AbortSignal} signal
   */
  constructor(api, panel, signal) {
    this.api = api;
    this.panel = panel;
    this.form = find('#token-form', HTMLFormElement);
    this.errors = new FieldErrors(this.form);
    this.notice = find('#token-notice', HTMLElement);
    this.submit = new ActionButton(find('#token-submit', HTMLButtonElement));
    this.form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        if (this.submit.ready) void this.#create();
      },
      { signal },
    );
    signal.addEventListener('abort', () => this.#hideNew());
  }

  async load() {
    await this.panel.load(
      () => this.api.get('/account/tokens'),
      (json) => {
        const tokens = listOf(json, 'tokens');
        find('#token-rows', HTMLElement).replaceChildren(...tokens.map((token) => this.#row(token)));
        return tokens.length === 0 ? 'No tokens.' : undefined;
      },
    );
  }

  /** @param {Record<string, unknown>} token */
  #row(token) {
    const name = textOf(token, 'name');
    const [lastUsed, expires] = [textOf(token, 'lastUsedAt'), textOf(token, 'expiresAt')];
    const current = token['current'] === true;
    const button = element(
      'button',
      { class: 'button button-quiet button-danger-quiet', type: 'button' },
      'Revoke',
      element('span', { class: 'visually-hidden' }, ` ${name}`),
    );
    button.addEventListener('click', () => void this.#revoke(textOf(token, 'jti'), name, current));
    return row(
      element('th', { scope: 'row' }, name, ...(current ? [' ', badge('This session')] : [])),
      textOf(token, 'user'),
      lastUsed === '' ? element('span', { class: 'muted' }, 'never') : timeElement(lastUsed, formatTime),
      timeElement(expires),
      button,
    );
  }

  async #create() {
    const name = find('#token-name', HTMLInputElement).value.trim();
    const user = find('#token-user', HTMLInputElement).value.trim();
    hideNotice(this.notice);
    if (name === '') {
      this.errors.show([{ field: 'name', message: 'Enter a name, such as "production".' }]);
      return;
    }
    const scopes = find('#token-scopes', HTMLSelectElement).value;
    const order = {
      name,
      ...(user === '' ? {} : { user }),
      // A token of an end user has one scope anyway.
      ...(scopes === '' || user !== '' ? {} : { scopes: scopes.split(' ') }),
    };
    const input = JSON.stringify(order);
    this.submit.showBusy('Creating…');
    const result = await this.api.request('POST', '/account/tokens', order, {
      'idempotency-key': this.#keys.for(input),
    });
    this.submit.show('Create token');
    if (result.kind === 'ok') {
      // The next one of the same name is another token.
      this.#keys.discard(input);
      this.form.reset();
      this.#shown = textOf(result.json, 'jti');
      this.#showNew(textOf(result.json, 'jwt'));
      await this.load();
    } else if (result.kind === 'failed') {
      if (result.code === 'idempotency_key_reused') this.#keys.discard(input);
      const homeless = this.errors.show(result.errors);
      if (result.errors.length === 0 || homeless.length > 0) showNotice(this.notice, result);
    } else {
      showNotice(this.notice, ABSENT);
    }
  }

  /** @param {string} jwt */
  #showNew(jwt) {
    const value = find('#new-token-value', HTMLElement);
    value.textContent = jwt;
    // A fresh button has no listener of the token before.
    const old = find('#copy-new-token', HTMLButtonElement);
    const fresh = old.cloneNode(true);
    if (!(fresh instanceof HTMLButtonElement)) return;
    old.replaceWith(fresh);
    copyButton(fresh, value, 'New token');
    find('#new-token', HTMLElement).hidden = false;
    find('#new-token-label', HTMLElement).focus();
  }

  #hideNew() {
    find('#new-token-value', HTMLElement).textContent = '';
    find('#new-token', HTMLElement).hidden = true;
  }

  /**
   * @param {string} jti
   * @param {string} name
   * @param {boolean} current
   */
  async #revoke(jti, name, current) {
    const sure = await confirmed({
      title: `Revoke “${name}”?`,
      text: current
        ? 'This dashboard uses this token: you will be signed out, and calls with it stop working.'
        : 'Calls with it stop working within a second. This cannot be undone.',
      yes: 'Revoke',
    });
    if (!sure) return;
    const result = await this.api.request('DELETE', `/account/tokens/${encodeURIComponent(jti)}`);
    if (result.kind === 'ok') {
      announce(`${name} is revoked.`);
      if (jti === this.#shown) this.#hideNew();
      if (current) this.api.refused('You revoked the token that this dashboard used.');
      else await this.load();
    } else {
      showNotice(this.notice, result.kind === 'failed' ? result : ABSENT);
    }
  }
}

const ABSENT = {
  title: 'Not available',
  detail: 'This server does not offer it.',
  requestId: '',
  passing: false,
};
