import { scrub } from '../../platform/logging/logger.js';

/** Headers that may be sent to analytics. An allow list cannot miss a new secret header. The host is in the URI. */
const REQUEST_HEADERS = [
  'user-agent',
  'accept',
  'accept-language',
  'content-type',
  'content-length',
] as const;
const RESPONSE_HEADERS = ['content-type', 'content-length', 'x-request-id', 'retry-after'] as const;
const MASK = '[masked]';

type Headers = Readonly<Record<string, string | string[] | number | undefined>>;

export const allowedRequestHeaders = (headers: Headers): Record<string, string> =>
  pick(headers, REQUEST_HEADERS);
export const allowedResponseHeaders = (headers: Headers): Record<string, string> =>
  pick(headers, RESPONSE_HEADERS);

function pick(headers: Headers, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) kept[name] = scrub(String(value));
  }
  return kept;
}

/**
 * A path and query without secret or personal values: parameter names stay, their values are removed, and so is
 * anything in the path that looks like a credential or an email address.
 */
export function maskPath(url: string): string {
  const [path = '', query] = url.split('?', 2);
  const safePath = scrub(decodeSafely(path));
  if (query === undefined || query === '') return encodeURI(safePath);
  const names = query.split('&').map((pair) => pair.split('=', 1)[0] ?? '');
  return `${encodeURI(safePath)}?${names.map((name) => `${scrub(name)}=${MASK}`).join('&')}`;
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path.replaceAll('%', '%25');
  }
}

/** A longer body is left out: a truncated body is not valid JSON. */
const MAX_BODY_BYTES = 8 * 1_024;
const MAX_DEPTH = 12;
/** Names of fields whose values are never sent, whatever they hold. */
const PRIVATE_FIELD =
  /pass(?:word|phrase)|secret|token|api_?key|auth|cookie|session|card|cvc|cvv|iban|account_?number|ssn|e_?mail|phone|address|birth|first_?name|last_?name|full_?name/i;

/** A JSON body without secret or personal values; `undefined` for a body that is not JSON, or too long. */
export function maskBody(body: unknown): unknown {
  const value = typeof body === 'string' ? parseJson(body) : body;
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return undefined;
  if (typeof (value as { pipe?: unknown }).pipe === 'function') return undefined;
  const masked = maskValue(value, 0);
  return Buffer.byteLength(JSON.stringify(masked)) > MAX_BODY_BYTES ? undefined : masked;
}

function parseJson(text: string): unknown {
  if (text.length > 4 * MAX_BODY_BYTES) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function maskValue(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return MASK;
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      PRIVATE_FIELD.test(name) ? MASK : maskValue(item, depth + 1),
    ]),
  );
}
