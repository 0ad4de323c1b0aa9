import type { PriceRow } from '../state/rows.js';
import { priceText, rounded, scaled } from './money.js';

/** What one line of an invoice says: so many units at a price, or a fee of a tier. */
export interface RatedPart {
  quantity: bigint;
  /** In minor units, as text; null where quantity × price is not the amount, as for packages. */
  unit: string | null;
  /** In minor units. */
  amount: bigint;
  /** What stands behind the product's name: `(Tier 1 at $0.05 / month)`. */
  label: string;
}

type Terms = Pick<
  PriceRow,
  'currency' | 'recurring' | 'tiers' | 'tiers_mode' | 'transform_quantity' | 'unit_amount_decimal'
>;
type Tier = NonNullable<PriceRow['tiers']>[number];

/**
 * What a quantity costs: the parts as Stripe puts them on lines, each rounded by itself, and at least one. A
 * negative quantity costs what none costs.
 */
export function rate(price: Terms, units: bigint): RatedPart[] {
  const quantity = units > 0n ? units : 0n;
  if (!price.tiers) return [perUnit(price, quantity)];
  return price.tiers_mode === 'volume' ? volume(price, quantity) : graduated(price, quantity);
}

/** The sum of the parts, in minor units. */
export function total(parts: readonly RatedPart[]): bigint {
  return parts.reduce((sum, part) => sum + part.amount, 0n);
}

function perUnit(price: Terms, quantity: bigint): RatedPart {
  const unit = price.unit_amount_decimal ?? '0';
  const packages = price.transform_quantity;
  if (!packages) {
    const amount = rounded(quantity * scaled(unit));
    return { quantity, unit, amount, label: `(at ${priceText(unit, price.currency)}${per(price)})` };
  }
  const size = BigInt(packages.divide_by);
  const count = packages.round === 'up' ? (quantity + size - 1n) / size : quantity / size;
  const label = `(at ${priceText(unit, price.currency)} per ${packages.divide_by}${per(price)})`;
  return { quantity, unit: null, amount: rounded(count * scaled(unit)), label };
}

/** Every tier that units fall into; of none, the first alone, whose fee is due all the same. */
function graduated(price: Terms, quantity: bigint): RatedPart[] {
  const parts: RatedPart[] = [];
  let below = 0n;
  for (const [index, tier] of (price.tiers ?? []).entries()) {
    if (index > 0 && quantity <= below) break;
    const upTo = tier.up_to === null ? quantity : BigInt(tier.up_to);
    const inTier = (quantity < upTo ? quantity : upTo) - below;
    parts.push(...tierParts(price, tier, index, inTier));
    below = upTo;
  }
  return parts;
}

/** All units at the price of the tier that their number falls into. */
function volume(price: Terms, quantity: bigint): RatedPart[] {
  const tiers = price.tiers ?? [];
  const index = tiers.findIndex((tier) => tier.up_to === null || quantity <= BigInt(tier.up_to));
  const tier = tiers[index];
  if (!tier) throw new Error('The last tier of a price has no end');
  return tierParts(price, tier, index, quantity);
}

function tierParts(price: Terms, tier: Tier, index: number, quantity: bigint): RatedPart[] {
  const name = `Tier ${index + 1}`;
  const unit = tier.unit_amount_decimal ?? '0';
  const parts: RatedPart[] = [
    {
      quantity,
      unit,
      amount: rounded(quantity * scaled(unit)),
      label: `(${name} at ${priceText(unit, price.currency)}${per(price)})`,
    },
  ];
  const flat = tier.flat_amount_decimal;
  if (flat !== null && scaled(flat) !== 0n) {
    parts.push({ quantity: 1n, unit: flat, amount: rounded(scaled(flat)), label: `(${name} flat fee)` });
  }
  return parts;
}

function per(price: Terms): string {
  if (!price.recurring) return '';
  const { interval, interval_count: count } = price.recurring;
  return count === 1 ? ` / ${interval}` : ` every ${count} ${interval}s`;
}
