/** How often a price is billed: `interval_count` times an `interval`. */
export interface Cadence {
  interval: string;
  interval_count: number;
}

/** From `start` to before `end`, in seconds since the Unix epoch. */
export interface Period {
  start: number;
  end: number;
}

const DAY_S = 86_400;
const FIXED_S: Record<string, number> = { day: DAY_S, week: 7 * DAY_S };

/** The period of the cadence that holds `time`, where periods begin at the anchor and run in both directions. */
export function periodAt(anchor: number, cadence: Cadence, time: number): Period {
  let n = Math.floor((time - anchor) / longest(cadence));
  while (boundary(anchor, cadence, n + 1) <= time) n++;
  while (boundary(anchor, cadence, n) > time) n--;
  return { start: boundary(anchor, cadence, n), end: boundary(anchor, cadence, n + 1) };
}

/**
 * The anchor moved by `n` periods, in UTC. Months keep the anchor's day: a 31st becomes the last day of a
 * shorter month and is the 31st again afterwards, because each boundary is counted from the anchor itself.
 */
export function boundary(anchor: number, { interval, interval_count }: Cadence, n: number): number {
  const fixed = FIXED_S[interval];
  if (fixed !== undefined) return anchor + n * interval_count * fixed;
  const months = n * interval_count * (interval === 'year' ? 12 : 1);
  const date = new Date(anchor * 1000);
  const first = new Date(anchor * 1000);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return first.getTime() / 1000;
}

/** No period is longer, so that an estimate by it is never too late. */
function longest({ interval, interval_count }: Cadence): number {
  const unit = FIXED_S[interval] ?? (interval === 'year' ? 366 * DAY_S : 31 * DAY_S);
  return unit * interval_count;
}
