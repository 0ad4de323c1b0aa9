import { ActionButton } from '../action-button.js';
import { announce } from '../announce.js';
import { AttemptKeys } from '../attempt-keys.js';
import { find } from '../dom.js';
import { send } from '../http.js';
import { textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { confirmed } from './confirm.js';
import { badge, element, fact } from './element.js';
import { formatDay, formatPeriod, timeElement } from './format.js';
import { PendingNotice } from './pending-notice.js';
import { listOf, objectOf, webAddress } from './read.js';

/** The plan, a change of it, and the way to Stripe's portal for payment. */
export class PlanPanel {
  #keys = new AttemptKeys();
  /** @type {Record<string, unknown>[]} */
  #plans = [];
  #current = '';
  #periodEnd = '';

  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {AbortSignal} signal
   * @param {(account: unknown) => void} onAccount called with each answer of GET /account
   */
  constructor(api, panel, signal, onAccount) {
    this.api = api;
    this.panel = panel;
    this.onAccount = onAccount;
    this.notice = find('#plan-notice', HTMLElement);
    this.form = find('#plan-form', HTMLFormElement);
    this.submit = new ActionButton(find('#plan-submit', HTMLButtonElement));
    this.portal = new ActionButton(find('#billing-portal', HTMLButtonElement));
    this.pending = new PendingNotice(signal, (route) => void this.#takeBack(route));
    this.form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        if (this.submit.ready) void this.#change();
      },
      { signal },
    );
    this.portal.button.addEventListener(
      'click',
      () => {
        if (this.portal.ready) void this.#openPortal();
      },
      { signal },
    );
  }

  async load() {
    await this.panel.load(
      async () => {
        const [account, plans] = await Promise.all([this.api.get('/account'), send('/plans')]);
        this.#plans = plans.kind === 'answer' && plans.ok ? listOf(plans.json, 'plans') : [];
        return account;
      },
      (json) => {
        this.#show(json);
        this.onAccount(json);
        return undefined;
      },
    );
  }

  /** @param {unknown} account */
  #show(account) {
    this.#current = textOf(account, 'plan');
    const state = textOf(account, 'status');
    const period = objectOf(account, 'currentPeriod');
    this.#periodEnd = textOf(period, 'end');
    const trialEnd = textOf(account, 'trialEnd');
    const plan = this.#plans.find(({ id }) => id === this.#current);
    find('#plan-facts', HTMLElement).replaceChildren(
      fact('Plan', element('strong', {}, textOf(plan, 'name') || this.#current)),
      ...(plan ? [fact('Price', textOf(plan, 'price'))] : []),
      fact('Status', badge(state.replaceAll('_', ' '), toneOf(state))),
      ...(period ? [fact('Period', formatPeriod(textOf(period, 'start'), textOf(period, 'end')))] : []),
      ...(trialEnd === '' ? [] : [fact('Trial until', timeElement(trialEnd))]),
      fact('Customer', element('code', { class: 'id' }, textOf(account, 'customerId'))),
    );
    this.pending.show(account, (id) => this.#nameOf(id), this.#current);
    find('#plan-choices', HTMLElement).replaceChildren(...this.#plans.map((each) => this.#choice(each)));
    this.form.hidden = this.#plans.length < 2;
  }

  /** @param {Record<string, unknown>} plan */
  #choice(plan) {
    const id = textOf(plan, 'id');
    const current = id === this.#current;
    return element(
      'label',
      { class: 'choice' },
      element('input', { type: 'radio', name: 'plan', value: id, checked: current }),
      element(
        'span',
        {},
        element(
          'span',
          { class: 'choice-name' },
          textOf(plan, 'name') || id,
          ...(current ? [' ', badge('Current plan')] : []),
        ),
        element('span', { class: 'choice-detail' }, textOf(plan, 'price')),
      ),
    );
  }

  async #change() {
    const chosen = new FormData(this.form).get('plan');
    hideNotice(this.notice);
    if (typeof chosen !== 'string' || chosen === this.#current) {
      announce('This is already your plan.');
      return;
    }
    const plan = this.#plans.find(({ id }) => id === chosen);
    const name = this.#nameOf(chosen);
    const end = this.#periodEnd === '' ? '' : ` on ${formatDay(this.#periodEnd)}`;
    const sure = await confirmed({
      title: `Change to ${name}?`,
      text: `New price: ${textOf(plan, 'price')}. An upgrade takes effect now, any other change when your billing period ends${end}. Usage until then is billed at your current plan.`,
      yes: `Change to ${name}`,
    });
    if (!sure) return;
    this.submit.showBusy('Changing…');
    const result = await this.api.request(
      'POST',
      '/account/plan',
      { plan: chosen },
      { 'idempotency-key': this.#keys.for(chosen) },
    );
    this.submit.show('Change plan');
    if (result.kind === 'ok') {
      this.#keys = new AttemptKeys();
      announce(this.pending.sentence(result.json, name) || `Your plan is ${name} now.`);
      await this.load();
    } else {
      if (result.kind === 'failed' && !result.passing) this.#keys.discard(chosen);
      showNotice(this.notice, result.kind === 'failed' ? result : ABSENT);
    }
  }

  /** @param {string} id of a plan */
  #nameOf(id) {
    return (
      textOf(
        this.#plans.find((plan) => plan['id'] === id),
        'name',
      ) || id
    );
  }

  /** @param {'/account/plan/cancel-change' | '/account/resume'} route */
  async #takeBack(route) {
    hideNotice(this.notice);
    this.pending.showBusy();
    const result = await this.api.request('POST', route, {}, { 'idempotency-key': this.#keys.for(route) });
    this.#keys.discard(route);
    this.pending.showReady();
    if (result.kind === 'ok') {
      announce('You keep your current plan.');
      await this.load();
    } else showNotice(this.notice, result.kind === 'failed' ? result : ABSENT);
  }

  async #openPortal() {
    hideNotice(this.notice);
    this.portal.showBusy('Opening…');
    const result = await this.api.request('POST', '/account/billing-portal', {});
    const url = result.kind === 'ok' ? webAddress(textOf(result.json, 'url')) : undefined;
    if (url !== undefined) {
      location.assign(url);
      return;
    }
    this.portal.show('Manage billing');
    showNotice(this.notice, result.kind === 'failed' ? result : ABSENT);
  }
}

const ABSENT = {
  title: 'Not available',
  detail: 'This server does not offer a billing portal.',
  requestId: '',
  passing: false,
};

/**
 * @param {string} state
 * @returns {'success' | 'warning' | 'danger'}
 */
export function toneOf(state) {
  if (state === 'active' || state === 'trialing') return 'success';
  return state === 'past_due' || state === 'paused' ? 'warning' : 'danger';
}
