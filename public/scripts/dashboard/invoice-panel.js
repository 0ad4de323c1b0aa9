import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { callsLink } from './calls-link.js';
import { badge, element } from './element.js';
import { formatMoment, formatMoney, formatNumber, formatPeriod } from './format.js';
import { decimalOf, listOf, objectOf } from './read.js';

/** @typedef {import('./calls-panel.js').CallsSource} CallsSource */

/** What the next invoice will say, tier by tier. */
export class InvoicePanel {
  /**
   * @param {import('./account-api.js').AccountApi} api
   * @param {import('./panel.js').Panel} panel
   * @param {(source: CallsSource) => void} showCalls
   */
  constructor(api, panel, showCalls) {
    this.api = api;
    this.panel = panel;
    this.showCalls = showCalls;
  }

  /** When Stripe's count is to change next, in ms since the epoch; infinite when it has everything. */
  nextChange = Infinity;

  async load() {
    await this.panel.load(
      () => this.#ask(),
      (json) => this.#show(json),
    );
  }

  async refresh() {
    await this.panel.refresh(
      () => this.#ask(),
      (json) => this.#show(json),
    );
  }

  #ask() {
    return this.api.get('/account/invoice-preview');
  }

  /** @param {unknown} json */
  #show(json) {
    const currency = textOf(json, 'currency');
    const [from, to] = [textOf(json, 'periodStart'), textOf(json, 'periodEnd')];
    // Our own count has each call within seconds; Stripe's follows with the next report.
    const ours = objectOf(json, 'ours') ?? json;
    const lines = listOf(ours, 'lines');
    const total = decimalOf(ours, 'total');
    const next = Date.parse(textOf(json, 'nextReportAt'));
    this.nextChange = differsIn(json) && !Number.isNaN(next) ? next : Infinity;
    if (total === '' && lines.length === 0) return 'No charges yet.';
    find('#invoice-body', HTMLElement).replaceChildren(
      element(
        'p',
        { class: 'total' },
        element('span', { class: 'figure' }, formatMoney(total, currency)),
        element('span', { class: 'hint block' }, formatPeriod(from, to)),
      ),
      element('p', { class: 'hint' }, syncWords(json, currency)),
      ...byMeter(lines).map((group) => this.#group(group, currency, { from, to })),
    );
    return undefined;
  }

  /**
   * The lines of one meter: how far up its tiers the usage reaches, and each line.
   *
   * @param {Record<string, unknown>[]} lines
   * @param {string} currency
   * @param {{ from: string, to: string }} period
   */
  #group(lines, currency, period) {
    const items = lines.map((line) => {
      const tier = tierOf(line);
      const label = textOf(line, 'description') || textOf(line, 'meter');
      return element(
        'li',
        { class: 'bill-line' },
        element(
          'div',
          { class: 'bill-line-head' },
          element('span', {}, label, ...(tier === '' ? [] : [' ', badge(tier)])),
          element('strong', { class: 'tabular' }, formatMoney(decimalOf(line, 'amount'), currency)),
        ),
        element('span', { class: 'hint tabular' }, priceOf(line, currency)),
        ...(textOf(line, 'meter') === ''
          ? []
          : [
              callsLink(label, () =>
                this.showCalls({ label: `${label}, ${formatPeriod(period.from, period.to)}`, ...period }),
              ),
            ]),
      );
    });
    return element('div', { class: 'bill-group' }, ladder(lines), element('ul', { class: 'bill' }, ...items));
  }
}

/** @param {unknown} json */
function differsIn(json) {
  return isObject(json) && json['differs'] === true;
}

/**
 * How far Stripe is, which issues the invoice.
 *
 * @param {unknown} json
 * @param {string} currency
 */
function syncWords(json, currency) {
  const state = textOf(json, 'stripe');
  if (state === 'no_invoice') return 'The subscription has ended: there are no further invoices.';
  if (state === 'unavailable') return 'Calculated by us: Stripe is not available at the moment.';
  const said = differsIn(json)
    ? `${formatMoney(decimalOf(json, 'total'), currency)} synced to Stripe so far.`
    : 'In sync with Stripe.';
  const [last, next] = [textOf(json, 'reportedAt'), textOf(json, 'nextReportAt')];
  const times = [
    ...(last === '' ? [] : [`Last synced ${formatMoment(last)}`]),
    ...(next === '' ? [] : [`next sync by ${formatMoment(next)}`]),
  ].join(', ');
  return times === '' ? said : `${said} ${times[0]?.toUpperCase()}${times.slice(1)} (UTC).`;
}

/**
 * @param {Record<string, unknown>[]} lines
 * @returns {Record<string, unknown>[][]} in the order of their first lines
 */
function byMeter(lines) {
  /** @type {Map<unknown, Record<string, unknown>[]>} */
  const groups = new Map();
  for (const line of lines) {
    const key = textOf(line, 'meter') || line;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()];
}

/** @param {Record<string, unknown>} line */
function tierOf(line) {
  const tier = decimalOf(line, 'tier');
  return /^\d+$/.test(tier) ? `Tier ${tier}` : tier;
}

/**
 * @param {Record<string, unknown>} line
 * @param {string} currency
 */
function priceOf(line, currency) {
  const [quantity, unit] = [decimalOf(line, 'quantity'), decimalOf(line, 'unitAmount')];
  const words = quantity === '' ? '' : formatNumber(quantity);
  return unit === '' ? words : `${words} × ${formatMoney(unit, currency)}`;
}

/**
 * A bar with one part per tier, as wide as its share of the units. Nothing for a price without tiers.
 *
 * @param {Record<string, unknown>[]} lines
 */
function ladder(lines) {
  const tiers = lines.filter((line) => tierOf(line) !== '');
  const total = tiers.reduce((sum, line) => sum + Math.max(0, Number(decimalOf(line, 'quantity'))), 0);
  if (tiers.length < 2 || total <= 0) return null;
  const bar = element('div', { class: 'ladder', 'aria-hidden': 'true' });
  for (const [index, line] of tiers.entries()) {
    const part = element('span', { class: `ladder-part ladder-part-${(index % 4) + 1}` }, tierOf(line));
    part.style.flexGrow = String(Math.max(0, Number(decimalOf(line, 'quantity'))) / total);
    bar.append(part);
  }
  return bar;
}
