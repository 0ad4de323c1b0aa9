import type { Intent } from '../reporting/intent-store.js';

/** Every subset of this many is tried: 65,536 at most. */
const MOST = 16;

/**
 * Finds the intents sharing a minute that are not in its total. Events are rejected whole, so some of them sum to exactly
 * the missing amount; where several subsets do, they bill the same.
 * @param missing the units reported for the minute, less its total.
 * @returns the smallest matching set; `undefined` when there is none: another sender reports in the same minute.
 */
export function lostAmong<T extends Pick<Intent, 'value'>>(
  intents: readonly T[],
  missing: bigint,
): T[] | undefined {
  if (missing === 0n) return [];
  if (intents.length > MOST) return undefined;
  let fewest: T[] | undefined;
  for (let choice = 1; choice < 2 ** intents.length; choice++) {
    const chosen = intents.filter((_, index) => (choice >> index) & 1);
    if (fewest && chosen.length >= fewest.length) continue;
    if (chosen.reduce((sum, { value }) => sum + value, 0n) === missing) fewest = chosen;
  }
  return fewest;
}
