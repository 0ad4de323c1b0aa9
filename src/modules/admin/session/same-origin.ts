import type { Exchange } from '../../../platform/http/exchange.js';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin of a request as the browser reports it: our own pages, elsewhere, or nothing (a program). A browser sends
 * `Sec-Fetch-Site` over https and on localhost, and `Origin` with any request that may change something.
 * @param publicUrl PUBLIC_URL: a proxy may have put another host into the request
 */
export function originOfRequest(
  { headers, host, protocol }: Pick<Exchange, 'headers' | 'host' | 'protocol'>,
  publicUrl: string | undefined,
): 'same' | 'other' | 'unsaid' {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'other';
  const { origin } = headers;
  if (origin === undefined) return 'unsaid';
  const ours = [`${protocol}://${host}`, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])];
  return ours.includes(origin) ? 'same' : 'other';
}

/** Whether the browser reaches us over https, also through a proxy that does not report it. */
export function isSecure({ protocol, host }: Exchange, publicUrl: string | undefined): boolean {
  return protocol === 'https' || (publicUrl?.startsWith('https:') === true && !LOOPBACK.test(nameOf(host)));
}

/** The name of a host, without its port. */
const nameOf = (host: string): string => host.replace(/:\d*$/, '');
