import { ceilMinute, floorMinute, middleOf, MINUTE_MS } from './minutes.js';

const SECOND_MS = 1_000;
/** A change that follows at once must come after what was used before it, by the provider's clock too. */
const BEHIND_MS = MINUTE_MS;

export interface ReportTime {
  at: Date;
  ownMinute: boolean;
}

/**
 * The purpose of a report. Either way its times have passed, though Stripe takes events up to five minutes ahead: the
 * subscription may be changed or ended at the provider at any moment, and usage with a later time is then billed at the
 * new price, or never. In the first minute of a period it is the time before the present.
 * - `near`: a report at any time. Usage sharing a minute waits until earlier usage reported in it is proven.
 * - `past`: the subscription is about to change: a report does not wait for its own minute.
 */
export type Times = 'near' | 'past';

/**
 * The time at which usage of a billing period is reported: in the middle of a UTC minute that lies wholly in the period
 * and that no other event of the customer and meter has, so that the provider's total of that minute shows this event
 * alone. A minute before the present if possible: the provider bills usage before the moment of a change at the old
 * price, and usage at that very second at the new one, or not at all when the subscription ends. After the period, in its
 * last free minute. A period without a free minute shares one.
 * @param isTaken whether the minute that begins then has an event.
 */
export function ownMinute(
  period: { startsAt: Date; endsAt: Date },
  now: Date,
  isTaken: (minute: number) => boolean,
): ReportTime {
  const first = ceilMinute(period.startsAt).getTime();
  const last = floorMinute(period.endsAt).getTime() - MINUTE_MS;
  const passed = floorMinute(new Date(now.getTime() - BEHIND_MS)).getTime();
  if (last < first || passed < first) return { at: atTheEdge(period, now), ownMinute: false };
  const near = Math.min(passed, last);
  const within = (minute: number): Date => middleOf(new Date(minute));
  for (let minute = near; minute >= first; minute -= MINUTE_MS)
    if (!isTaken(minute)) return { at: within(minute), ownMinute: true };
  return { at: within(near), ownMinute: false };
}

/** When a report can use the minute after an event's, in ms since the epoch. */
export const freeMinuteAfter = (at: Date): number => floorMinute(at).getTime() + MINUTE_MS + BEHIND_MS;

/** In the minute in which the period begins: in its middle if possible, but within the period, and before the present. */
function atTheEdge({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }, now: Date): Date {
  const begin = startsAt.getTime();
  const latest = Math.floor((Math.min(endsAt.getTime(), now.getTime()) - 1) / SECOND_MS) * SECOND_MS;
  const earliest = Math.min(begin + SECOND_MS, Math.max(latest, begin));
  const middle = middleOf(floorMinute(startsAt)).getTime();
  return new Date(Math.max(earliest, Math.min(middle, latest)));
}
