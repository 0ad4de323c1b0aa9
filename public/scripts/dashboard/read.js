import { isObject, textOf } from '../json.js';

/**
 * A list of objects within an answer; anything else in it is left out.
 *
 * @param {unknown} json
 * @param {string} name
 * @returns {Record<string, unknown>[]}
 */
export function listOf(json, name) {
  const list = isObject(json) ? json[name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/**
 * A number or a decimal in a text, as a text; `''` when it is neither.
 *
 * @param {unknown} json
 * @param {string} name
 */
export function decimalOf(json, name) {
  const value = isObject(json) ? json[name] : undefined;
  return typeof value === 'number' ? String(value) : textOf(json, name);
}

/**
 * @param {unknown} json
 * @param {string} name
 * @returns {Record<string, unknown> | null}
 */
export function objectOf(json, name) {
  const value = isObject(json) ? json[name] : undefined;
  return isObject(value) ? value : null;
}

/**
 * An address that a person may be sent to: http or https, and nothing that runs.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function webAddress(text) {
  try {
    const { protocol, href } = new URL(text);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
}
