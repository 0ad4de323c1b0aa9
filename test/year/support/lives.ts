import { Random } from '../../support/random.js';
import { callAllTheTime } from './bursts.js';
import { type Fate, FATES, FULFIL, SHORT } from './fates.js';
import type { Life, YearForm } from './life.js';
import { DAY, edges } from './oracle.js';

const HOUR = 3_600;
const MINUTE = 60;

/** Stripe promises nothing about how long its totals are behind. */
const LAG_MS = 30 * MINUTE * 1000;

const CYCLE = Object.keys(FATES);
/** So many customers, and somebody has every plan. */
export const PLANS = CYCLE.length;

/** The lives of a year: the same for the same seed. */
export function livesOf(form: YearForm): Life[] {
  const random = new Random(form.seed);
  const long = form.customers > SHORT.length;
  return Array.from({ length: form.customers }, (_, index) => {
    const [plan, fate] = (long ? undefined : SHORT[index]) ?? longLife(index);
    return lifeOf(form, random, index, plan, fate);
  });
}

function longLife(index: number): [plan: string, fate: Fate] {
  const plan = CYCLE[index % CYCLE.length] ?? 'standard';
  const fates = FATES[plan] ?? ['stay'];
  return [plan, fates[Math.floor(index / CYCLE.length) % fates.length] ?? 'stay'];
}

function lifeOf(form: YearForm, random: Random, index: number, plan: string, fate: Fate): Life {
  const end = endOf(form);
  const signedUpAt = signUpOf(form, random, index);
  const life: Life = {
    name: `${index} ${plan}`,
    plan,
    signedUpAt,
    changes: [],
    calls: [],
    ended: null,
    voided: [],
    deeds: [{ at: signedUpAt, do: { kind: 'sign-up' } }],
    planned: [],
    status: 'active',
    classic: fate === 'classic',
    lagMs: random.between(0, LAG_MS),
  };
  const starts = edges(life, end);
  FULFIL[fate](life, random, starts, end);
  callAllTheTime(life, random, starts, end);
  life.planned.sort((a, b) => a.writtenAt - b.writtenAt);
  return life;
}

/** When the year is over. */
export const endOf = ({ from, months }: YearForm): number =>
  Date.UTC(
    new Date(from * 1000).getUTCFullYear(),
    new Date(from * 1000).getUTCMonth() + months,
    new Date(from * 1000).getUTCDate(),
  ) / 1000;

/** On the days that make months difficult first, then on any in the first third; at any second. */
function signUpOf({ from, months }: YearForm, random: Random, index: number): number {
  const second = random.between(3 * HOUR, 21 * HOUR);
  const year = new Date((from + 10 * DAY) * 1000).getUTCFullYear();
  const special = [
    Date.UTC(year, 0, 31),
    Date.UTC(year, 1, 29),
    Date.UTC(year, 0, 30),
    Date.UTC(year, 0, 29),
  ];
  const day = special[index];
  if (day !== undefined && day / 1000 > from) return day / 1000 + second;
  return from + random.between(0, Math.max(5, months * 10)) * DAY + second;
}
