import { randomFillSync } from 'node:crypto';
import { v7, validate, version } from 'uuid';

const RANDOM_BYTES = 16;
/** Asking the system for randomness costs more than all the rest of an id: it is asked for 256 ids at a time. */
const pool = Buffer.alloc(256 * RANDOM_BYTES);
let used = pool.length;

function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}

/** A UUIDv7: unique, and ordered by the millisecond it was made. Used for requests, calls, accounts and messages. */
export function newId(): string {
  return v7({ rng: random });
}

/** The millisecond a UUIDv7 was made in, since the epoch: its first 48 bits. */
export function msOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The smallest UUIDv7 of a millisecond since the epoch: where a search for ids of a time begins. */
export function leastIdOf(ms: number): string {
  const hex = Math.min(Math.max(Math.floor(ms), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

const DAY_MS = 86_400_000;
/** The day that was returned last: nearly always the day of the next one too. */
const lastDay = { begins: Number.NaN, text: '' };

/** The UTC day a UUIDv7 was made on: `2026-11-21`. */
export function dayOfId(id: string): string {
  const ms = msOfId(id);
  const begins = ms - (ms % DAY_MS);
  if (begins !== lastDay.begins) {
    lastDay.begins = begins;
    lastDay.text = new Date(begins).toISOString().slice(0, 10);
  }
  return lastDay.text;
}

export function isId(text: string): boolean {
  return validate(text) && version(text) === 7;
}
