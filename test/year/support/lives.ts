import { Random } from '../../support/random.js';
import { type Billable, DAY, edges } from './oracle.js';

const HOUR = 3_600;
const MINUTE = 60;

/** A call that is to be made, and when the ledger has it: later, when it lay in the spool meanwhile. */
export interface PlannedCall {
  /** Milliseconds since the epoch. */
  at: number;
  /** Seconds since the epoch. */
  writtenAt: number;
}

/** Something that a customer does at a moment. */
export interface Deed {
  /** Seconds since the epoch, as all times here. */
  at: number;
  do:
    | { kind: 'sign-up' | 'call' }
    | { kind: 'plan'; plan: string }
    | { kind: 'cancel'; when: 'now' | 'period_end' }
    | { kind: 'card'; card: string };
}

/** What a customer is going to do, and what that makes of the bill. */
export interface Life extends Billable {
  name: string;
  deeds: Deed[];
  /** In the order in which the ledger has them. */
  planned: PlannedCall[];
  /** What the subscription is at the end, before everybody is made to cancel. */
  status: 'active' | 'canceled';
}

export interface YearForm {
  customers: number;
  months: number;
  seed: number;
  /** Midnight UTC of the first day. */
  from: number;
}

/** By use alone and every month: between these a change leaves a plain bill. */
const CHANGEABLE = ['standard', 'fine', 'free', 'package', 'graduated', 'volume'] as const;
const CYCLE = [
  ...CHANGEABLE,
  'base',
  'trial',
  'base-trial',
  'daily',
  'weekly',
  'fortnightly',
  'ten-days',
  'quarterly',
  'half-yearly',
  'yearly',
] as const;
/** So many customers, and somebody has every plan. */
export const PLANS = CYCLE.length;
/** The short form has one of each that differs most. */
const SHORT = [
  'graduated',
  'base',
  'trial',
  'standard',
  'volume',
  'weekly',
  'package',
  'base-trial',
] as const;
/** An invoice is final after an hour, and tried again after 3, 5 and 7 days; then the subscription ends. */
export const GIVEN_UP = HOUR + 15 * DAY;

/** The lives of a year: the same for the same seed. */
export function livesOf(form: YearForm): Life[] {
  const random = new Random(form.seed);
  const plans = form.customers > SHORT.length ? CYCLE : SHORT;
  return Array.from({ length: form.customers }, (_, index) =>
    lifeOf(form, random, index, plans[index % plans.length] ?? 'standard'),
  );
}

function lifeOf(form: YearForm, random: Random, index: number, plan: string): Life {
  const end = endOf(form);
  const signedUpAt = signUpOf(form, random, index);
  const life: Life = {
    name: `${index} ${plan}`,
    plan,
    signedUpAt,
    changes: [],
    calls: [],
    ended: null,
    deeds: [{ at: signedUpAt, do: { kind: 'sign-up' } }],
    planned: [],
    status: 'active',
  };
  const starts = edges(life, end);
  const round = form.customers > SHORT.length ? Math.floor(index / CYCLE.length) : index % 3;
  // Not at the very edge: a sign-up that came a second late would put it into the period before.
  if (plan === 'daily') cancel(life, (starts[25 + (index % 7)] ?? end) + MINUTE, 'period_end', starts);
  else if ((CHANGEABLE as readonly string[]).includes(plan) && round !== 1) change(life, random, starts, end);
  else if (plan === 'weekly' || plan === 'trial') cancelSomewhere(life, random, starts, 'now');
  else if (plan === 'fortnightly' || plan === 'base-trial')
    cancelSomewhere(life, random, starts, 'period_end');
  else if (plan === 'base' || plan === 'volume')
    decline(life, random, { starts, end, forEver: index % 4 === 0 });
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

/** One change in the middle of a period, and another one in a later period. */
function change(life: Life, random: Random, starts: number[], end: number): void {
  const chosen = [starts[1], starts[Math.max(2, starts.length - 3)]];
  const changes: { at: number; plan: string }[] = [];
  let { plan } = life;
  for (const start of new Set(chosen)) {
    if (start === undefined || start + 12 * DAY > end) continue;
    const at = start + random.between(4 * DAY, 11 * DAY);
    const others = CHANGEABLE.filter((other) => other !== plan);
    plan = random.pick(others as unknown as readonly [string, ...string[]]);
    changes.push({ at, plan });
    life.deeds.push({ at, do: { kind: 'plan', plan } });
  }
  life.changes = changes;
}

function cancelSomewhere(life: Life, random: Random, starts: number[], when: 'now' | 'period_end'): void {
  const index = Math.max(1, Math.floor(starts.length * 0.7) - 1);
  const [from, to] = [starts[index], starts[index + 1]];
  if (from === undefined || to === undefined) return;
  cancel(life, from + random.between(HOUR * 2, to - from - 2 * HOUR), when, starts);
}

function cancel(life: Life, at: number, when: 'now' | 'period_end', starts: number[]): void {
  const ends = when === 'now' ? at : starts.find((edge) => edge > at);
  if (ends === undefined) return;
  life.deeds.push({ at, do: { kind: 'cancel', when } });
  life.ended = { at: ends, billed: true };
  life.status = 'canceled';
}

/** The card declines what is due at the end of a period; it is replaced two days later, or never. */
function decline(
  life: Life,
  random: Random,
  { starts, end, forEver }: { starts: number[]; end: number; forEver: boolean },
): void {
  const ends = starts.slice(1).filter((edge) => edge + GIVEN_UP + DAY < end);
  const due = ends[random.between(0, ends.length)];
  if (due === undefined) return;
  life.deeds.push({ at: due - DAY, do: { kind: 'card', card: 'pm_card_chargeCustomerFail' } });
  if (!forEver) life.deeds.push({ at: due + 2 * DAY, do: { kind: 'card', card: 'pm_card_visa' } });
  else {
    life.ended = { at: due + GIVEN_UP, billed: false };
    life.status = 'canceled';
  }
}

/** Bursts of calls; a few single ones over HTTP; some that reach the ledger late, at a period's end above all. */
function callAllTheTime(life: Life, random: Random, starts: number[], end: number): void {
  const until = Math.min(
    end,
    life.ended?.billed === false ? life.ended.at - GIVEN_UP : (life.ended?.at ?? end),
  );
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
function burst(life: Life, random: Random, from: number, to: number, writtenAt?: number): void {
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
