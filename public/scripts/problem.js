import { isObject, textOf } from './json.js';

/**
 * What is read of an error answer (RFC 9457, with the members that this API adds).
 *
 * @typedef {object} Problem
 * @property {string} title
 * @property {string} detail
 * @property {string} code what kind of error, for programs
 * @property {string} requestId names the request in the operator's logs
 * @property {{ field: string, message: string }[]} errors by field of the request, for `validation_failed`
 */

/**
 * The problem in an answer's body. Members that are absent or of another type are empty: between this page and the
 * application there may be a proxy with error pages of its own.
 *
 * @param {unknown} json
 * @returns {Problem}
 */
export function problemFrom(json) {
  const errors = isObject(json) && Array.isArray(json['errors']) ? json['errors'] : [];
  return {
    title: textOf(json, 'title'),
    detail: textOf(json, 'detail'),
    code: textOf(json, 'code'),
    requestId: textOf(json, 'requestId'),
    errors: errors
      .map((error) => ({ field: textOf(error, 'field'), message: textOf(error, 'message') }))
      .filter((error) => error.message !== ''),
  };
}
