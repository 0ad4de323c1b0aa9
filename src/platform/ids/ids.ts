import { v7, validate, version } from 'uuid';

/** A UUIDv7: unique, and ordered by the millisecond it was made. Used for requests, calls, accounts and messages. */
export function newId(): string {
  return v7();
}

/** The millisecond a UUIDv7 was made in, since the epoch: its first 48 bits. */
export function msOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The UTC day a UUIDv7 was made on: `2026-11-21`. */
export function dayOfId(id: string): string {
  return new Date(msOfId(id)).toISOString().slice(0, 10);
}

export function isId(text: string): boolean {
  return validate(text) && version(text) === 7;
}
