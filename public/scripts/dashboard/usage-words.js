import { textOf } from '../json.js';
import { element } from './element.js';
import { formatNumber, formatPeriod } from './format.js';
import { decimalOf, objectOf } from './read.js';
import { wholeDays } from './usage-range.js';

/** @typedef {import('./usage-range.js').Granularity} Granularity */
/** @typedef {import('./usage-range.js').Range} Range */

/** What is said of each granularity. */
export const WORDS = {
  hour: { unit: 'Hour (UTC)', current: 'Last 24 hours', previous: '24 hours before', before: 'a day before' },
  day: { unit: 'Day (UTC)', current: 'This period', previous: 'Previous period', before: 'previous period' },
  period: { unit: 'Period from', current: 'Per period', previous: '', before: '' },
};

/**
 * @param {Granularity} granularity
 * @param {Range} range
 */
export function usagePath(granularity, { from, to }) {
  const query = new URLSearchParams({
    granularity,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  });
  return `/account/usage?${query.toString()}`;
}

/**
 * The time that stands beside a range: the day before, or the previous period.
 *
 * @param {Granularity} granularity
 * @param {Range} range
 * @param {Record<string, unknown>[]} meters
 * @returns {Range | null}
 */
export function beforeOf(granularity, { from, to }, meters) {
  if (granularity === 'hour') return { from: from - (to - from), to: from };
  if (granularity === 'period') return null;
  const previous = objectOf(meters[0], 'previous');
  const start = Date.parse(textOf(previous, 'start'));
  const end = Date.parse(textOf(previous, 'end'));
  return Number.isNaN(start) || Number.isNaN(end) ? null : wholeDays({ from: start, to: end });
}

/** @param {Record<string, unknown> | undefined} meter */
export function nameOf(meter) {
  return textOf(meter, 'displayName') || textOf(meter, 'meter');
}

/** @param {number | null | undefined} value */
export function valueOf(value) {
  return value === null || value === undefined ? '–' : formatNumber(String(value));
}

/**
 * @param {string} title
 * @param {Record<string, unknown>} period
 * @param {string} unit
 */
export function figure(title, period, unit) {
  return element(
    'div',
    {},
    element('dt', {}, title),
    element(
      'dd',
      {},
      element('span', { class: 'figure' }, formatNumber(decimalOf(period, 'value'))),
      ` ${unit}`,
      element('span', { class: 'hint block' }, formatPeriod(textOf(period, 'start'), textOf(period, 'end'))),
    ),
  );
}
