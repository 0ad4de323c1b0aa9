import type { Invoice } from '../invoice-gateway.js';

/** Calls of the period may take so long from their beginning until they stand in the ledger. */
const ON_THEIR_WAY_MS = 2 * 60_000;
/** So long Stripe leaves a draft as it is, where nothing else is set. */
const DRAFT_MS = 3_600_000;
const CLOCKS_APART_MS = 60_000;

/**
 * When a draft, held or not, may become final at the earliest: at its natural time. Released before, it would miss what comes
 * in and is reported until then, as Stripe's totals show that only after a while.
 * A draft on a clock of its own (a test clock) is left its natural time, and released as soon as its calls had time to arrive.
 */
export function releaseTime(
  { createdAt, finalizesAt }: Pick<Invoice, 'createdAt' | 'finalizesAt'>,
  now: Date,
): Date {
  const arrived = now.getTime() + ON_THEIR_WAY_MS;
  const natural = finalizesAt?.getTime() ?? createdAt.getTime() + DRAFT_MS;
  const isOfThisClock = createdAt.getTime() <= now.getTime() + CLOCKS_APART_MS;
  return new Date(isOfThisClock ? Math.max(natural, arrived) : arrived);
}
