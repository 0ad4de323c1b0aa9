import type { MeterEventRow } from '../state/meter-event-store.js';
import type { MeterRow } from '../state/rows.js';
import type { Twin } from '../twin.js';

export type UsageParts = Pick<Twin, 'meters' | 'meterEvents' | 'meterLags' | 'settings'>;

/** Seconds. `end` is exclusive. */
interface Range {
  start: number;
  end: number;
}

/** What of a price's usage is asked for: from when the item has the price, or its period began, to before `end`. */
export interface UsagePart extends Range {
  price: string;
  period: Range;
}

const WINDOW_S: Readonly<Record<string, number>> = { hour: 3_600, day: 86_400 };

/** What the meter's formula makes of events in order of time. `last` of none is 0. */
export function aggregate(meter: MeterRow, events: readonly MeterEventRow[]): bigint {
  const { formula } = meter.default_aggregation;
  if (formula === 'count') return BigInt(events.length);
  if (formula === 'last') return BigInt(events.at(-1)?.value ?? 0);
  return events.reduce((sum, event) => sum + BigInt(event.value), 0n);
}

/**
 * The events of one meter and customer that count in a range, oldest first: neither rejected nor cancelled, and
 * with an `event_time_window` only the one that came in last in each window ("pre-aggregated", says Stripe).
 * @param visible only those that summaries show by now
 */
export function countedEvents(
  twin: UsageParts,
  meter: MeterRow,
  customer: string,
  { start, end }: Range,
  visible: boolean,
): MeterEventRow[] {
  const size = WINDOW_S[meter.event_time_window ?? ''] ?? 1;
  // A window that the range cuts has its latest event outside, perhaps.
  const from = Math.floor(start / size) * size;
  const until = Math.ceil(end / size) * size;
  const events = [...twin.meterEvents.between(meter.event_name, customer, from, until)].filter(
    (event) => event.state === 'accepted' && (!visible || twin.meterLags.isVisible(event)),
  );
  const kept = meter.event_time_window === null ? events : latestOfEach(events, size);
  return kept.filter(({ timestamp }) => timestamp >= start && timestamp < end);
}

function latestOfEach(events: readonly MeterEventRow[], size: number): MeterEventRow[] {
  const latest = new Map<number, MeterEventRow>();
  for (const event of events) {
    const window = Math.floor(event.timestamp / size);
    const before = latest.get(window);
    if (!before || event.receivedAt >= before.receivedAt) latest.set(window, event);
  }
  return [...latest.values()];
}

/**
 * What a customer used of a price: by every event that is there by now, or with the setting `countOnlyVisible` by
 * those that summaries show. Stripe says of both only that they "might not immediately reflect" what was reported.
 */
export function usageOf(twin: UsageParts, meterId: string, customer: string, part: UsagePart): bigint {
  const meter = twin.meters.get(meterId);
  if (!meter) throw new Error(`A price is backed by a meter that does not exist: ${meterId}`);
  const { countOnlyVisible, usageByArrival } = twin.settings.values;
  if (!usageByArrival) return aggregate(meter, countedEvents(twin, meter, customer, part, countOnlyVisible));
  const reported = countedEvents(twin, meter, customer, part.period, countOnlyVisible);
  return aggregate(
    meter,
    reported.filter((event) => isOfPart(event, part)),
  );
}

/** "The price in effect when the usage was reported", read as when it came in, within the period of its timestamp. */
function isOfPart({ prices, receivedOn, timestamp }: MeterEventRow, part: UsagePart): boolean {
  if (prices === undefined || receivedOn === undefined || receivedOn >= part.period.end) {
    return timestamp >= part.start && timestamp < part.end;
  }
  const begins = part.start === part.period.start || receivedOn >= part.start;
  return begins && prices.includes(part.price);
}
