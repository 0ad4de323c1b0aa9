import type { BookedUsage } from './compare-usage.js';

/**
 * - `equal`: ledger = meter = told = Stripe.
 * - `to_tell`: the next report tells the difference. `settling`: told, and Stripe's totals may lag.
 * - `miscounted`: the meter shows something else than the raw calls come to.
 * - `late`: found after the invoice became final: told to nobody, and billed when somebody decides so.
 * - `billed`: it was late, and is billed as an invoice item.
 * - `missing`: Stripe shows less than it took. `excess`: it shows more than it was told.
 */
export const VERDICTS = [
  'equal',
  'to_tell',
  'settling',
  'miscounted',
  'late',
  'billed',
  'missing',
  'excess',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What needs somebody's attention. */
export const isMismatch = (verdict: Verdict): boolean =>
  verdict === 'miscounted' || verdict === 'late' || verdict === 'missing' || verdict === 'excess';

/** One customer, meter and billing period, side by side. */
export interface UsageComparison extends BookedUsage {
  /** What Stripe's totals show for the whole minutes of the period. */
  stripe: bigint;
  verdict: Verdict;
}

export type UsageDifference = Record<
  'customerId' | 'meter' | 'periodStart' | 'verdict' | 'ledger' | 'counted' | 'told' | 'billed' | 'stripe',
  string
>;

/** A comparison as texts, for tables and JSON. */
export function describeComparison(comparison: UsageComparison): UsageDifference {
  const { customerId, meter, startsAt, verdict, ledger, meterValue, taken, billed, stripe } = comparison;
  return {
    customerId,
    meter,
    periodStart: startsAt.toISOString(),
    verdict,
    ledger: String(ledger),
    counted: String(meterValue),
    told: String(taken),
    billed: String(billed),
    stripe: String(stripe),
  };
}
