import { formatDate } from './format.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** @typedef {'hour' | 'day' | 'period'} Granularity */
/** @typedef {{ from: number, to: number }} Range in ms since the epoch; `to` is excluded */

/**
 * What is asked for: the last 24 hours, the days of the period, the periods of a year.
 *
 * @param {Granularity} granularity
 * @param {number} now
 * @param {Range | null} period the current billing period, when it is known
 * @returns {Range}
 */
export function rangeOf(granularity, now, period) {
  if (granularity === 'hour') {
    const to = Math.floor(now / HOUR) * HOUR + HOUR;
    return { from: to - DAY, to };
  }
  if (granularity === 'period') return { from: now - 366 * DAY, to: now };
  return wholeDays(period ?? { from: now - 30 * DAY, to: now });
}

/** @param {Range} range */
export function wholeDays({ from, to }) {
  return { from: Math.floor(from / DAY) * DAY, to: Math.ceil(to / DAY) * DAY };
}

/**
 * The values of a range, one per hour or day; what is not counted yet is null, what was not used is 0.
 *
 * @param {Record<string, unknown>[]} buckets
 * @param {'hour' | 'day'} granularity
 * @param {Range} range
 * @param {number} now
 * @returns {(number | null)[]}
 */
export function slotsOf(buckets, granularity, range, now) {
  const step = granularity === 'hour' ? HOUR : DAY;
  const length = Math.max(1, Math.round((range.to - range.from) / step));
  /** @type {(number | null)[]} */
  const slots = Array.from({ length }, (_, index) => (range.from + index * step > now ? null : 0));
  for (const { start, value } of buckets) {
    const index = Math.floor((Date.parse(String(start)) - range.from) / step);
    if (index >= 0 && index < length) slots[index] = (slots[index] ?? 0) + Number(value);
  }
  return slots;
}

/**
 * @param {'hour' | 'day'} granularity
 * @param {Range} range
 * @param {number} length
 */
export function labelsOf(granularity, { from }, length) {
  const step = granularity === 'hour' ? HOUR : DAY;
  return Array.from({ length }, (_, index) => {
    const iso = new Date(from + index * step).toISOString();
    return granularity === 'hour'
      ? formatDate(iso, { hour: '2-digit', minute: '2-digit' })
      : formatDate(iso, { day: 'numeric', month: 'short' });
  });
}
