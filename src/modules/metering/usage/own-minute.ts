import { ceilMinute, floorMinute, MINUTE_MS } from './minutes.js';

/** Stripe takes events up to five minutes ahead of its clock; a minute is left for the difference to ours. */
const AHEAD_MS = 4 * MINUTE_MS;
/** A change that follows at once must come after what was used before it, by the provider's clock too. */
const BEHIND_MS = MINUTE_MS;

export interface ToldAt {
  at: Date;
  ownMinute: boolean;
}

/**
 * Which times will do.
 * - `near`: minutes that have passed, or the first one of the period. Somebody may change the subscription at the provider
 *   at any moment, and what was told for a time after that counts at the new price.
 * - `ahead`: also minutes that are yet to come: somebody waits for the report, and few minutes have passed.
 * - `past`: the subscription is about to change: a time that is yet to come, or comes now, will not do. A period that has
 *   only just begun has no minute yet; then its very beginning is the time.
 */
export type Times = 'near' | 'ahead' | 'past';

/**
 * The time at which usage of a billing period is told: the begin of a UTC minute that lies wholly in the period and that
 * no other event of the customer and meter has, so that the provider's total of that minute shows this event alone.
 * A minute before the present if it can be: the provider bills what lies before the moment of a change at the old price,
 * and what lies at that very second at the new one, or not at all when the subscription ends. After the period, in its
 * last free minute. A period without a free minute shares one.
 * @param isTaken whether the minute that begins then has an event.
 */
export function ownMinute(
  period: { startsAt: Date; endsAt: Date },
  now: Date,
  isTaken: (at: number) => boolean,
  times: Times,
): ToldAt {
  const first = ceilMinute(period.startsAt).getTime();
  const last = floorMinute(period.endsAt).getTime() - MINUTE_MS;
  const passed = floorMinute(new Date(now.getTime() - BEHIND_MS)).getTime();
  if (last < first || (times === 'past' && passed < first)) return { at: period.startsAt, ownMinute: false };
  const near = Math.min(Math.max(passed, first), last);
  for (let at = near; at >= first; at -= MINUTE_MS)
    if (!isTaken(at)) return { at: new Date(at), ownMinute: true };
  const furthest = times === 'ahead' ? floorMinute(new Date(now.getTime() + AHEAD_MS)).getTime() : near;
  for (let at = near + MINUTE_MS; at <= Math.min(last, furthest); at += MINUTE_MS)
    if (!isTaken(at)) return { at: new Date(at), ownMinute: true };
  return { at: new Date(near), ownMinute: false };
}
