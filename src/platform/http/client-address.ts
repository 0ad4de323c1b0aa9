import { isIP, isIPv6 } from 'node:net';

/**
 * An address as proxies write it in `X-Forwarded-For`, in the one form in which it is compared: without port, brackets
 * and zone, IPv6 compressed and in lower case, an IPv4 address within IPv6 as IPv4. `undefined` for what is no address
 * (`unknown`, an obfuscated name).
 */
export function addressOf(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d*)?$/.exec(text)?.[1] ?? /^([^:]*):\d*$/.exec(text)?.[1] ?? text;
  const address = bare.split('%', 1)[0] ?? '';
  if (!isIP(address)) return undefined;
  if (!isIPv6(address)) return address;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return mappedIPv4(canonical) ?? canonical;
}

/** `::ffff:c000:20a` is 192.0.2.10, seen through a socket of IPv6. */
function mappedIPv4(canonical: string): string | undefined {
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === '') return undefined;
  const [first, second] = [parseInt(high, 16), parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join('.');
}

/** More than any chain of proxies writes: the rest was made up by the caller. */
const LONGEST_HEADER = 1_024;

/**
 * `X-Forwarded-For` with its addresses in that form. The list is read from its end, where the nearest proxy wrote;
 * everything before an entry that is no address is left out, so that the proxy which wrote it counts itself.
 */
export function readableForwardedFor(header: string): string | undefined {
  const found: string[] = [];
  const entries = header.slice(-LONGEST_HEADER).split(',');
  // The first entry after the cut is incomplete.
  if (header.length > LONGEST_HEADER) entries.shift();
  for (const entry of entries.toReversed()) {
    const address = addressOf(entry.trim());
    if (address === undefined) break;
    found.unshift(address);
  }
  return found.length > 0 ? found.join(', ') : undefined;
}

/** The key by which requests are counted against a limit: an IPv4 address, or the /64 of one IPv6 subscriber. */
export function limitKeyOf(address: string): string {
  const canonical = addressOf(address);
  if (canonical === undefined || !isIPv6(canonical)) return canonical ?? address;
  const [head = '', tail] = canonical.split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail ? tail.split(':') : [];
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array<string>(8 - groups.length - behind.length).fill('0'), ...behind];
  return `${all.slice(0, 4).join(':')}::/64`;
}
