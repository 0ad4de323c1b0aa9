import { scrub } from '../../platform/logging/logger.js';

/** Headers that may leave the house. A list of what is allowed cannot forget a new secret. */
const REQUEST_HEADERS = [
  'host',
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
 * A path and query without what may be secret or personal: the names of parameters stay, their values go, and so does
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
