import { crc32 } from 'node:zlib';
import type { LedgerEntry } from '../store/ledger-entry.js';

/** A line of the spool: eight hex digits of CRC-32 over the JSON, a blank, the JSON, a line feed. */
export function spoolLine(entry: LedgerEntry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** @returns `undefined` for a line that was not written whole, or has changed since. */
export function parseSpoolLine(line: string): LedgerEntry | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as LedgerEntry;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
