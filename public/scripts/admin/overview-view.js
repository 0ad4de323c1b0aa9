import { badge, element, fact, numberCell, row } from '../dashboard/element.js';
import { formatMoney, formatNumber } from '../dashboard/format.js';
import { decimalOf, listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { dataTable, none, rowHead } from './parts.js';

/** How the service is, and what it earns. */
export class OverviewView {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} health
   * @param {import('../dashboard/panel.js').Panel} revenue
   */
  constructor(api, health, revenue) {
    this.api = api;
    this.health = health;
    this.revenue = revenue;
  }

  async load() {
    await Promise.all([this.#loadHealth(), this.#loadRevenue()]);
  }

  #loadHealth() {
    return this.health.load(
      () => this.api.get('health'),
      (json) => {
        const problems =
          isObject(json) && Array.isArray(json['problems']) ? json['problems'].map(String) : [];
        const measures = listOf(json, 'measures');
        find('#health-body', HTMLElement).replaceChildren(
          problems.length === 0
            ? element('p', {}, badge('ready', 'success'), ' This process is ready.')
            : element('ul', { class: 'notes' }, ...problems.map((text) => element('li', {}, text))),
          element('dl', { class: 'facts measures' }, ...measures.map((measure) => measureFact(measure))),
        );
        return measures.length === 0 ? 'No metrics yet.' : undefined;
      },
    );
  }

  #loadRevenue() {
    return this.revenue.load(
      () => this.api.get('catalog/revenue'),
      (json) => {
        const totals = listOf(json, 'totals').map((total) =>
          formatMoney(textOf(total, 'total'), textOf(total, 'currency')),
        );
        find('#revenue-body', HTMLElement).replaceChildren(
          totals.length === 0
            ? none('No plan has a known price.')
            : element('p', { class: 'figure' }, totals.join(' + ')),
          dataTable(
            'Table of revenue',
            [
              ['Plan'],
              ['Accounts', true],
              ['In trial', true],
              ['Used', true],
              ['Usage', true],
              ['Base fees', true],
              ['Total', true],
            ],
            listOf(json, 'plans').map((plan) => revenueRow(plan)),
          ),
        );
      },
    );
  }
}

/** @param {Record<string, unknown>} measure */
function measureFact(measure) {
  const value = decimalOf(measure, 'value');
  const made = fact(textOf(measure, 'description').replace(/\.$/, ''), formatNumber(value));
  if (ALARMING.has(textOf(measure, 'name')) && value !== '0')
    made.lastElementChild?.append(' ', badge('check', 'warning'));
  return made;
}

/** What should be 0. */
const ALARMING = new Set(['ledger_away', 'usage_mismatches', 'webhooks_parked']);

/** @param {Record<string, unknown>} plan */
function revenueRow(plan) {
  const currency = textOf(plan, 'currency');
  const head = rowHead(textOf(plan, 'plan'));
  head.append(element('span', { class: 'muted block' }, textOf(plan, 'name')));
  /** @param {string} name */
  const money = (name) => {
    const amount = textOf(plan, name);
    return numberCell(amount === '' ? 'unknown' : formatMoney(amount, currency));
  };
  return row(
    head,
    numberCell(formatNumber(decimalOf(plan, 'accounts'))),
    numberCell(formatNumber(decimalOf(plan, 'trialing'))),
    numberCell(formatNumber(textOf(plan, 'units'))),
    money('usage'),
    money('baseFees'),
    money('total'),
  );
}
