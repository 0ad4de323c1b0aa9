import type { SubscriptionItemRow, SubscriptionRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { periodAt } from './billing-period.js';
import type { Item } from './subscription-items.js';

/**
 * New items join the cycle. In the classic mode a change of the interval starts a new cycle now; "Flexible billing
 * mode only resets your billing cycle anchor … when you explicitly set `billing_cycle_anchor`" (billing-mode/compare).
 */
export function withItems(
  twin: Twin,
  row: SubscriptionRow,
  items: readonly Item[],
  now: number,
): SubscriptionRow {
  const cadences = (of: readonly Item[]): string[] => of.map((item) => cadenceText(twin, item)).sort();
  const before = new Set(cadences(row.items));
  const classic = row.billing_mode.type === 'classic';
  const restart =
    classic && row.status !== 'trialing' && cadences(items).every((cadence) => !before.has(cadence));
  const anchor = restart ? now : row.billing_cycle_anchor;
  return {
    ...row,
    billing_cycle_anchor: anchor,
    items: items.map((item) => withPeriod(twin, row, item, anchor, now, restart)),
  };
}

function withPeriod(
  twin: Twin,
  row: SubscriptionRow,
  item: Item,
  anchor: number,
  now: number,
  restart: boolean,
): SubscriptionItemRow {
  const { current_period_start: start, current_period_end: end } = item;
  const held = row.items.find((other) => other.id === item.id);
  const sameCadence = held !== undefined && cadenceText(twin, held) === cadenceText(twin, item);
  // Usage of a price counts from when the item has it.
  const usage = held?.price === item.price ? {} : { usage_from: now };
  if (!restart && sameCadence && start !== undefined && end !== undefined) {
    return { ...item, ...usage, current_period_start: start, current_period_end: end };
  }
  // Up to an anchor that is still to come, as in a trial, the period is what is left.
  const period = anchor > now ? { start: now, end: anchor } : periodAt(anchor, recurring(twin, item), now);
  return { ...item, ...usage, current_period_start: period.start, current_period_end: period.end };
}

function recurring(twin: Twin, item: Item): { interval: string; interval_count: number } {
  const cadence = twin.prices.get(item.price)?.recurring;
  if (!cadence) throw new Error(`${item.price} is not recurring`);
  return cadence;
}

function cadenceText(twin: Twin, item: Item): string {
  const { interval, interval_count } = recurring(twin, item);
  return `${interval_count} ${interval}`;
}

export function withAnchor(twin: Twin, row: SubscriptionRow, now: number): SubscriptionRow {
  return {
    ...row,
    billing_cycle_anchor: now,
    items: row.items.map(({ usage_from: _used, ...item }) => {
      const period = periodAt(now, recurring(twin, item), now);
      return { ...item, current_period_start: period.start, current_period_end: period.end };
    }),
  };
}
