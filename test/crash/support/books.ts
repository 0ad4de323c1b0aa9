import { expect } from '@jest/globals';
import { type Farebox, query, request } from '../../support/farebox.js';
import { until } from '../../support/processes.js';
import type { Seen } from './callers.js';

/** Ids of the calls in the ledger. */
export async function ledgerIds(farebox: Farebox): Promise<Set<string>> {
  const rows = await query(farebox, 'select id from calls');
  const ids = new Set(rows.map(({ id }) => String(id)));
  // The key makes it so; if it ever did not, this would be a call billed twice.
  expect(ids.size).toBe(rows.length);
  return ids;
}

/**
 * Every answered call is in the ledger, and nothing else but calls whose answer was cut off.
 * @param before what was in the ledger when the callers began.
 * @returns how many calls were added.
 */
export async function expectBooksToAgree(
  farebox: Farebox,
  seen: Seen,
  before: ReadonlySet<string>,
): Promise<number> {
  const after = await until(async () => {
    const ids = await ledgerIds(farebox);
    return [...seen.answered].every((id) => ids.has(id)) ? ids : undefined;
  }, 60_000);
  const added = [...after].filter((id) => !before.has(id));
  const unheard = added.filter((id) => !seen.answered.has(id));
  expect(unheard.length).toBeLessThanOrEqual(seen.unanswered);
  return added.length;
}

/** The events of paid calls at the Moesif twin, by the id of the call: each stands there once. */
export async function moesifCalls(farebox: Farebox): Promise<Map<string, Record<string, unknown>>> {
  const { text } = await request(`${farebox.moesifUrl}/_sandbox/events.ndjson`);
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { metadata?: { transaction_id?: string; monetized?: boolean } });
  const paid = events.filter(({ metadata }) => metadata?.monetized);
  const calls = new Map(
    paid.map((event) => [String(event.metadata?.transaction_id), event as Record<string, unknown>]),
  );
  expect(calls.size).toBe(paid.length);
  return calls;
}

/** Every call of the ledger reaches Moesif. */
export async function expectMoesifToHave(farebox: Farebox, ids: ReadonlySet<string>): Promise<void> {
  await until(async () => {
    const calls = await moesifCalls(farebox);
    return [...ids].every((id) => calls.has(id));
  }, 120_000);
}
