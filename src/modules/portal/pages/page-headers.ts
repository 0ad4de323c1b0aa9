import { extname } from 'node:path';

/**
 * The rights of our pages in a browser: run and fetch files of their own origin, and nothing else.
 * No inline script or style passes, so text that slipped into the markup could not act.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The same, with the script and the frame of a pricing table. @param source an origin */
export function policyWith(source: string): string {
  return `${CONTENT_SECURITY_POLICY.replace("script-src 'self'", `script-src 'self' ${source}`)}; frame-src ${source}`;
}

const ONE_DAY = 24 * 60 * 60;

/** Pages, scripts and styles change together and carry no version in their names: the browser asks each time. */
const CACHE_CONTROL: Readonly<Record<string, string>> = { '.svg': `public, max-age=${ONE_DAY}` };

/** Where `send` would say otherwise. */
const CONTENT_TYPE: Readonly<Record<string, string>> = { '.js': 'application/javascript; charset=utf-8' };

/** The headers of one file under `public/`, by its name. They go on these files alone, not on the API's answers. */
export function pageHeaders(file: string): Record<string, string> {
  const type = CONTENT_TYPE[extname(file)];
  return {
    ...(type === undefined ? {} : { 'content-type': type }),
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': CACHE_CONTROL[extname(file)] ?? 'no-cache',
  };
}
