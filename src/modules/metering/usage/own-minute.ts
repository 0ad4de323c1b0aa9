import { ceilMinute, floorMinute, MINUTE_MS } from './minutes.js';

/** Stripe takes events up to five minutes ahead of its clock; a minute is left for the difference to ours. */
const AHEAD_MS = 4 * MINUTE_MS;

export interface ToldAt {
  at: Date;
  ownMinute: boolean;
}

/**
 * The time at which usage of a billing period is told: the begin of a UTC minute that lies wholly in the period and that
 * no other event of the customer and meter has, so that the provider's total of that minute shows this event alone.
 * Near the present if it can be; after the period, in its last free minute. A period without a free minute shares one.
 * @param isTaken whether the minute that begins then has an event.
 */
export function ownMinute(
  period: { startsAt: Date; endsAt: Date },
  now: Date,
  isTaken: (at: number) => boolean,
): ToldAt {
  const first = ceilMinute(period.startsAt).getTime();
  const last = floorMinute(period.endsAt).getTime() - MINUTE_MS;
  if (last < first) return { at: period.startsAt, ownMinute: false };
  const near = Math.min(Math.max(floorMinute(now).getTime(), first), last);
  for (let at = near; at >= first; at -= MINUTE_MS)
    if (!isTaken(at)) return { at: new Date(at), ownMinute: true };
  const latest = Math.min(last, floorMinute(new Date(now.getTime() + AHEAD_MS)).getTime());
  for (let at = near + MINUTE_MS; at <= latest; at += MINUTE_MS)
    if (!isTaken(at)) return { at: new Date(at), ownMinute: true };
  return { at: new Date(near), ownMinute: false };
}
