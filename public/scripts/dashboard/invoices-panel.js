import { find } from '../dom.js';
import { textOf } from '../json.js';
import { callsLink } from './calls-link.js';
import { badge, element, headRow, numberCell, row } from './element.js';
import { formatMoney, formatNumber, formatPeriod } from './format.js';
import { decimalOf, listOf, webAddress } from './read.js';

/** @typedef {import('./calls-panel.js').CallsSource} CallsSource */

const ENOUGH = 12;
const MOST_PAGES = 5;

/** The invoices so far, each with its lines. */
export class InvoicesPanel {
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

  async load() {
    await this.panel.load(
      () => this.#ask(),
      (json) => {
        const invoices = listOf(json, 'invoices');
        if (invoices.length === 0)
          return 'No invoices yet. The first is created when the billing period ends.';
        find('#invoices-body', HTMLElement).replaceChildren(...invoices.map((each) => this.#invoice(each)));
        return undefined;
      },
    );
  }

  /** The newest: a page may be empty and still have a next one. */
  async #ask() {
    /** @type {Record<string, unknown>[]} */
    const invoices = [];
    for (let page = 0, cursor = ''; ; page++) {
      const search = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const result = await this.api.get(`/account/invoices${search}`);
      if (result.kind !== 'ok') return result;
      invoices.push(...listOf(result.json, 'invoices'));
      cursor = textOf(result.json, 'nextCursor');
      if (cursor === '' || invoices.length >= ENOUGH || page === MOST_PAGES)
        return { ...result, json: { invoices } };
    }
  }

  /** @param {Record<string, unknown>} invoice */
  #invoice(invoice) {
    const currency = textOf(invoice, 'currency');
    const number = textOf(invoice, 'number') || textOf(invoice, 'id');
    const status = textOf(invoice, 'status');
    const hosted = webAddress(textOf(invoice, 'hostedUrl'));
    return element(
      'details',
      { class: 'disclosure invoice' },
      element(
        'summary',
        {},
        element(
          'span',
          { class: 'invoice-summary' },
          element('strong', {}, number),
          element(
            'span',
            { class: 'muted' },
            formatPeriod(textOf(invoice, 'periodStart'), textOf(invoice, 'periodEnd')),
          ),
          badge(status, status === 'paid' ? 'success' : status === 'open' ? 'warning' : ''),
          element(
            'strong',
            { class: 'tabular invoice-total' },
            formatMoney(decimalOf(invoice, 'total'), currency),
          ),
        ),
      ),
      this.#lines(invoice, number, currency),
      ...(hosted === undefined
        ? []
        : [
            element(
              'p',
              { class: 'panel-foot' },
              element(
                'a',
                { href: hosted, target: '_blank', rel: 'noopener noreferrer' },
                `${number} at Stripe (new tab)`,
              ),
            ),
          ]),
    );
  }

  /**
   * @param {Record<string, unknown>} invoice
   * @param {string} number
   * @param {string} currency
   */
  #lines(invoice, number, currency) {
    const id = encodeURIComponent(textOf(invoice, 'id'));
    /** @param {Record<string, unknown>} line */
    const rowOf = (line) => {
      const label = textOf(line, 'description');
      const path = `/account/invoices/${id}/lines/${encodeURIComponent(textOf(line, 'id'))}/calls`;
      const link = callsLink(label, () => this.showCalls({ label: `${label}, ${number}`, path }));
      return row(
        element('th', { scope: 'row' }, label),
        numberCell(formatNumber(decimalOf(line, 'quantity'))),
        numberCell(formatMoney(decimalOf(line, 'amount'), currency)),
        textOf(line, 'meter') === '' ? '' : link,
      );
    };
    const body = element('tbody', {}, ...listOf(invoice, 'lines').map(rowOf));
    const table = element(
      'table',
      { class: 'table' },
      headRow(['Line'], ['Quantity', true], ['Amount', true], ['Calls']),
      body,
    );
    const more = invoice['moreLines'] === true ? [this.#allLines(id, body, rowOf)] : [];
    return element(
      'div',
      { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': `Lines of ${number}` },
      table,
      ...more,
    );
  }

  /**
   * @param {string} id
   * @param {HTMLElement} body
   * @param {(line: Record<string, unknown>) => HTMLElement} rowOf
   */
  #allLines(id, body, rowOf) {
    const button = element('button', { type: 'button', class: 'button button-secondary' }, 'Show all lines');
    button.addEventListener('click', async () => {
      const rows = [];
      for (let cursor = '', first = true; first || cursor !== ''; first = false) {
        const search = first ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const result = await this.api.get(`/account/invoices/${id}/lines${search}`);
        if (result.kind !== 'ok') {
          button.textContent = 'The lines could not be loaded. Try again';
          return;
        }
        rows.push(...listOf(result.json, 'lines').map(rowOf));
        cursor = textOf(result.json, 'nextCursor');
      }
      body.replaceChildren(...rows);
      button.remove();
    });
    return button;
  }
}
