import { v7, validate, version } from 'uuid';

/** A UUIDv7: unique, and ordered by the millisecond it was made. Used for requests, calls, accounts and messages. */
export function newId(): string {
  return v7();
}

export function isId(text: string): boolean {
  return validate(text) && version(text) === 7;
}
