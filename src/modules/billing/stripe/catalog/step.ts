import type { CatalogChange, Difference } from '../../catalog-sync.js';

/** Ids of what is there or was made so far, for the steps that come after. */
export interface Made {
  /** Stripe's id of a meter, by event name. */
  meters: Map<string, string>;
  /** Stripe's id of a price, by lookup key. */
  prices: Map<string, string>;
}

/** A change and how to make it. Without `perform` there is nothing to make. */
export interface Step {
  change: CatalogChange;
  /** @returns the id of what was made, where it had none. */
  perform?(made: Made): Promise<string | void>;
  /** What to note when it fails so and the rest can do without it; `undefined`: it is a failure. */
  noteInstead?(error: unknown): string | undefined;
}

/** The differences between two records of texts. @param names which of them, in this order; absent: those of `to`. */
export function differencesOf(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
  names: readonly string[] = Object.keys(to),
): Difference[] {
  return names
    .filter((what) => (from[what] ?? '') !== (to[what] ?? ''))
    .map((what) => ({ what, from: from[what] || '-', to: to[what] || '-' }));
}
