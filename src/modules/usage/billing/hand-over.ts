import type { ReporterName } from './usage-billing.js';

/** Usage that the former reporter may have reported, or has left unreported. */
export interface UnreportedUsage {
  /** Billing periods, customers and meters with usage that Farebox has not reported, and whose invoice is not final. */
  periods: number;
  /** Meter events that are recorded and not sent. */
  pending: number;
  /** Calls that no meter has counted yet. */
  uncounted: number;
}

/** What one way of billing usage leaves to another. */
export interface HandOver {
  /** Whether that which is left keeps the application from starting the other way: it would be billed twice, or never. */
  blocks(left: UnreportedUsage): boolean;
  /** What happens otherwise, and what to do. */
  advice: string;
  /** Whether `usage take-over` can settle it, by counting what the provider shows as reported. */
  takesOver: boolean;
}

const anyLeft = ({ periods, pending, uncounted }: UnreportedUsage): boolean =>
  periods + pending + uncounted > 0;

/** By the last one, and the next. */
const HAND_OVERS: Readonly<Record<ReporterName, Partial<Record<ReporterName, HandOver>>>> = {
  moesif: {
    stripe: {
      blocks: anyLeft,
      advice:
        "Farebox would report all of it again, and bill it twice. Stop Moesif's billing meters, wait until Stripe shows what Moesif reported, then run: npm run farebox -- usage take-over",
      takesOver: true,
    },
  },
  stripe: {
    moesif: {
      blocks: anyLeft,
      advice:
        'Moesif would not report it. With USAGE_REPORTER=stripe run: npm run farebox -- usage report (until nothing is left), then start with USAGE_REPORTER=moesif. docs/usage.md says more.',
      takesOver: false,
    },
  },
};

const NOTHING_TO_DO: HandOver = { blocks: () => false, advice: '', takesOver: false };

export function handOverOf(last: ReporterName, next: ReporterName): HandOver {
  return HAND_OVERS[last][next] ?? NOTHING_TO_DO;
}
