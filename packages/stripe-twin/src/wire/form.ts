import { parse } from 'qs';

/** A decoded form before its parameters are checked: text, lists and hashes of them. */
export type RawValue = string | RawValue[] | RawHash;
export interface RawHash {
  [name: string]: RawValue;
}

/**
 * Decodes `a[b][0]=c`, `a[]=c` and plain pairs, from a body or a query string.
 * The parameter limit is far above anything Stripe takes; the depth covers its deepest parameter.
 */
export function parseForm(text: string): RawHash {
  const parsed = parse(text, {
    depth: 10,
    parameterLimit: 10_000,
    arrayLimit: 1_000,
    plainObjects: true,
    ignoreQueryPrefix: true,
  });
  return parsed as RawHash;
}

/** One text for equal parameters in whatever order they were sent; two requests are the same if theirs are. */
export function canonicalForm(value: RawValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalForm).join(',')}]`;
  const entries = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalForm(value[name] ?? '')}`);
  return `{${entries.join(',')}}`;
}

/** What a JSON body says, in the words of a form: the parameters of `/v2` are read by the same declarations. */
export function formOfJson(body: unknown): RawHash {
  const form = Object.create(null) as RawHash;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return form;
  for (const [name, value] of Object.entries(body)) form[name] = rawOf(value);
  return form;
}

function rawOf(value: unknown): RawValue {
  if (Array.isArray(value)) return value.map(rawOf);
  if (typeof value === 'object' && value !== null) return formOfJson(value);
  return value === null ? '' : String(value);
}
