/** How billing cycles follow each other: every `count` of `interval`, on the day of the month and at the time of `anchor`. */
export interface CycleRule {
  anchor: Date;
  interval: 'day' | 'week' | 'month' | 'year';
  count: number;
}

interface Cycle {
  start: Date;
  end: Date;
}

const DAY_MS = 86_400_000;

/**
 * The cycles between `from` and `to` that ended before they were observed, so that their usage is reported with times
 * in them. Boundaries are those of the anchor: the 31st is the last day of a shorter month, and the 31st again after
 * it. (https://docs.stripe.com/billing/subscriptions/billing-cycle: "the last day of the month")
 */
export function missedCycles(from: Date, to: Date, rule: CycleRule): Cycle[] {
  if (from >= to) return [];
  const edges = [from];
  for (let n = firstAfter(from, rule); ; n++) {
    const edge = nthCycle(rule, n);
    if (edge >= to) break;
    if (edge > from) edges.push(edge);
  }
  return edges.map((start, index) => ({ start, end: edges[index + 1] ?? to }));
}

/** The start of the cycle that is `n` cycles after the anchor. */
export function nthCycle({ anchor, interval, count }: CycleRule, n: number): Date {
  const steps = n * count;
  if (interval === 'day') return new Date(anchor.getTime() + steps * DAY_MS);
  if (interval === 'week') return new Date(anchor.getTime() + steps * 7 * DAY_MS);
  const months = interval === 'month' ? steps : steps * 12;
  const first = new Date(anchor);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(anchor.getUTCDate(), lastDay));
  return first;
}

/** The number of a cycle that starts somewhat before `time`: where to start the search. */
function firstAfter(time: Date, { anchor, interval, count }: CycleRule): number {
  const days = { day: 1, week: 7, month: 31, year: 366 }[interval] * count;
  return Math.floor((time.getTime() - anchor.getTime()) / (days * DAY_MS)) - 2;
}
