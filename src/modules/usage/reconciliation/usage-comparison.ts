import { moneyText } from '../../../catalog/index.js';
import type { Returned } from '../../billing/index.js';
import type { Invoiced } from './compare-invoices.js';
import type { BookedUsage } from './compare-usage.js';

/**
 * - `equal`: ledger = meter = reported = Stripe.
 * - `to_tell`: unreported, sent with the next report. `settling`: reported, and Stripe's totals may lag.
 * - `miscounted`: the meter differs from the recorded calls.
 * - `late`: found after the invoice was finalized: not reported, and billed when an operator decides so.
 * - `billed`: it was late, and is billed as an invoice item.
 * - `missing`: Stripe's total is less than it accepted. `excess`: it is more than was reported.
 * - `gone`: Stripe has deleted the customer. `unknown`: it could not be compared; the next try does.
 *
 * Where these agree, invoices are compared:
 * - `pending`: the invoice of a period that has ended is a draft or not created yet.
 * - `uninvoiced`: invoices have less than was used, and none will come. `overinvoiced`: they have more.
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
  'pending',
  'uninvoiced',
  'overinvoiced',
] as const;
export type Verdict = (typeof VERDICTS)[number];

const MISMATCHES: readonly Verdict[] = [
  'miscounted',
  'late',
  'missing',
  'excess',
  'uninvoiced',
  'overinvoiced',
];

/** Whether a verdict needs an operator's attention. */
export const isMismatch = (verdict: Verdict): boolean => MISMATCHES.includes(verdict);

/** The action for a verdict; none where it needs none. */
export const ADVICE: Readonly<Partial<Record<Verdict, string>>> = {
  miscounted: "was the meter's filter changed within the period?",
  late: 'bill it with: usage bill-late',
  missing: 'see: usage lost',
  excess: 'stop what else reports, then: usage adjust',
  uninvoiced: 'bill it with: usage bill-late',
  overinvoiced: 'credit it in Stripe, with a credit note',
};

/** One customer, meter and billing period, side by side. */
export interface UsageComparison extends BookedUsage {
  /** Stripe's totals for the minutes of the period, less the usage of others in shared minutes. */
  stripe: bigint;
  /** Whether a shared minute shows usage whose period cannot be determined. */
  uncertain: boolean;
  verdict: Verdict;
  /** All units that were billed late; the `billed` of them had not been reported before. */
  late?: bigint;
  /** The number of the last decision to bill late; 0: none. */
  lateDecisions?: number;
  /** Its invoiced units; null or absent when they are not known. */
  invoicing?: Invoiced | null;
}

export type UsageDifference = Record<
  | 'customerId'
  | 'meter'
  | 'periodStart'
  | 'verdict'
  | 'ledger'
  | 'counted'
  | 'reported'
  /** @deprecated `reported`. */
  | 'told'
  | 'billed'
  | 'waived'
  | 'stripe'
  | 'invoiced'
  | 'credited'
  | 'refunded'
  | 'disputed'
  | 'currency'
  | 'advice',
  string
>;

/** A comparison as texts, for tables and JSON. */
export function describeComparison(comparison: UsageComparison): UsageDifference {
  const { customerId, meter, startsAt, verdict, ledger, meterValue, taken, billed, waived, stripe } =
    comparison;
  const { late = billed, invoicing } = comparison;
  return {
    customerId,
    meter,
    periodStart: startsAt.toISOString(),
    verdict,
    ledger: String(ledger),
    counted: String(meterValue),
    reported: String(taken),
    told: String(taken),
    billed: String(late),
    waived: String(waived),
    stripe: String(stripe),
    invoiced: invoicing && invoicing.state !== 'runs' ? String(invoicing.units) : '',
    ...returnedTexts(invoicing?.returned),
    advice: [ADVICE[verdict], ...(invoicing?.notes ?? [])].filter(Boolean).join('; '),
  };
}

/** Amounts of 0 are empty, so that credits, refunds and disputes stand out. */
function returnedTexts(
  returned: Returned | null | undefined,
): Pick<UsageDifference, 'credited' | 'refunded' | 'disputed' | 'currency'> {
  const text = (amount = 0n) => (amount === 0n || !returned ? '' : moneyText(amount, returned.currency));
  const [credited, refunded, disputed] = [
    text(returned?.credited),
    text(returned?.refunded),
    text(returned?.disputed),
  ];
  return {
    credited,
    refunded,
    disputed,
    currency: credited || refunded || disputed ? (returned?.currency ?? '') : '',
  };
}
