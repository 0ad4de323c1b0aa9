import type { Invoice } from '../ports/invoice-gateway.js';

/** How long calls of the period may take from their start until they are in the ledger. */
const ON_THEIR_WAY_MS = 2 * 60_000;
/** How long Stripe keeps a draft open by default. */
const DRAFT_MS = 3_600_000;
const CLOCKS_APART_MS = 60_000;

/**
 * The earliest time a draft, held or not, may become final: its natural time. Released earlier, it would miss usage
 * reported until then, as Stripe's totals lag. A draft on a clock of its own (a test clock) keeps its natural time, and
 * is released as soon as its calls had time to arrive.
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
