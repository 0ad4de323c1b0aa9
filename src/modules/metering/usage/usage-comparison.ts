import type { BookedUsage } from './compare-usage.js';

/**
 * - `equal`: ledger = meter = told = Stripe.
 * - `to_tell`: the next report tells the difference. `settling`: told, and Stripe's totals may lag.
 * - `miscounted`: the meter shows something else than the raw calls come to.
 * - `late`: found after the invoice became final: told to nobody, and billed when somebody decides so.
 * - `billed`: it was late, and is billed as an invoice item.
 * - `missing`: Stripe shows less than it took. `excess`: it shows more than it was told.
 * - `gone`: Stripe has deleted the customer. `unknown`: it could not be compared; the next try does.
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
  'gone',
  'unknown',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What needs somebody's attention. */
export const isMismatch = (verdict: Verdict): boolean =>
  verdict === 'miscounted' || verdict === 'late' || verdict === 'missing' || verdict === 'excess';

/** One customer, meter and billing period, side by side. */
export interface UsageComparison extends BookedUsage {
  /** What Stripe's totals show for the minutes of the period, less what others have in those that it shares. */
  stripe: bigint;
  /** Whether a shared minute shows something of which it cannot be said of which period it is. */
  uncertain: boolean;
  verdict: Verdict;
}

export type UsageDifference = Record<
  | 'customerId'
  | 'meter'
  | 'periodStart'
  | 'verdict'
  | 'ledger'
  | 'counted'
  | 'told'
  | 'billed'
  | 'waived'
  | 'stripe',
  string
>;

/** A comparison as texts, for tables and JSON. */
export function describeComparison(comparison: UsageComparison): UsageDifference {
  const { customerId, meter, startsAt, verdict, ledger, meterValue, taken, billed, waived, stripe } =
    comparison;
  return {
    customerId,
    meter,
    periodStart: startsAt.toISOString(),
    verdict,
    ledger: String(ledger),
    counted: String(meterValue),
    told: String(taken),
    billed: String(billed),
    waived: String(waived),
    stripe: String(stripe),
  };
}
