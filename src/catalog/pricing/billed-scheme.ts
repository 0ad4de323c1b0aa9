import type { Amount } from '../amount.js';
import type { CatalogPrice, PackagePrice, Tier } from '../catalog.js';

/** A price as Stripe bills it: per unit, or in tiers. A free allowance is a first tier that costs nothing. */
export type BilledScheme =
  | { mode: 'per_unit'; unitAmount: Amount; packageSize: number }
  | { mode: 'graduated'; tiers: readonly Tier[] }
  | { mode: 'volume'; tiers: readonly Tier[] };

export function billedScheme(price: CatalogPrice): BilledScheme {
  switch (price.model) {
    case 'standard':
      return price.free === undefined
        ? { mode: 'per_unit', unitAmount: price.unitAmount, packageSize: 1 }
        : {
            mode: 'graduated',
            tiers: [freeTier(price.free, price.currency), { upTo: 'inf', unitAmount: price.unitAmount }],
          };
    case 'package':
      return packageScheme(price);
    case 'graduated':
      return {
        mode: 'graduated',
        tiers:
          price.free === undefined ? price.tiers : [freeTier(price.free, price.currency), ...price.tiers],
      };
    case 'volume':
      return { mode: 'volume', tiers: price.tiers };
  }
}

function packageScheme({ packageAmount, packageSize }: PackagePrice): BilledScheme {
  return { mode: 'per_unit', unitAmount: packageAmount, packageSize };
}

function freeTier(upTo: number, currency: string): Tier {
  return { upTo, unitAmount: { picoMinorUnits: 0n, currency } };
}
