import type { MeterEventRow } from '../resources/meter-event-store.js';
import type { MeterRow } from '../state/rows.js';
import type { Twin } from '../twin.js';

export type UsageParts = Pick<Twin, 'meters' | 'meterEvents' | 'meterLags' | 'settings'>;

/** What the meter's formula makes of events in order of time. `last` of none is 0. */
export function aggregate(meter: MeterRow, events: readonly MeterEventRow[]): bigint {
  const { formula } = meter.default_aggregation;
  if (formula === 'count') return BigInt(events.length);
  if (formula === 'last') return BigInt(events.at(-1)?.value ?? 0);
  return events.reduce((sum, event) => sum + BigInt(event.value), 0n);
}

/**
 * What a customer used from `start` to before `end` (seconds): by every event that is there by now, or with the
 * setting `countOnlyVisible` by those that summaries show. Stripe says of both only that they "might not
 * immediately reflect" what was reported.
 */
export function usageOf(
  twin: UsageParts,
  meterId: string,
  customer: string,
  start: number,
  end: number,
): bigint {
  const meter = twin.meters.get(meterId);
  if (!meter) throw new Error(`A price is backed by a meter that does not exist: ${meterId}`);
  const { countOnlyVisible } = twin.settings.values;
  const events = [...twin.meterEvents.between(meter.event_name, customer, start, end)].filter(
    (event) => event.state === 'accepted' && (!countOnlyVisible || twin.meterLags.isVisible(event)),
  );
  return aggregate(meter, events);
}
