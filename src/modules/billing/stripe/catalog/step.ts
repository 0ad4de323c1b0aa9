import type { CatalogChange, Difference } from '../../ports/catalog-sync.js';

/** Ids of objects that exist or were created so far, for later steps. */
export interface Made {
  /** Stripe's id of a meter, by event name. */
  meters: Map<string, string>;
  /** Stripe's id of a price, by lookup key. */
  prices: Map<string, string>;
}

/** A change and how to make it. Without `perform` there is nothing to do. */
export interface Step {
  change: CatalogChange;
  /** @returns the id of the created object, when it had none. */
  perform?(made: Made): Promise<string | void>;
  /** The note for an error that does not affect the other steps; `undefined`: it is a failure. */
  noteInstead?(error: unknown): string | undefined;
}

/** The differences between two records of texts. @param names the keys to compare, in this order; absent: those of `to`. */
export function differencesOf(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
  names: readonly string[] = Object.keys(to),
): Difference[] {
  return names
    .filter((what) => (from[what] ?? '') !== (to[what] ?? ''))
    .map((what) => ({ what, from: from[what] || '-', to: to[what] || '-' }));
}
