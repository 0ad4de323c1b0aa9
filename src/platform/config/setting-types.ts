import * as z from 'zod';
import { parseBytes } from './bytes.js';
import { parseDuration } from './duration.js';

/*
 * The building blocks of settings. Messages say what is expected and never repeat the value: it may be a secret
 * put under the wrong name.
 */

/** A duration such as `15m`; milliseconds after parsing. */
export const duration = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const milliseconds = parseDuration(text);
      if (milliseconds !== undefined) return milliseconds;
      context.addIssue({ code: 'custom', message: 'must be a duration such as 30s, 15m, 12h or 90d' });
      return z.NEVER;
    });

/** A size such as `64KiB`; bytes after parsing. */
export const bytes = (fallback: string, max: number) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const size = parseBytes(text);
      if (size !== undefined && size <= max) return size;
      const message = `must be a number of bytes, or a size such as 64KiB or 1MiB, ${max} bytes at most`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

export const port = (fallback: number) => portNumber().default(fallback);

export const portNumber = () =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number, 0 to 65535')
    .transform(Number)
    .refine((value) => value <= 65_535, 'must be a port number, 0 to 65535');

export const count = (fallback: number, max: number, min = 1) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, `must be a whole number, ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number, ${min} to ${max}`)
    .default(fallback);

/** A part of the whole: 0 to 1. */
export const fraction = (fallback: number) =>
  z
    .string()
    .regex(/^(?:0|1|0?\.\d{1,9}|1\.0+)$/, 'must be a number from 0 to 1')
    .transform(Number)
    .default(fallback);

/** Pairs such as `api-key=…`, with commas between them: headers, as OpenTelemetry writes them. */
export const headerPairs = () =>
  list().refine(
    (pairs) => pairs.every((pair) => /^[\w-]+ *=[^\p{Cc}]*$/u.test(pair)),
    'must be pairs such as name=value, with commas between them',
  );

/** An absolute http(s) address; a trailing slash is dropped. */
export const httpUrl = () =>
  z
    .string()
    .refine(
      (text) => /^https?:\/\//.test(text) && URL.canParse(text),
      'must be an address that starts with http:// or https://',
    )
    .transform((text) => text.replace(/(?<!\/)\/+$/, ''));

/** An address to which paths are added: it may have one of its own, and nothing behind it. */
export const baseUrl = () =>
  httpUrl().refine((text) => {
    if (!URL.canParse(text)) return true;
    const { username, password, search, hash } = new URL(text);
    return [username, password, search, hash].every((part) => part === '') && !/[?#]/.test(text);
  }, 'must be an address alone, such as https://api.example.com: without a user, password, ? and #');

/** A comma-separated list; empty entries are dropped. */
export const list = () =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    );

/** As browsers send it in `Origin`: an address with anything more would never match. */
export const origins = () =>
  list().refine(
    (all) => all.every((text) => URL.canParse(text) && new URL(text).origin === text),
    'must be origins such as https://app.example.com, in lower case, without a path or a slash at the end',
  );

export const choice = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z.enum(values, `must be one of: ${values.join(', ')}`).default(fallback as never);

export const secret = (minBytes: number, hint: string) =>
  z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= minBytes,
      `must be at least ${minBytes} bytes long; ${hint}`,
    );

/** `farebox@example.com` or `Farebox <farebox@example.com>`: one address, on one line. */
export const mailAddress = () =>
  z
    .string()
    .regex(
      /^(?:[^\s@<>,]+@[^\s@<>,]+|[^<>@,\p{Cc}]+<[^\s@<>,]+@[^\s@<>,]+>)$/u,
      'must be an address such as farebox@example.com or Farebox <farebox@example.com>',
    );
