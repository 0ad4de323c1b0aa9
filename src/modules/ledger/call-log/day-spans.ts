/** Days of UTC such as `2026-11-21`, both included; absent: without a bound. */
export interface DaySpan {
  from?: string;
  to?: string;
}

const DAY_MS = 86_400_000;
/** Days of the first span; each further one is four times as long. */
const FIRST_SPAN = 8;
const GROWTH = 4;
const MOST_SPANS = 4;

/**
 * The days from the newest to the oldest, in spans that grow: a search for the newest calls seldom reaches the second.
 * Without `from`, the last span has no beginning; without `to`, the first has no end.
 */
export function daySpans(days: {
  from: string | undefined;
  to: string | undefined;
  today: string;
}): DaySpan[] {
  const { from, to, today } = days;
  const spans: DaySpan[] = [];
  let end = to;
  for (let length = FIRST_SPAN; spans.length < MOST_SPANS - 1; length *= GROWTH) {
    const begin = before(end ?? today, length - 1);
    if (from !== undefined && begin <= from) break;
    spans.push({ from: begin, ...(end === undefined ? {} : { to: end }) });
    end = before(begin, 1);
  }
  if (from === undefined || end === undefined || from <= end)
    spans.push({ ...(from === undefined ? {} : { from }), ...(end === undefined ? {} : { to: end }) });
  return spans;
}

const before = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
