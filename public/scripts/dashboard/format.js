const LOCALE = 'en-GB';

/**
 * A decimal as text, with its thousands grouped, exact.
 *
 * @param {string} decimal
 */
export function formatNumber(decimal) {
  return format(decimal, { maximumFractionDigits: 12 });
}

/**
 * An amount of money, exact: a price per call may have many digits.
 *
 * @param {string} decimal in the currency's main unit
 * @param {string} currency
 */
export function formatMoney(decimal, currency) {
  try {
    return format(decimal, {
      style: 'currency',
      currency: currency.toUpperCase(),
      currencyDisplay: 'narrowSymbol',
      maximumFractionDigits: 12,
    });
  } catch {
    return `${decimal} ${currency}`;
  }
}

/**
 * @param {string} decimal
 * @param {Intl.NumberFormatOptions} options
 */
function format(decimal, options) {
  if (!/^-?\d+(?:\.\d+)?$/.test(decimal)) return decimal;
  // A text is formatted as it stands; a number would be rounded to what a double holds.
  const exact = /** @type {number} */ (/** @type {unknown} */ (decimal));
  return new Intl.NumberFormat(LOCALE, options).format(exact);
}

/** @param {string} iso */
export function formatDay(iso) {
  return formatDate(iso, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** @param {string} iso */
export function formatTime(iso) {
  return formatDate(iso, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** @param {string} iso */
export function formatSecond(iso) {
  return formatDate(iso, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/**
 * The time of day, and the day where it is not today.
 *
 * @param {string} iso
 */
export function formatMoment(iso) {
  const today = iso.slice(0, 10) === new Date().toISOString().slice(0, 10);
  return today
    ? formatDate(iso, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
    : formatSecond(iso);
}

/**
 * @param {string} from
 * @param {string} to excluded
 */
export function formatPeriod(from, to) {
  return `${formatDay(from)} – ${formatDay(to)}`;
}

/**
 * @param {string} iso
 * @param {Intl.DateTimeFormatOptions} options
 */
export function formatDate(iso, options) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString(LOCALE, { timeZone: 'UTC', ...options });
}

/**
 * A `time` element: what is read, and what is meant.
 *
 * @param {string} iso
 * @param {(iso: string) => string} [words]
 */
export function timeElement(iso, words = formatDay) {
  const time = document.createElement('time');
  time.dateTime = iso;
  time.textContent = words(iso);
  return time;
}
