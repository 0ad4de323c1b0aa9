import { invalid } from './api-error.js';
import { texts, unsettable, type Param } from './params.js';

const MAX_KEYS = 50;
const MAX_KEY = 40;
const MAX_VALUE = 500;

/** What was sent: `null` unsets all of it, an empty value unsets its key. */
export type MetadataChange = Record<string, string> | null;

/** Stripe's limits: 50 keys of 40 characters, values of 500. */
export const metadata: Param<MetadataChange> = {
  required: false,
  parse(raw, path) {
    const change = unsettable(texts).parse(raw, path);
    for (const [key, value] of Object.entries(change ?? {})) {
      if (key.length > MAX_KEY) {
        throw invalid(
          `Metadata keys can be up to ${MAX_KEY} characters long, but you passed in a key that is ${key.length} characters.`,
          path,
        );
      }
      if (/[[\]]/.test(key)) throw invalid('Metadata keys cannot contain square brackets.', path);
      if (value.length > MAX_VALUE) {
        throw invalid(
          `Metadata values can have up to ${MAX_VALUE} characters, but you passed in a value that is ${value.length} characters.`,
          `${path}[${key}]`,
        );
      }
    }
    return change;
  },
};

/** @throws {ApiError} 400 when the result has more than 50 keys. */
export function mergeMetadata(
  current: Record<string, string>,
  change: MetadataChange | undefined,
): Record<string, string> {
  if (change === undefined) return current;
  const merged = change === null ? {} : { ...current };
  for (const [key, value] of Object.entries(change ?? {})) {
    if (value === '') delete merged[key];
    else merged[key] = value;
  }
  const keys = Object.keys(merged).length;
  if (keys > MAX_KEYS) {
    throw invalid(
      `Metadata can have up to ${MAX_KEYS} keys, but this object would have ${keys}.`,
      'metadata',
    );
  }
  return merged;
}
