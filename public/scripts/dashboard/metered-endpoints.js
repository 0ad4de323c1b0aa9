import { isObject, textOf } from '../json.js';
import { listOf, objectOf } from './read.js';

/**
 * An endpoint that costs something, with what a first call of it needs.
 *
 * @typedef {object} Endpoint
 * @property {string} method in capitals
 * @property {string} route as the API document writes it, `/items/{id}`
 * @property {string} path with examples in place of its parameters
 * @property {string} summary
 * @property {string | null} body JSON, for those that take one
 */

/**
 * The metered endpoints of an API document: those that it marks, `x-metered`.
 *
 * @param {unknown} document
 * @returns {Endpoint[]}
 */
export function meteredEndpoints(document) {
  /** @type {Endpoint[]} */
  const endpoints = [];
  for (const [route, operations] of Object.entries(objectOf(document, 'paths') ?? {})) {
    if (!isObject(operations)) continue;
    for (const [method, operation] of Object.entries(operations)) {
      if (!isObject(operation) || operation['x-metered'] !== true) continue;
      endpoints.push({
        method: method.toUpperCase(),
        route,
        path: pathOf(route, listOf(operation, 'parameters')),
        summary: textOf(operation, 'summary'),
        body: bodyOf(document, operation),
      });
    }
  }
  return endpoints;
}

/**
 * @param {string} route
 * @param {Record<string, unknown>[]} parameters
 */
function pathOf(route, parameters) {
  return route.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const parameter = parameters.find((each) => each['name'] === name && each['in'] === 'path');
    const example = parameter?.['example'] ?? objectOf(parameter, 'schema')?.['example'];
    return encodeURIComponent(example === undefined ? String(name) : String(example));
  });
}

/**
 * @param {unknown} document
 * @param {Record<string, unknown>} operation
 * @returns {string | null}
 */
function bodyOf(document, operation) {
  const content = objectOf(objectOf(objectOf(operation, 'requestBody'), 'content'), 'application/json');
  const schema = resolved(document, objectOf(content, 'schema'));
  if (!schema) return null;
  const properties = Object.entries(objectOf(schema, 'properties') ?? {});
  return JSON.stringify(
    Object.fromEntries(
      properties.map(([name, property]) => [name, isObject(property) ? (property['example'] ?? '') : '']),
    ),
  );
}

/**
 * @param {unknown} document
 * @param {Record<string, unknown> | null} schema
 */
function resolved(document, schema) {
  const name = /^#\/components\/schemas\/(.+)$/.exec(textOf(schema, '$ref'))?.[1];
  return name === undefined ? schema : objectOf(objectOf(objectOf(document, 'components'), 'schemas'), name);
}
