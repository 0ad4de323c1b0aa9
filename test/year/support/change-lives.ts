import { Random } from '../../support/random.js';
import { type Act, CHANGE_PLANS } from './change-oracle.js';
import { DAY, monthsLater } from './oracle.js';

const HOUR = 3_600;
const MINUTE = 60;
/** Stripe promises nothing about how long its totals are behind. */
const LAG_MS = 30 * MINUTE * 1000;

/** Someone who changes plans, as it is to be lived. */
export interface ChangeLife {
  name: string;
  plan: string;
  /** Seconds since the epoch, as all times here. */
  signedUpAt: number;
  acts: { at: number; act: Act }[];
  /** Milliseconds since the epoch, in order. */
  calls: number[];
  /** So long Stripe's totals are behind, in milliseconds. */
  lagMs: number;
}

/** How many periods are lived to their ends; after the last one everybody who is left cancels. */
export const PERIODS = 3;

const PLANS = CHANGE_PLANS as unknown as readonly [string, ...string[]];

/** Two customers who do anything in any order: the same for the same seed. @param from midnight UTC of the first day */
export function randomLives(seed: number, from: number): ChangeLife[] {
  const random = new Random(seed);
  return [0, 1].map((n) => randomLife(random, `${seed} ${'ab'[n]}`, from));
}

function randomLife(random: Random, name: string, from: number): ChangeLife {
  const signedUpAt = from + random.between(0, 3 * DAY);
  const plan = random.pick(PLANS);
  const life: ChangeLife = { name, plan, signedUpAt, acts: [], calls: [], lagMs: random.between(0, LAG_MS) };
  for (let n = 0; n < PERIODS; n++) {
    const [start, end] = [monthsLater(signedUpAt, n), monthsLater(signedUpAt, n + 1)];
    const times = new Set<number>();
    let at = start;
    for (let count = random.between(0, 6); count > 0; count--) {
      at = timeOf(random, at, start, end);
      times.add(at);
    }
    for (const moment of [...times].toSorted((a, b) => a - b))
      if (moment > (life.acts.at(-1)?.at ?? signedUpAt))
        life.acts.push({ at: moment, act: actOf(random, n === PERIODS - 1) });
    burstsOf(random, life, start, end);
  }
  around(random, life);
  life.calls.sort((a, b) => a - b);
  return life;
}

/** At any time of the period, seconds around an end, or soon after what was done before. */
function timeOf(random: Random, before: number, start: number, end: number): number {
  if (random.chance(0.2)) return end + random.between(-3, 4);
  if (random.chance(0.2)) return before + random.between(1, 90);
  return random.between(start + 1, end);
}

function actOf(random: Random, last: boolean): Act {
  const dice = random.next();
  if (dice < 0.64) {
    const when = random.pick(['now', 'now', 'period_end', undefined, undefined] as const);
    return { kind: 'plan', plan: random.pick(PLANS), ...(when ? { when } : {}) };
  }
  if (dice < 0.74) return { kind: 'keep-plan' };
  if (dice < 0.85) return { kind: 'resume' };
  return { kind: 'cancel', when: last && dice > 0.95 ? 'now' : 'period_end' };
}

/** In some periods nobody calls, or only late: then nothing begins again. */
function burstsOf(random: Random, life: ChangeLife, start: number, end: number): void {
  if (random.chance(0.15)) return;
  const first = random.chance(0.3) ? random.between(start, end) : start;
  for (let count = random.between(1, 6); count > 0; count--) {
    const from = random.between(first, end);
    burst(random, life, from, from + random.between(1, 2 * HOUR), random.between(1, 30));
  }
}

/** Just before and just after something is done, and a period ends. */
function around(random: Random, life: ChangeLife): void {
  const ends = Array.from({ length: PERIODS }, (_, n) => monthsLater(life.signedUpAt, n + 1));
  for (const moment of [...ends, ...life.acts.map(({ at }) => at)]) {
    if (random.chance(0.6)) burst(random, life, moment - 3, moment, random.between(1, 8));
    if (random.chance(0.6)) burst(random, life, moment, moment + 3, random.between(1, 8));
  }
}

function burst(random: Random, life: ChangeLife, from: number, to: number, count: number): void {
  for (let n = 0; n < count; n++) {
    const at = random.between(from * 1000, to * 1000);
    if (at > (life.signedUpAt + 1) * 1000) life.calls.push(at);
  }
}

/** Calls and acts that are written out: `day` is one of the first period. */
export function writtenLife(
  name: string,
  plan: string,
  from: number,
  days: readonly { calls?: number; act?: Act }[],
): ChangeLife {
  const signedUpAt = from + 5 * HOUR;
  const life: ChangeLife = { name, plan, signedUpAt, acts: [], calls: [], lagMs: 10 * MINUTE * 1000 };
  for (const [day, { calls = 0, act }] of days.entries()) {
    const at = signedUpAt + (day + 1) * DAY;
    for (let n = 0; n < calls; n++) life.calls.push((at - HOUR) * 1000 + n);
    if (act) life.acts.push({ at, act });
  }
  return life;
}
