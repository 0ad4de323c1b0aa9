import fc, { type Arbitrary } from 'fast-check';
import {
  hostileBodies,
  hostileJson,
  hostileTexts,
  hostileUrlParts,
  percentEncoded,
} from './hostile-values.js';
import type { Operation, Parameter } from './operations.js';
import { type SchemaValues, valuesOf } from './schema-values.js';

/** A request as it goes over the wire. */
export interface FuzzRequest {
  method: string;
  /** Path and query, encoded. */
  target: string;
  /** In this order, names possibly more than once. */
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
}

/** Requests to a route: as its schema has them, and beside it. About half of them are as documented. */
export function requestsTo(operation: Operation, from: SchemaValues): Arbitrary<FuzzRequest> {
  return fc
    .record({
      path: pathsOf(operation, from),
      query: queriesOf(operation.parameters, from),
      headers: headersOf(operation.parameters, from),
      content: contentsOf(operation, from),
      method: methodsLike(operation.method),
    })
    .map(({ path, query, headers, content, method }) => ({
      method,
      target: query === '' ? path : `${path}?${query}`,
      headers: [...headers, ...(content.type === undefined ? [] : [['content-type', content.type] as const])],
      body: content.body,
    }));
}

const HEAD_TOO = 12;

/** Nest answers HEAD where there is a GET. */
function methodsLike(method: string): Arbitrary<string> {
  if (method !== 'GET') return fc.constant(method);
  return fc.integer({ min: 0, max: HEAD_TOO }).map((n) => (n === HEAD_TOO ? 'HEAD' : method));
}

/** As it should be, and now and then not. */
function mostly<T>(right: Arbitrary<T>, wrong: Arbitrary<T>, weight = 3): Arbitrary<T> {
  return fc.oneof({ arbitrary: right, weight }, { arbitrary: wrong, weight: 1 });
}

function pathsOf({ path, parameters }: Operation, from: SchemaValues): Arbitrary<string> {
  const parts = path
    .split('/')
    .slice(1)
    .map((part) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1];
      const parameter = parameters.find((each) => each.in === 'path' && each.name === name);
      if (!parameter) return fc.constant(part);
      return mostly(valuesOf(parameter.name, parameter.schema, from).map(textOf), hostileUrlParts);
    });
  return fc.tuple(...parts).map((all) => `/${all.join('/')}`);
}

function queriesOf(parameters: readonly Parameter[], from: SchemaValues): Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = known.map(({ name, schema }) => {
    const value = valuesOf(name, schema, from).map(textOf);
    const pair = mostly(value, hostileUrlParts).map((text) => `${name}=${text}`);
    const twice = fc.tuple(pair, pair).map((both) => both.join('&'));
    const nested = fc.constantFrom(
      `${name}[]=1`,
      `${name}[a]=1`,
      `${name}[__proto__]=1`,
      name,
      `${name}=&${name}=`,
    );
    return fc.oneof(
      { arbitrary: fc.constant(''), weight: 4 },
      { arbitrary: pair, weight: 8 },
      { arbitrary: fc.oneof(twice, nested), weight: 1 },
    );
  });
  const foreign = fc.tuple(hostileUrlParts, hostileUrlParts).map(([name, value]) => `${name}=${value}`);
  const last = fc.oneof({ arbitrary: fc.constant(''), weight: 12 }, { arbitrary: foreign, weight: 1 });
  return fc.tuple(...pairs, last).map((all) => all.filter((pair) => pair !== '').join('&'));
}

const textOf = (value: unknown): string => percentEncoded(String(value));

type Header = readonly [string, string];

/** Any header that a proxy, a browser or an attacker adds, with a value at its edge. */
const FOREIGN_HEADERS: readonly Header[] = [
  ['accept', 'application/xml'],
  ['accept', ';;;'],
  ['accept-encoding', 'br;q=2, *;q=x'],
  ['authorization', 'Bearer a.b.c'],
  ['authorization', 'Basic Og=='],
  ['content-encoding', 'gzip'],
  ['cookie', 'farebox_operator=a.b.c; farebox_checkout=x; =; ;;'],
  ['cookie', `farebox_checkout=${'a'.repeat(43)}`],
  ['cookie', 'farebox_operator=%00'],
  ['expect', '200-ok'],
  ['host', 'attacker.example:99999'],
  ['host', 'a b'],
  ['if-none-match', '*'],
  ['last-event-id', '00000000-0000-7000-8000-000000000000'],
  ['last-event-id', '\u00ff'],
  ['origin', 'null'],
  ['origin', 'https://attacker.example'],
  ['range', 'bytes=0-0,1-1'],
  ['sec-fetch-site', 'cross-site'],
  ['traceparent', '00-0-0-zz'],
  ['transfer-encoding', 'chunked'],
  ['upgrade', 'websocket'],
  ['x-forwarded-for', 'unknown, 192.0.2.1:x'],
  ['x-forwarded-host', 'a,b'],
  ['x-forwarded-proto', 'javascript'],
  ['x-http-method-override', 'DELETE'],
];

function headersOf(parameters: readonly Parameter[], from: SchemaValues): Arbitrary<Header[]> {
  const documented = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, schema }) => {
      const value = valuesOf(name, schema, from).map((text) => headerText(String(text)));
      const header = mostly(value, hostileTexts.map(headerText)).map((text): Header[] => [[name, text]]);
      const twice = fc.tuple(header, header).map(([one, other]) => [...one, ...other]);
      return fc.oneof(
        { arbitrary: fc.constant<Header[]>([]), weight: 4 },
        { arbitrary: header, weight: 4 },
        { arbitrary: twice, weight: 1 },
      );
    });
  const foreign = fc.constantFrom(...FOREIGN_HEADERS).map((header) => [header]);
  const last = fc.oneof(
    { arbitrary: fc.constant<Header[]>([]), weight: 6 },
    { arbitrary: foreign, weight: 1 },
  );
  return fc.tuple(...documented, last).map((all) => all.flat());
}

/** What Node sends in a header: Latin-1 without control characters. */
const headerText = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '\xbf').trim();

interface Content {
  type: string | undefined;
  body: string | undefined;
}

const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/merge-patch+json',
  'application/problem+json',
  'json',
  '/',
  'a'.repeat(200),
  '',
];
const JSON_TYPE = 'application/json';

function contentsOf({ body, method }: Operation, from: SchemaValues): Arbitrary<Content> {
  const none: Content = { type: undefined, body: undefined };
  const types = fc.oneof(
    { arbitrary: fc.constant<string | undefined>(JSON_TYPE), weight: 10 },
    fc.constantFrom(...TYPES, undefined),
  );
  const odd = fc.record({ type: types, body: hostileBodies });
  if (!body) return mostly(fc.constant(none), method === 'GET' ? fc.constant(none) : odd, 6);
  const right = valuesOf('body', body, from);
  return fc.oneof(
    {
      arbitrary: fc.record({
        type: fc.constant(JSON_TYPE),
        body: right.map((value) => JSON.stringify(value)),
      }),
      weight: 5,
    },
    { arbitrary: fc.record({ type: types, body: bent(right) }), weight: 5 },
    { arbitrary: odd, weight: 2 },
    { arbitrary: fc.constant(none), weight: 1 },
  );
}

/** A valid body in which one field is something else, is not there, or stands beside one that nobody knows. */
function bent(bodies: Arbitrary<unknown>): Arbitrary<string> {
  return fc
    .tuple(bodies, fc.nat(), hostileJson, hostileTexts, fc.constantFrom('change', 'add', 'drop'))
    .map(([body, which, value, name, how]) => {
      const fields = Object.entries(body as object);
      const index = which % Math.max(fields.length, 1);
      if (how === 'add' || fields.length === 0) fields.push([name, value]);
      else if (how === 'drop') fields.splice(index, 1);
      else fields[index] = [fields[index]?.[0] ?? name, value];
      // Written by hand: `__proto__` is a name like any other in JSON.
      return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item) ?? 'null'}`).join(',')}}`;
    });
}
