/** Maximum delay of a report, as a part of the interval, so that many installations do not report at the full hour. */
const SPREAD = 0.1;

/** When the next report begins: at `earliest` (ms since the epoch), and `spread` ms later at most. */
export function nextReport(now: number, intervalMs: number): [earliest: number, spread: number] {
  return [(Math.floor(now / intervalMs) + 1) * intervalMs, SPREAD * intervalMs];
}
