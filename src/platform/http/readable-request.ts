import { FareboxError } from '../errors/farebox-error.js';
import type { Exchange } from './exchange.js';
import { refusedParameter } from './route-limits.js';

/** @throws {FareboxError} `malformed_request` for a URL that no route of ours takes. */
export function assertReadable(exchange: Exchange): void {
  const refused = refusedUrl(exchange);
  if (refused) throw refused;
}

/** @returns why the URL of a request is refused. Looked at once for each request. */
export function refusedUrl(exchange: Exchange): FareboxError | undefined {
  if (exchange.isReadable) return undefined;
  // No database stores it, and C programs behind a proxy end their strings there.
  if (exchange.url.includes('%00'))
    return new FareboxError('malformed_request', 'The URL contains the character NUL (%00).');
  const refused = refusedParameter(exchange);
  exchange.isReadable = refused === undefined;
  return refused;
}
