import { priceText } from '../billing/money.js';
import type { PriceRow } from '../state/rows.js';

/** Of a price, what can be put into words; prices inside line items have no tiers, those are looked up. */
type Terms = Pick<
  PriceRow,
  'currency' | 'recurring' | 'tiers' | 'tiers_mode' | 'transform_quantity' | 'unit_amount_decimal'
>;

/** `every month`, `every 3 months`. */
export function period({ recurring }: Pick<PriceRow, 'recurring'>): string {
  if (!recurring) return 'once';
  const { interval, interval_count: count } = recurring;
  return count === 1 ? `every ${interval}` : `every ${count} ${interval}s`;
}

/** The amount in words, one line a tier: `$0.01 per call`, `1 to 100: $10.00 per call`. */
export function amounts(price: Terms, unitLabel?: string | null): string[] {
  const unit = unitLabel ?? 'unit';
  const metered = price.recurring?.usage_type === 'metered';
  if (price.tiers) return tiers(price, price.tiers, unit);
  const amount = priceText(price.unit_amount_decimal ?? '0', price.currency);
  const packages = price.transform_quantity;
  if (packages) {
    const started = packages.round === 'up' ? 'started ' : 'full ';
    return [`${amount} per ${started}${grouped(packages.divide_by)} ${unit}s`];
  }
  return [metered ? `${amount} per ${unit}` : amount];
}

function tiers(price: Terms, all: NonNullable<PriceRow['tiers']>, unit: string): string[] {
  let from = 1;
  return all.map((tier) => {
    const range =
      tier.up_to === null ? `from ${grouped(from)}` : `${grouped(from)} to ${grouped(tier.up_to)}`;
    from = (tier.up_to ?? 0) + 1;
    const each = priceText(tier.unit_amount_decimal ?? '0', price.currency);
    const flat = tier.flat_amount_decimal;
    const fee = flat && !/^0*$/.test(flat) ? ` and ${priceText(flat, price.currency)}` : '';
    const scope = price.tiers_mode === 'volume' ? ', for all of them' : '';
    return `${range}: ${each} per ${unit}${fee}${scope}`;
  });
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** Minor units for people: `$10.00`. */
export function money(amount: number | null, currency: string | null): string {
  return priceText(String(amount ?? 0), currency ?? 'usd');
}

/** A day in UTC: `19 February 2027`. */
export function day(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
}
