import { announce } from '../announce.js';
import { confirmed } from '../dashboard/confirm.js';
import { badge, element, numberCell, row } from '../dashboard/element.js';
import { formatNumber, formatTime, timeElement } from '../dashboard/format.js';
import { decimalOf, listOf } from '../dashboard/read.js';
import { find } from '../dom.js';
import { textOf } from '../json.js';
import { hideNotice, showNotice } from '../notice.js';
import { accountLink, dataTable, rowButton, timeOrNone } from './parts.js';

/**
 * @typedef {object} LostPeriod what is decided about at once
 * @property {string} customerId
 * @property {string} meter
 * @property {string} periodStart
 * @property {number} events
 * @property {bigint} units
 * @property {string} sentAt of the first
 * @property {string} absentSince of the first
 * @property {boolean} proven whether there is evidence for all of them
 */

/** What Stripe took and its totals do not show: the operator has it reported again, or gives it up. */
export class LostUsage {
  /**
   * @param {import('./admin-api.js').AdminApi} api
   * @param {import('../dashboard/panel.js').Panel} panel
   */
  constructor(api, panel) {
    this.api = api;
    this.panel = panel;
    this.notice = find('#lost-notice', HTMLElement);
  }

  async load() {
    await this.panel.load(
      () => this.api.get('usage/lost'),
      (json) => {
        const periods = byPeriod(listOf(json, 'events'));
        find('#lost-body', HTMLElement).replaceChildren(this.#table(periods));
        return periods.length === 0
          ? "Stripe's totals include all usage that they should by now."
          : undefined;
      },
    );
  }

  restart() {
    hideNotice(this.notice);
  }

  /** @param {LostPeriod[]} periods */
  #table(periods) {
    return dataTable(
      'Table of usage missing at Stripe',
      [
        ['Customer'],
        ['Meter'],
        ['Period from'],
        ['Events', true],
        ['Units', true],
        ['Sent'],
        ['Absent since'],
        ['Evidence'],
        ['Action'],
      ],
      periods.map((period) =>
        row(
          accountLink(period.customerId),
          period.meter,
          timeElement(period.periodStart, formatTime),
          numberCell(formatNumber(String(period.events))),
          numberCell(formatNumber(String(period.units))),
          timeOrNone(period.sentAt),
          timeOrNone(period.absentSince),
          element('td', {}, period.proven ? badge('lost', 'danger') : badge('none', 'warning')),
          element(
            'td',
            {},
            rowButton('Report again', aboutOf(period), () => void this.#resend(period)),
            ' ',
            rowButton('Waive', aboutOf(period), () => void this.#waive(period), 'button-danger-quiet'),
          ),
        ),
      ),
    );
  }

  /** @param {LostPeriod} period */
  async #resend(period) {
    const sure = await confirmed({
      title: `Report ${unitsOf(period)} again?`,
      text: `The usage missing at Stripe for ${whichOf(period)} is marked as lost and sent again with the next report. ${
        period.proven ? '' : 'There is no evidence that it is lost rather than late. '
      }If it still arrives at Stripe, the customer is billed twice.`,
      yes: 'Report again',
    });
    if (sure) await this.#decide('resend', period, 'will be reported again');
  }

  /** @param {LostPeriod} period */
  async #waive(period) {
    const sure = await confirmed({
      title: `Waive ${unitsOf(period)}?`,
      text: `The usage missing at Stripe for ${whichOf(period)} is not reported again and not billed. Use this for events that you cancelled at Stripe.`,
      yes: 'Waive',
    });
    if (sure) await this.#decide('waive', period, 'waived');
  }

  /**
   * @param {'resend' | 'waive'} decision
   * @param {LostPeriod} period
   * @param {string} done
   */
  async #decide(decision, { customerId, meter, periodStart }, done) {
    hideNotice(this.notice);
    const result = await this.api.post(`usage/${decision}`, { customerId, meter, periodStart });
    if (result.kind === 'failed') showNotice(this.notice, result);
    else announce(`${formatNumber(decimalOf(result.json, 'units'))} units ${done}.`);
    await this.load();
  }
}

/** @param {LostPeriod} period */
const unitsOf = ({ units }) => `${formatNumber(String(units))} ${units === 1n ? 'unit' : 'units'}`;

/** @param {LostPeriod} period */
const aboutOf = (period) => `${unitsOf(period)} of ${period.customerId}`;

/** @param {LostPeriod} period */
const whichOf = ({ customerId, meter, periodStart }) =>
  `${customerId} and the meter ${meter}, period starting ${formatTime(periodStart)} UTC,`;

/**
 * @param {Record<string, unknown>[]} events oldest first
 * @returns {LostPeriod[]}
 */
function byPeriod(events) {
  /** @type {Map<string, LostPeriod>} */
  const periods = new Map();
  for (const event of events) {
    const [customerId, meter, periodStart] = [
      textOf(event, 'customerId'),
      textOf(event, 'meter'),
      textOf(event, 'periodStart'),
    ];
    const key = `${customerId} ${meter} ${periodStart}`;
    const period = periods.get(key) ?? {
      customerId,
      meter,
      periodStart,
      events: 0,
      units: 0n,
      sentAt: textOf(event, 'sentAt'),
      absentSince: textOf(event, 'absentSince'),
      proven: true,
    };
    period.events += 1;
    period.units += BigInt(decimalOf(event, 'units'));
    period.proven &&= textOf(event, 'evidence') !== '';
    periods.set(key, period);
  }
  return [...periods.values()];
}
