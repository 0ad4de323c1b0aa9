import type { LedgerLine } from '../ledger/index.js';

const MAX_BYTES = 512 * 1_024;
/** Limits of what is sent at once and held in memory: calls, and about so many bytes. */
export const BATCH = { lines: 100, calls: 500, bytes: MAX_BYTES };

/** The exchange of one call. */
export interface Exchange {
  callId: string;
  /** In the provider's format. */
  text: string;
}

/** Lines in parts that fit. One line may hold the calls of a busy moment, with their bodies: then it is split. */
export function partsThatFit(lines: readonly LedgerLine[]): readonly (readonly (LedgerLine | Exchange)[])[] {
  const size = lines.reduce((sum, { exchanges }) => sum + (exchanges?.length ?? 0), 0);
  return size > MAX_BYTES ? partsOf(lines.flatMap(callsOf)) : [lines];
}

export function callsOf(line: LedgerLine | Exchange): Exchange[] {
  if ('text' in line) return [line];
  return String(line.exchanges ?? '')
    .split('\n')
    .map((text, index) => ({ callId: line.calls[index] ?? '', text }));
}

export function bytesOf(line: LedgerLine | Exchange): Buffer[] {
  if ('text' in line) return [Buffer.from(line.text)];
  return line.exchanges ? [line.exchanges] : [];
}

/** Parts of about MAX_BYTES, at least one call in each. */
function partsOf(calls: readonly Exchange[]): Exchange[][] {
  const parts: Exchange[][] = [];
  let room = 0;
  for (const call of calls) {
    if (call.text.length > room) {
      parts.push([]);
      room = MAX_BYTES;
    }
    parts.at(-1)?.push(call);
    room -= call.text.length;
  }
  return parts;
}
