import { badge, element, fact, numberCell, row } from '../dashboard/element.js';
import { formatNumber } from '../dashboard/format.js';
import { decimalOf, listOf, objectOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { isObject, textOf } from '../json.js';
import { dataTable, rowHead } from './parts.js';

/** What is counted, and what it comes to in the billing periods that run. */
export class MetersView {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   * @param {import('./meter-test.js').MeterTest} test
   */
  constructor(api, panel, test) {
    this.api = api;
    this.panel = panel;
    this.test = test;
  }

  async load() {
    await this.panel.load(
      () => this.api.get('meters'),
      (json) => {
        const list = listOf(json, 'meters');
        find('#meters-body', HTMLElement).replaceChildren(
          element(
            'dl',
            { class: 'figures' },
            figure('Lag', `${Math.ceil(Number(decimalOf(json, 'lagSeconds')))} s`),
            figure('Calls waiting for a billing period', formatNumber(decimalOf(json, 'waitingCalls'))),
          ),
          dataTable(
            'List of meters',
            [
              ['Meter'],
              ['Counts'],
              ['At Stripe'],
              ['Customers', true],
              ['Used', true],
              ['Reported to Stripe', true],
            ],
            list.map((meter) => meterRow(meter)),
          ),
        );
        this.test.offer(list, isObject(json) && json['live'] === true);
        return list.length === 0 ? 'The catalog has no meters.' : undefined;
      },
    );
  }
}

/** @param {Record<string, unknown>} meter */
function meterRow(meter) {
  const provider = objectOf(meter, 'provider');
  const head = rowHead(textOf(meter, 'name'));
  head.append(element('span', { class: 'muted block' }, textOf(meter, 'displayName')));
  return row(
    head,
    element('td', { class: 'reason' }, ...definition(meter)),
    provider
      ? element(
          'td',
          { class: 'reason' },
          textOf(provider, 'eventName'),
          element('span', { class: 'muted block' }, textOf(provider, 'id')),
        )
      : element('td', {}, badge('missing', 'danger')),
    numberCell(formatNumber(decimalOf(meter, 'customers'))),
    numberCell(formatNumber(textOf(meter, 'value'))),
    numberCell(formatNumber(textOf(meter, 'reported'))),
  );
}

/**
 * What a meter counts, in words.
 *
 * @param {Record<string, unknown>} meter
 */
function definition(meter) {
  const filter = objectOf(meter, 'filter') ?? {};
  const criteria = Object.entries(filter).map(([name, value]) => `${name} ${criterion(value)}`);
  const how = `${textOf(meter, 'metric').replaceAll('_', ' ')}, ${textOf(meter, 'aggregation').replaceAll('_', ' ')}`;
  return [
    how,
    element(
      'span',
      { class: 'muted block' },
      criteria.length === 0 ? 'every paid call' : criteria.join(', '),
    ),
  ];
}

/** @param {unknown} value */
function criterion(value) {
  if (Array.isArray(value)) return value.map(String).join(' or ');
  if (isObject(value)) return Object.values(value).map(String).join(': ');
  return String(value);
}

/**
 * @param {string} name
 * @param {string} value
 */
function figure(name, value) {
  const made = fact(name, value);
  made.lastElementChild?.classList.add('figure');
  return made;
}
