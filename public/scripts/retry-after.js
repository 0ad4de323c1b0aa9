/**
 * How long a `Retry-After` header asks to wait (RFC 9110, section 10.2.3): whole seconds, or a date.
 *
 * @param {string | null} header
 * @param {number} now in ms since the epoch
 * @returns {number} ms, 0 when nothing is asked or the header makes no sense
 */
export function retryAfterMs(header, now) {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

/**
 * A wait in words, for a sentence: "12 seconds", "1 minute", "2 hours".
 *
 * @param {number} ms
 */
export function inWords(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return plural(seconds, 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? plural(minutes, 'minute') : plural(Math.ceil(minutes / 60), 'hour');
}

/**
 * A wait for a button: "12 s", "4:05".
 *
 * @param {number} ms
 */
export function asClock(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * @param {number} count
 * @param {string} noun
 */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
