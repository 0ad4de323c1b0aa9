export const MINUTE_MS = 60_000;

/** The whole minute that a time lies in begins then, UTC. */
export const floorMinute = (time: Date): Date => new Date(Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS);

/** The first whole minute that begins at a time or after it. */
export const ceilMinute = (time: Date): Date => new Date(Math.ceil(time.getTime() / MINUTE_MS) * MINUTE_MS);

/** The whole minute after the one that a time lies in. */
export const nextMinute = (time: Date): Date => new Date(floorMinute(time).getTime() + MINUTE_MS);

/**
 * Events stand in the middle of their minute: whether the end of a stretch belongs to it ("inclusive" and "exclusive" are
 * both written of summaries in Stripe's SDK) makes no difference then.
 */
export const middleOf = (minute: Date): Date => new Date(minute.getTime() + MINUTE_MS / 2);

/** The whole minutes of a billing period; of one shorter than that, the minute that what is told of it lies in. */
export function wholeMinutes(startsAt: Date, endsAt: Date): { from: Date; to: Date } {
  const [from, to] = [ceilMinute(startsAt), floorMinute(endsAt)];
  return to > from ? { from, to } : { from: floorMinute(startsAt), to: nextMinute(startsAt) };
}
