import type { RawHash } from '../wire/form.js';

/** One text of a form; empty when it was not sent as one. */
export function field(form: RawHash | undefined, name: string): string {
  const value = form?.[name];
  return typeof value === 'string' ? value.slice(0, 5000) : '';
}
