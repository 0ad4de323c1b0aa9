import type { CatalogFile } from './catalog-file.js';

type Path = readonly PropertyKey[];
type Section = Record<string, unknown>;

/**
 * A file with errors of form, as it would be read without them: so that other errors can be reported at the same time.
 * Undefined where too little is there. Its use may throw, and is valid only for sections without an error.
 */
export function presumedFile(value: unknown): CatalogFile | undefined {
  const file = value as Section;
  if (typeof file !== 'object' || file === null) return undefined;
  const { meters, plans, currency } = file;
  if (!Array.isArray(meters) || !Array.isArray(plans) || typeof currency !== 'string') return undefined;
  const presumed = {
    automaticTax: 'false',
    registration: 'open',
    ...file,
    withoutCard: undefined,
    meters: (meters as Section[]).map((meter) => ({
      metric: 'event_count',
      aggregation: 'sum',
      window: '1h',
      ...meter,
    })),
    plans: (plans as Section[]).map((plan) => ({
      product: {},
      ...plan,
      price: { billingPeriod: 'monthly', tiers: [], ...(plan?.['price'] as Section | undefined) },
    })),
  };
  return presumed as unknown as CatalogFile;
}

/** `plans[1].price` of `plans[1].price.tiers[0].amount`: the section that is checked as one. */
export function sectionOf(path: Path): string {
  return path.slice(0, path.length > 3 || typeof path[1] === 'number' ? 3 : 1).join('.');
}
