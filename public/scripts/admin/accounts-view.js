import { ActionButton } from '../action-button.js';
import { announce } from '../announce.js';
import { badge, element, row } from '../dashboard/element.js';
import { listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { accountLink, timeOrNone, toneOf } from './parts.js';

/** Accounts, newest first, by a part of the email or a Stripe id. */
export class AccountsView {
  #search = '';
  #cursor = '';

  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   */
  constructor(api, panel) {
    this.api = api;
    this.panel = panel;
    this.rows = find('#account-rows', HTMLElement);
    this.input = find('#account-search', HTMLInputElement);
    this.more = new ActionButton(find('#more-accounts', HTMLButtonElement));
    find('#account-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#search = this.input.value.trim();
      void this.load();
    });
    this.more.button.addEventListener('click', () => {
      if (this.more.ready) void this.#append();
    });
  }

  async load() {
    await this.panel.load(
      () => this.api.get(this.#path('')),
      (json) => {
        this.rows.replaceChildren(...this.#read(json));
        this.#count();
        if (this.rows.childElementCount > 0) return undefined;
        return this.#search === '' ? 'No accounts yet.' : 'No matching accounts.';
      },
    );
  }

  async #append() {
    this.more.showBusy('Loading…');
    const result = await this.api.get(this.#path(this.#cursor));
    this.more.show('More accounts');
    if (result.kind === 'failed') {
      this.panel.fail(result);
      return;
    }
    this.rows.append(...this.#read(result.json));
    this.#count();
  }

  /** @param {string} cursor */
  #path(cursor) {
    const query = new URLSearchParams();
    if (this.#search !== '') query.set('q', this.#search);
    if (cursor !== '') query.set('cursor', cursor);
    return `accounts?${query.toString()}`;
  }

  /** @param {unknown} json */
  #read(json) {
    this.#cursor = textOf(json, 'nextCursor');
    this.more.button.hidden = this.#cursor === '';
    return listOf(json, 'accounts').map((account) => {
      const state = textOf(account, 'closedAt') === '' ? textOf(account, 'status') : 'closed';
      const surplus = Array.isArray(account['surplusItems']) && account['surplusItems'].length > 0;
      const cardless = textOf(account, 'paymentMethod') === 'missing' && state !== 'closed';
      const paused = textOf(account, 'collectionPaused') !== '';
      return row(
        element('th', { scope: 'row' }, textOf(account, 'email')),
        accountLink(textOf(account, 'customerId')),
        textOf(account, 'plan'),
        element(
          'td',
          {},
          badge(state.replaceAll('_', ' '), toneOf(state)),
          ...(cardless ? [' ', badge('no payment method', 'warning')] : []),
          ...(paused ? [' ', badge('collection paused', 'warning')] : []),
          ...(surplus ? [' ', badge('billed twice?', 'danger')] : []),
        ),
        timeOrNone(textOf(account, 'createdAt')),
      );
    });
  }

  #count() {
    const shown = this.rows.childElementCount;
    const text = `${shown} ${shown === 1 ? 'account' : 'accounts'} shown${this.#cursor === '' ? '' : ', more available'}`;
    find('#account-count', HTMLElement).textContent = text;
    announce(text);
  }
}
