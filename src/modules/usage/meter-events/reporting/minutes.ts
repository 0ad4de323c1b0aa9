export const MINUTE_MS = 60_000;

/** The beginning of the whole minute that contains a time, UTC. */
export const floorMinute = (time: Date): Date => new Date(Math.floor(time.getTime() / MINUTE_MS) * MINUTE_MS);

/** The first whole minute that begins at a time or after it. */
export const ceilMinute = (time: Date): Date => new Date(Math.ceil(time.getTime() / MINUTE_MS) * MINUTE_MS);

/** The whole minute after the one that contains a time. */
export const nextMinute = (time: Date): Date => new Date(floorMinute(time).getTime() + MINUTE_MS);

/**
 * Events are placed in the middle of their minute: whether the end of a stretch belongs to it ("inclusive" and
 * "exclusive" are both written of summaries in Stripe's SDK) makes no difference then.
 */
export const middleOf = (minute: Date): Date => new Date(minute.getTime() + MINUTE_MS / 2);

/** A billing period in the provider's minutes, for queries of its totals. */
export interface PeriodMinutes {
  /** Those that lie wholly in it, as one stretch; `undefined` for a period that has none. */
  whole: { from: Date; to: Date } | undefined;
  /** The beginnings of those that it may share with the period before or after. */
  edges: readonly Date[];
}

/** The one place where a billing period becomes minutes. */
export function minutesOf(startsAt: Date, endsAt: Date): PeriodMinutes {
  const [from, to] = [ceilMinute(startsAt), floorMinute(endsAt)];
  const edges = new Set<number>();
  if (from > startsAt) edges.add(floorMinute(startsAt).getTime());
  if (endsAt > to && to >= startsAt) edges.add(to.getTime());
  return {
    whole: to > from ? { from, to } : undefined,
    edges: [...edges].map((edge) => new Date(edge)),
  };
}
