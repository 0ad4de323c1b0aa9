import type { Standing } from '../reporting/intent-store.js';
import { lostAmong } from './lost-intents.js';
import { floorMinute, nextMinute } from '../reporting/minutes.js';

/** The provider's totals, compared with what it had accepted for a stretch of time. */
export interface Seen {
  visible: Standing[];
  absent: Standing[];
  /** The totals match no subset of them. */
  unexplained: Standing[];
}

/** The provider's total between two whole minutes. */
export type AskTotal = (from: Date, to: Date) => Promise<bigint>;

interface Minute {
  from: Date;
  reported: Standing[];
}

/**
 * Finds out which events the totals show, with as few queries as possible: where a stretch's total differs from what was
 * reported for it, each of its halves is checked, down to single minutes.
 * @param reported all that was accepted for the stretch, in the order of time.
 * @param total of the stretch, from `from` to before `to`.
 */
export async function seenOf(
  reported: readonly Standing[],
  { from, to, total }: { from: Date; to: Date; total: bigint },
  ask: AskTotal,
): Promise<Seen> {
  const seen: Seen = { visible: [], absent: [], unexplained: [] };
  await look(minutesOf(reported), { from, to, total }, ask, seen);
  return seen;
}

async function look(
  minutes: readonly Minute[],
  { from, to, total }: { from: Date; to: Date; total: bigint },
  ask: AskTotal,
  seen: Seen,
): Promise<void> {
  const all = minutes.flatMap(({ reported }) => reported);
  const unproven = all.filter(({ state }) => state === 'sent');
  if (unproven.length === 0) return;
  // An adjustment offsets usage of another sender: the two sum to 0.
  const expected = sum(all.filter(({ adjustment }) => !adjustment));
  if (total === expected) {
    seen.visible.push(...unproven);
    return;
  }
  const plain = all.every(({ value, adjustment }) => value > 0n && !adjustment);
  if (plain && total === expected - sum(unproven)) {
    seen.absent.push(...unproven);
    return;
  }
  const [first] = minutes;
  if (minutes.length === 1 && first) {
    const end = nextMinute(first.from);
    const exact = from >= first.from && to <= end ? total : await ask(first.from, end);
    judgeMinute(first.reported, exact, seen);
    return;
  }
  const half = Math.ceil(minutes.length / 2);
  const [early, late] = [minutes.slice(0, half), minutes.slice(half)];
  const between = late[0]?.from ?? to;
  const before = await ask(from, between);
  await look(early, { from, to: between, total: before }, ask, seen);
  await look(late, { from: between, to, total: total - before }, ask, seen);
}

function judgeMinute(reported: readonly Standing[], total: bigint, seen: Seen): void {
  const unproven = reported.filter(({ state }) => state === 'sent');
  const lost = lostAmong(unproven, sum(reported) - total);
  if (!lost) {
    seen.unexplained.push(...unproven);
    return;
  }
  // Several subsets of a shared minute may match the missing amount: then evidence has to cover all of them.
  const sentAt = new Date(Math.max(...unproven.map((intent) => intent.sentAt?.getTime() ?? 0)));
  seen.absent.push(...lost.map((intent) => ({ ...intent, sentAt })));
  seen.visible.push(...unproven.filter((intent) => !lost.includes(intent)));
}

const sum = (intents: readonly Standing[]): bigint => intents.reduce((total, { value }) => total + value, 0n);

function minutesOf(intents: readonly Standing[]): Minute[] {
  const minutes = new Map<number, Minute>();
  for (const intent of intents) {
    const from = floorMinute(intent.at);
    const minute = minutes.get(from.getTime()) ?? { from, reported: [] };
    minute.reported.push(intent);
    minutes.set(from.getTime(), minute);
  }
  return [...minutes.values()].toSorted((one, other) => one.from.getTime() - other.from.getTime());
}
