import { type Amount, roundToMinorUnits } from '../amount.js';
import type { BaseFee, CatalogPrice, Tier } from '../catalog.js';
import { billedScheme } from './billed-scheme.js';

/** A line of the invoice: a quantity at a price, or a fee. */
export interface ChargeLine {
  /** `fee`: the flat fee of a tier, or a plan's base fee. */
  kind: 'units' | 'packages' | 'fee';
  /** The tier it comes from, from 1; `null` for a price without tiers. */
  tier: number | null;
  /** The units of the tier, both ends included: 101 to 150, or to `inf`. All units for a price without tiers. */
  from: bigint;
  upTo: bigint | 'inf';
  /** How many units or packages; 1 for a fee. */
  quantity: bigint;
  /** Of one unit, one package, or the fee. */
  unitAmount: Amount;
  /** `quantity × unitAmount`, before rounding. */
  exact: Amount;
  /** The charged amount, in whole minor units (cents). */
  minorUnits: bigint;
}

/** The charge for a quantity, line by line. */
export interface Charge {
  currency: string;
  /** The charged units. */
  quantity: bigint;
  lines: readonly ChargeLine[];
  /** The sum of the lines as charged, in whole minor units. */
  minorUnits: bigint;
}

/**
 * The charge of a price for a quantity of units; a negative quantity is billed as none, as Stripe does.
 *
 * Rounding is Stripe's: amounts stay exact up to the line of the invoice, each line is rounded to the minor unit, half
 * up, and the rounded lines are added up (https://docs.stripe.com/billing/subscriptions/decimal-amounts: 30 × 0.05
 * cents = 1.5 → 2 cents, "each will be rounded before summing up"). A graduated price has a line for each tier, and a
 * flat fee is a line of its own. A first tier's flat fee is charged without any use too.
 */
export function chargeFor(price: CatalogPrice, quantity: bigint, baseFee?: BaseFee): Charge {
  const units = quantity > 0n ? quantity : 0n;
  const lines = [...(baseFee ? [feeLine(baseFee.amount)] : []), ...usageLines(price, units)];
  return {
    currency: price.currency,
    quantity: units,
    lines,
    minorUnits: lines.reduce((sum, { minorUnits }) => sum + minorUnits, 0n),
  };
}

function usageLines(price: CatalogPrice, units: bigint): ChargeLine[] {
  const scheme = billedScheme(price);
  if (scheme.mode === 'graduated') return graduatedLines(scheme.tiers, units);
  if (scheme.mode === 'volume') return volumeLines(scheme.tiers, units);
  const size = BigInt(scheme.packageSize);
  // A started package is a whole one.
  const packages = (units + size - 1n) / size;
  const place: Place = { tier: null, from: 1n, upTo: 'inf' };
  return [line(price.model === 'package' ? 'packages' : 'units', place, packages, scheme.unitAmount)];
}

function graduatedLines(tiers: readonly Tier[], units: bigint): ChargeLine[] {
  return placesOf(tiers).flatMap(({ tier, place }) => {
    const end = place.upTo === 'inf' || place.upTo > units ? units : place.upTo;
    const inTier = end - place.from + 1n;
    if (inTier <= 0n && place.tier !== 1) return [];
    return tierLines(tier, place, inTier > 0n ? inTier : 0n);
  });
}

function volumeLines(tiers: readonly Tier[], units: bigint): ChargeLine[] {
  const reached = placesOf(tiers).find(({ place }) => place.upTo === 'inf' || units <= place.upTo);
  if (!reached) throw new Error('a volume price must end with a tier up to inf');
  return tierLines(reached.tier, reached.place, units);
}

interface Place {
  tier: number | null;
  from: bigint;
  upTo: bigint | 'inf';
}

function placesOf(tiers: readonly Tier[]): { tier: Tier; place: Place }[] {
  let from = 1n;
  return tiers.map((tier, index) => {
    const upTo = tier.upTo === 'inf' ? 'inf' : BigInt(tier.upTo);
    const place: Place = { tier: index + 1, from, upTo };
    if (upTo !== 'inf') from = upTo + 1n;
    return { tier, place };
  });
}

function tierLines({ unitAmount, flatAmount }: Tier, place: Place, units: bigint): ChargeLine[] {
  const usage = line('units', place, units, unitAmount);
  if (flatAmount === undefined || flatAmount.picoMinorUnits === 0n) return [usage];
  return [usage, line('fee', place, 1n, flatAmount)];
}

function feeLine(amount: Amount): ChargeLine {
  return line('fee', { tier: null, from: 0n, upTo: 'inf' }, 1n, amount);
}

function line(kind: ChargeLine['kind'], place: Place, quantity: bigint, unitAmount: Amount): ChargeLine {
  const exact: Amount = {
    picoMinorUnits: unitAmount.picoMinorUnits * quantity,
    currency: unitAmount.currency,
  };
  return { kind, ...place, quantity, unitAmount, exact, minorUnits: roundToMinorUnits(exact) };
}
