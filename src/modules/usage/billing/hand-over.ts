import type { ReporterName } from './usage-billing.js';

/** Usage that the former reporter may have reported, or has left unreported. */
export interface UnreportedUsage {
  /** Billing periods, customers and meters with usage that Farebox has not reported, and whose invoice is not final. */
  periods: number;
  /** Meter events that are recorded and not sent. */
  pending: number;
  /** Meter events that the provider accepted and does not show yet, of periods whose invoice is not final. */
  unproven: number;
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
  invoice: {
    moesif: {
      blocks: anyLeft,
      advice:
        'Moesif would not report it. Start with USAGE_REPORTER=stripe, run: npm run farebox -- usage report (until nothing is left), then start with USAGE_REPORTER=moesif.',
      takesOver: false,
    },
  },
  moesif: {
    invoice: {
      blocks: anyLeft,
      advice:
        "Farebox would bill all of it again. Stop Moesif's billing meters, wait until Stripe shows what Moesif reported, run with USAGE_REPORTER=stripe: npm run farebox -- usage take-over, then: npm run farebox -- usage report (until nothing is pending), and start with USAGE_REPORTER=invoice.",
      takesOver: false,
    },
    stripe: {
      blocks: anyLeft,
      advice:
        "Farebox would report all of it again, and bill it twice. Stop Moesif's billing meters, wait until Stripe shows what Moesif reported, then run: npm run farebox -- usage take-over",
      takesOver: true,
    },
  },
  stripe: {
    invoice: {
      // What Stripe shows is on its lines, and only the rest is added; what it does not show yet would be added too.
      blocks: ({ pending, unproven }) => pending + unproven > 0,
      advice:
        'Stripe may put them on an invoice after Farebox has: they would be billed twice. With USAGE_REPORTER=stripe run: npm run farebox -- usage report (until nothing is pending and all is proven), then start with USAGE_REPORTER=invoice.',
      takesOver: false,
    },
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
