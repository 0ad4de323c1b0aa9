/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A text member of a JSON object, `''` when it is absent or something else.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {string}
 */
export function textOf(value, name) {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : '';
}
