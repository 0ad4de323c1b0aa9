import * as z from 'zod';
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

export const port = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number, 0 to 65535')
    .transform(Number)
    .refine((value) => value <= 65_535, 'must be a port number, 0 to 65535')
    .default(fallback);

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
    .transform((text) => text.replace(/\/+$/, ''));

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
