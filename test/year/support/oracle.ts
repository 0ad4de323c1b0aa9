/*
 * What the invoices of a life must be, in a few plain lines: Stripe's rules as docs/stripe-twin.md has them, and the
 * prices of monetization.yaml once more. Nothing of the application's or the twin's arithmetic is used here.
 */

/** A plan's terms. Amounts are whole cents; `charge` is for the calls of one period. */
interface Terms {
  every: readonly [count: number, unit: 'day' | 'month'];
  charge: (calls: bigint) => bigint;
  /** Paid ahead for every period. */
  fee?: bigint;
  trialDays?: number;
}

const halfUp = (amount: bigint, parts: bigint): bigint => (2n * amount + parts) / (2n * parts);
/** How many of the calls are beyond the first `from`, up to `to`. */
const within = (calls: bigint, from: bigint, to = calls): bigint => {
  const top = calls < to ? calls : to;
  return top > from ? top - from : 0n;
};

const TERMS: Readonly<Record<string, Terms>> = {
  standard: { every: [1, 'month'], charge: (n) => n * 10n },
  dear: { every: [1, 'month'], charge: (n) => n * 15n },
  fine: { every: [1, 'month'], charge: (n) => halfUp(n * 125n, 1000n) },
  free: { every: [1, 'month'], charge: (n) => within(n, 100n) * 7n },
  package: { every: [1, 'month'], charge: (n) => ((n + 49n) / 50n) * 1000n },
  graduated: {
    every: [1, 'month'],
    charge: (n) =>
      500n +
      halfUp(within(n, 0n, 100n) * 503n, 10n) +
      (n > 100n ? 150n : 0n) +
      halfUp(within(n, 100n, 150n) * 2525n, 100n) +
      halfUp(within(n, 150n) * 333n, 100n),
  },
  volume: {
    every: [1, 'month'],
    charge: (n) => (n <= 50n ? n * 100n : n <= 100n ? n * 70n : halfUp(n * 505n, 10n) + 200n),
  },
  base: { every: [1, 'month'], charge: (n) => n * 2n, fee: 2900n },
  trial: { every: [1, 'month'], charge: (n) => n * 10n, trialDays: 14 },
  'base-trial': { every: [1, 'month'], charge: (n) => within(n, 20n) * 25n, fee: 990n, trialDays: 30 },
  daily: { every: [1, 'day'], charge: (n) => n * 3n },
  weekly: { every: [7, 'day'], charge: (n) => n * 4n },
  fortnightly: { every: [14, 'day'], charge: (n) => ((n + 6n) / 7n) * 100n },
  'ten-days': { every: [10, 'day'], charge: (n) => halfUp(n * 15n, 10n) },
  quarterly: { every: [3, 'month'], charge: (n) => halfUp(n * 125n, 100n), fee: 6000n },
  'half-yearly': { every: [6, 'month'], charge: (n) => halfUp(n * 11n, 10n) },
  yearly: { every: [12, 'month'], charge: (n) => halfUp(n * 9n, 10n), fee: 12000n },
};

export const DAY = 86_400;

/** Someone asks for another plan. All of these are billed by use alone, in periods of the same length. */
export interface PlanChange {
  /** When it was asked for. */
  at: number;
  plan: string;
  /** When it was taken back, before it was made. */
  withdrawnAt?: number;
}

/** What somebody did, as far as it matters for the bill. Times are seconds since the epoch; those of calls milliseconds. */
export interface Billable {
  plan: string;
  signedUpAt: number;
  /** In order of time. */
  changes: PlanChange[];
  calls: number[];
  /**
   * `billed`: what was used of the period that it ended in is on a last invoice. `givenUp`: it ended because an invoice
   * stayed unpaid.
   */
  ended: { at: number; billed: boolean; givenUp?: boolean } | null;
  /** The ends of the periods whose invoices somebody voided. */
  voided: number[];
}

export interface ExpectedInvoice {
  at: number;
  cents: bigint;
  calls: bigint;
  /** Of these, the calls of a trial. */
  free?: bigint;
}

/** Calls at one price that are on no invoice, and from when on they were used. */
export interface Uninvoiced {
  from: number;
  calls: bigint;
}

/** When the periods of a life begin and end, up to `until`: the sign-up, the end of its trial, and every period's end. */
export function edges({ plan, signedUpAt }: Pick<Billable, 'plan' | 'signedUpAt'>, until: number): number[] {
  const { every, trialDays = 0 } = termsOf(plan);
  const anchor = signedUpAt + trialDays * DAY;
  const all = trialDays > 0 ? [signedUpAt] : [];
  for (let n = 0; ; n++) {
    const edge = every[1] === 'day' ? anchor + n * every[0] * DAY : monthsLater(anchor, n * every[0]);
    if (edge > until) return all;
    all.push(edge);
  }
}

/** The invoices of a life, those of nothing to pay too, up to `until`. */
export function expectedInvoices(life: Billable, until: number): ExpectedInvoice[] {
  const { fee = 0n, trialDays } = termsOf(life.plan);
  const starts = edges(life, until);
  const invoices: ExpectedInvoice[] = [];
  if (fee > 0n) invoices.push({ at: life.signedUpAt, cents: trialDays ? 0n : fee, calls: 0n });
  for (const [index, from] of starts.entries()) {
    const over = life.ended && life.ended.at <= (starts[index + 1] ?? until);
    const to = over && life.ended ? life.ended.at : starts[index + 1];
    if (to === undefined || (over && !life.ended?.billed)) break;
    const used = usedBetween(life, from, to);
    const free = Boolean(trialDays) && index === 0;
    invoices.push({
      at: to,
      calls: used.calls,
      cents: (free ? 0n : used.cents) + (over ? 0n : fee),
      free: free ? used.calls : 0n,
    });
    if (over) break;
  }
  return invoices;
}

/** What is on no invoice, or on one that is void: the stretches of those periods in which somebody called. */
export function expectedUninvoiced(life: Billable, until: number): Uninvoiced[] {
  const { ended, voided } = life;
  const starts = edges(life, until);
  return starts.flatMap((from, index) => {
    const next = starts[index + 1] ?? until;
    const to = ended && ended.at <= next ? ended.at : next;
    const lost = voided.includes(to) || (ended && !ended.billed && ended.at > from && ended.at <= next);
    return lost && to > from ? stretches(life, from, to).filter(({ calls }) => calls > 0n) : [];
  });
}

/** What was used in a period, each stretch of it at the price that was in force. */
function usedBetween(life: Billable, from: number, to: number): { cents: bigint; calls: bigint } {
  let [cents, calls] = [0n, 0n];
  for (const { plan, calls: count } of stretches(life, from, to)) {
    calls += count;
    cents += termsOf(plan).charge(count);
  }
  return { cents, calls };
}

function stretches(life: Billable, from: number, to: number): (Uninvoiced & { plan: string })[] {
  const changes = madeChanges(life);
  const starts = [from, ...changes.map(({ at }) => at).filter((at) => at > from && at < to)];
  return starts.map((start, index) => ({
    from: start,
    plan: changes.findLast(({ at }) => at <= start)?.plan ?? life.plan,
    calls: countBetween(life, start, starts[index + 1] ?? to),
  }));
}

/** The same price a unit for every unit, cheapest first: a dearer one may begin in the middle of a period. */
const PLAIN = ['fine', 'standard', 'dear'];

/**
 * When which plan began: at once if every unit costs no less from then on, or if nothing was used in the period so far;
 * else with the next period, unless it was taken back or another change was asked for before.
 */
export function madeChanges(life: Billable): { at: number; plan: string }[] {
  const made: { at: number; plan: string }[] = [];
  let waiting: { at: number; plan: string } | undefined;
  const arrive = (until: number): void => {
    if (waiting && waiting.at <= until) {
      made.push(waiting);
      waiting = undefined;
    }
  };
  for (const { at, plan, withdrawnAt = Infinity } of life.changes) {
    arrive(at);
    const now = made.at(-1)?.plan ?? life.plan;
    const [from, to] = periodAround(life, at);
    waiting = undefined;
    const dearer = PLAIN.includes(now) && PLAIN.indexOf(plan) >= PLAIN.indexOf(now);
    if (dearer || countBetween(life, from, at) === 0n) made.push({ at, plan });
    else if (withdrawnAt >= to) waiting = { at: to, plan };
  }
  arrive(Infinity);
  return made;
}

function periodAround(life: Billable, at: number): [from: number, to: number] {
  // A year and a day hold the next end of any period.
  const starts = edges(life, at + 367 * DAY);
  const next = starts.findIndex((edge) => edge > at);
  return [starts[next - 1] ?? life.signedUpAt, starts[next] ?? Infinity];
}

function countBetween({ calls }: Billable, from: number, to: number): bigint {
  return BigInt(calls.filter((at) => at >= from * 1000 && at < to * 1000).length);
}

function termsOf(plan: string): Terms {
  const terms = TERMS[plan];
  if (!terms) throw new Error(`the oracle knows no plan ${plan}`);
  return terms;
}

/** So many months later on the same day, or on the last day of a month that has no such day. */
export function monthsLater(anchor: number, months: number): number {
  const date = new Date(anchor * 1000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(month / 12);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month % 12] ?? 31;
  const midnight = Date.UTC(year, month % 12, Math.min(date.getUTCDate(), days)) / 1000;
  return midnight + (anchor % DAY);
}
