import { ActionButton } from '../action-button.js';
import { announce } from '../announce.js';
import { confirmed } from '../dashboard/confirm.js';
import { badge, element } from '../dashboard/element.js';
import { formatNumber, formatTime, timeElement } from '../dashboard/format.js';
import { decimalOf, listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { differencesTable, excessOf } from './differences.js';
import { none } from './parts.js';

/** Reports to Stripe, compares the books, and lets the operator decide where they differ. */
export class UsageView {
  #customer = '';

  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} reconciliation
   * @param {import('../dashboard/panel.js').Panel} checks
   * @param {import('./lost-usage.js').LostUsage} lost
   */
  constructor(api, reconciliation, checks, lost) {
    this.api = api;
    this.reconciliation = reconciliation;
    this.checks = checks;
    this.lost = lost;
    this.notice = find('#usage-notice', HTMLElement);
    this.outcome = find('#report-outcome', HTMLElement);
    this.reportButton = new ActionButton(find('#report', HTMLButtonElement));
    this.compareButton = new ActionButton(find('#reconcile', HTMLButtonElement));
    this.reportButton.button.addEventListener('click', () => {
      if (this.reportButton.ready) void this.#report();
    });
    find('#reconcile-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#customer = find('#reconcile-customer', HTMLInputElement).value.trim();
      if (this.compareButton.ready) void this.#compare();
    });
    this.#rest();
  }

  async load() {
    await Promise.all([this.#loadChecks(), this.lost.load()]);
  }

  async #loadChecks() {
    await this.checks.load(
      () => this.api.get('usage/checks?limit=20'),
      (json) => {
        const list = listOf(json, 'checks');
        find('#checks-body', HTMLElement).replaceChildren(...list.map((check) => checkElement(check)));
        return list.length === 0 ? 'No reconciliation yet. It runs once a day.' : undefined;
      },
    );
  }

  /** For another session: nothing of what was found stays. */
  restart() {
    hideNotice(this.notice);
    this.outcome.replaceChildren();
    this.lost.restart();
    this.#rest();
  }

  #rest() {
    this.reconciliation.empty('Compares ledger, meters, Stripe and invoices. Read-only.');
  }

  async #report() {
    hideNotice(this.notice);
    this.reportButton.showBusy('Syncing…');
    const result = await this.api.post('usage/report');
    this.reportButton.show('Sync to Stripe');
    if (result.kind === 'failed') {
      showNotice(this.notice, result);
      return;
    }
    this.#showReport(result.json);
    void this.lost.load();
  }

  /** @param {unknown} json */
  #showReport(json) {
    const text = Object.entries(WORDS)
      .map(([name, word]) => `${formatNumber(decimalOf(json, name))} ${word}`)
      .join(', ');
    const bad = ['postponed', 'refused', 'unreportable', 'mismatched', 'breaker', 'unknown'].some(
      (name) => decimalOf(json, name) !== '0',
    );
    const breaker = decimalOf(json, 'breaker');
    const stopped =
      breaker === '0'
        ? ''
        : ` ${formatNumber(breaker)} events look lost, which is too many at once to be plausible: none is reported again until you decide below.`;
    this.outcome.replaceChildren(
      badge(bad ? 'check' : 'reported', bad ? 'warning' : 'success'),
      ` ${text}.${stopped}`,
    );
    announce(`Reported: ${text}.${stopped}`);
  }

  async #compare() {
    hideNotice(this.notice);
    this.compareButton.showBusy('Comparing…');
    const customer = this.#customer;
    await this.reconciliation.load(
      () => this.api.post('usage/reconcile', customer === '' ? {} : { customerId: customer }),
      (json) => {
        const differences = listOf(json, 'differences');
        const summary = `${formatNumber(decimalOf(json, 'compared'))} compared, ${formatNumber(decimalOf(json, 'equal'))} equal.`;
        announce(summary);
        find('#reconciliation-body', HTMLElement).replaceChildren(
          element('p', { class: 'summary' }, summary),
          differences.length === 0
            ? none('Everything matches.')
            : differencesTable('Differences', differences, (difference) => void this.#takeBack(difference)),
        );
      },
    );
    this.compareButton.show('Compare');
    if (customer === '') void this.#loadChecks();
  }

  /** @param {Record<string, unknown>} difference */
  async #takeBack(difference) {
    const [customerId, meter, periodStart] = [
      textOf(difference, 'customerId'),
      textOf(difference, 'meter'),
      textOf(difference, 'periodStart'),
    ];
    const excess = excessOf(difference);
    const sure = await confirmed({
      title: `Correct ${excess}?`,
      text: `Reports ${excess} less to Stripe for ${customerId} and the meter ${meter}, period starting ${formatTime(periodStart)} UTC: the excess over what Farebox reported. This lowers the customer's next invoice.`,
      yes: 'Correct',
    });
    if (!sure) return;
    hideNotice(this.notice);
    const result = await this.api.post('usage/adjust', { customerId, meter, periodStart });
    if (result.kind === 'failed') {
      showNotice(this.notice, result);
      return;
    }
    const reported = isObject(result.json) && result.json['reported'] === true;
    announce(`${excess} corrected${reported ? '' : ', will be reported to Stripe'}.`);
    await this.#compare();
  }
}

/** What the numbers of a report are called. @type {Record<string, string>} */
const WORDS = {
  planned: 'new',
  sent: 'reported',
  proven: 'proven',
  postponed: 'postponed',
  refused: 'refused',
  lost: 'lost',
  absent: 'not yet visible at Stripe',
  breaker: 'held by the breaker',
  unknown: 'could not be read',
  unreportable: 'cannot be reported',
  mismatched: 'mismatched',
};

/** @param {Record<string, unknown>} check */
function checkElement(check) {
  const differences = listOf(check, 'differences');
  const summary = element(
    'summary',
    {},
    timeElement(textOf(check, 'checkedAt'), formatTime),
    ` UTC: ${formatNumber(decimalOf(check, 'compared'))} compared, `,
    differences.length === 0
      ? badge('everything matches', 'success')
      : badge(`${differences.length} mismatched`, 'danger'),
  );
  if (differences.length === 0) return element('p', { class: 'check' }, ...summary.childNodes);
  return element(
    'details',
    { class: 'disclosure check' },
    summary,
    differencesTable(`Differences of ${textOf(check, 'checkedAt')}`, differences),
  );
}
