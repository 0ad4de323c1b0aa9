import type { Random } from '../../support/random.js';
import type { Life } from './life.js';
import { DAY } from './oracle.js';

const HOUR = 3_600;
const MINUTE = 60;

/** The draft is held for two hours at most; the invoice is tried again after 3, 5 and 7 days; then the subscription ends. */
export const GIVEN_UP = 3 * HOUR + 15 * DAY;

/** Bursts of calls; a few single ones over HTTP; some that reach the ledger late, at a period's end above all. */
export function callAllTheTime(life: Life, random: Random, starts: number[], end: number): void {
  // Calls go on for a day after a payment failed, and are on no invoice then.
  const until = Math.min(end, life.ended?.givenUp ? life.ended.at - GIVEN_UP + DAY : (life.ended?.at ?? end));
  const gap = life.plan === 'daily' ? DAY / 2 : 6 * DAY;
  for (let at = life.signedUpAt + random.between(10, gap); at < until; at += random.between(10, gap)) {
    const late = mayBeLate(life, [...starts, end], at) && random.chance(0.15);
    const to = Math.min(until, at + random.between(1, 3 * HOUR));
    burst(life, random, at, to, late ? to + random.between(0, 2 * DAY) : undefined);
    const asks = Math.ceil(at / HOUR) * HOUR;
    if (random.chance(0.15) && asks < until) life.deeds.push({ at: asks, do: { kind: 'call' } });
  }
  for (const edge of starts.slice(1))
    if (edge <= until && edge + HOUR < end && random.chance(0.7)) {
      burst(life, random, edge - 2 * MINUTE, edge);
      burst(life, random, edge - HOUR, edge, edge + 40 * MINUTE);
      // Here already before anybody has heard of the new period.
      burst(life, random, edge, Math.min(until, edge + 15 * MINUTE));
    }
}

/** @param writtenAt absent: at once. */
export function burst(life: Life, random: Random, from: number, to: number, writtenAt?: number): void {
  if (from < life.signedUpAt + 1 || to <= from) return;
  const count = random.between(1, to - from > HOUR / 2 ? 70 : 10);
  for (let n = 0; n < count; n++) {
    const at = random.between(from * 1000, to * 1000);
    life.planned.push({ at, writtenAt: writtenAt ?? Math.ceil(at / 1000) });
  }
}

/** Usage is billed late only while its period is open: not across an end, nor across a change. */
function mayBeLate({ changes, ended }: Life, starts: number[], at: number): boolean {
  const near = (moment: number): boolean => moment > at && moment < at + 3 * DAY;
  return ![...starts, ...changes.map((other) => other.at), ended?.at ?? Infinity].some(near);
}
