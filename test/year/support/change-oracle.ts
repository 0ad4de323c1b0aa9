/*
 * What changes of plan must be answered with, and what each invoice must come to: docs/billing.md and the prices of
 * changes.yaml once more, in plain lines. Nothing of the application's or the twin's arithmetic is used here.
 */
import { monthsLater } from './oracle.js';

export type Act =
  | { kind: 'plan'; plan: string; when?: 'now' | 'period_end' }
  | { kind: 'cancel'; when: 'now' | 'period_end' }
  | { kind: 'keep-plan' | 'resume' };

/** Times are seconds since the epoch; those of calls milliseconds. */
export interface Lived {
  plan: string;
  signedUpAt: number;
  /** In order of time. */
  acts: readonly { at: number; act: Act }[];
  calls: readonly number[];
}

/** What a request must be answered with, and how the account stands then. */
export interface Answered {
  status: number;
  plan: string;
  /** The plan of the next period, when it is another one. */
  next: string | null;
  /** Whether the subscription ends with its period. */
  ending: boolean;
}

export interface Due {
  at: number;
  cents: bigint;
  calls: bigint;
}

interface Terms {
  charge: (calls: bigint) => bigint;
  /** Cents, paid ahead for every period. */
  fee?: bigint;
  /** Cents for every call, where every call costs the same. */
  each?: bigint;
}

const halfUp = (amount: bigint, parts: bigint): bigint => (2n * amount + parts) / (2n * parts);
const beyond = (calls: bigint, free: bigint): bigint => (calls > free ? calls - free : 0n);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const plain = (each: bigint, fee?: bigint): Terms => ({
  each,
  charge: (n) => n * each,
  ...(fee === undefined ? {} : { fee }),
});

const TERMS: Readonly<Record<string, Terms>> = {
  small: plain(10n),
  large: plain(25n),
  basic: plain(5n, 1001n),
  pro: plain(2n, 3500n),
  allowance: { charge: (n) => beyond(n, 20n) * 7n },
  gift: { charge: (n) => beyond(n, 30n) * 8n },
  packs: { charge: (n) => ((n + 24n) / 25n) * 300n },
  tiers: {
    charge: (n) =>
      500n + halfUp(least(n, 10n) * 503n, 10n) + (n > 10n ? 125n + halfUp(beyond(n, 10n) * 333n, 100n) : 0n),
  },
  bulk: { fee: 2000n, charge: (n) => (n <= 20n ? n * 90n : halfUp(n * 505n, 10n) + 200n) },
};
export const CHANGE_PLANS = Object.keys(TERMS);

/** A customer from the sign-up on: what each request is answered with, and what is invoiced. */
export class ChangeOracle {
  readonly answers: Answered[] = [];
  readonly invoices: Due[] = [];
  private plan: string;
  private next: string | null = null;
  private ending = false;
  /** Infinity while it goes on. */
  endedAt = Infinity;
  private periods = 0;
  /** Since when the price of now is in force: calls from then on are its calls. */
  private since: number;
  /** For the next invoice: what changes left, and the calls among it. */
  private items = { cents: 0n, calls: 0n };
  /** What was charged of the base fee that is in force, and for the time from when. */
  private paid: { cents: bigint; from: number };

  constructor(
    private readonly lived: Lived,
    until: number,
  ) {
    const { plan, signedUpAt, acts } = lived;
    this.plan = plan;
    this.since = signedUpAt;
    const fee = feeOf(plan);
    this.paid = { cents: fee, from: signedUpAt };
    if (fee > 0n) this.invoices.push({ at: signedUpAt, cents: fee, calls: 0n });
    for (const { at, act } of acts) {
      this.passTo(at);
      const status = this.endedAt < Infinity ? statusOfEnded(act) : this.perform(act, at);
      const { plan: now, next } = this;
      this.answers.push({ status, plan: now, next, ending: this.ending && this.endedAt === Infinity });
    }
    this.passTo(until);
  }

  private edge(n: number): number {
    return monthsLater(this.lived.signedUpAt, n);
  }

  /** The ends of periods up to then. */
  private passTo(at: number): void {
    for (
      let end = this.edge(this.periods + 1);
      this.endedAt === Infinity && end <= at;
      end = this.edge(this.periods + 1)
    ) {
      const used = this.used(end);
      this.plan = this.next ?? this.plan;
      this.next = null;
      const fee = this.ending ? 0n : feeOf(this.plan);
      this.invoice(end, used, fee);
      if (this.ending) this.endedAt = end;
      this.since = end;
      this.paid = { cents: fee, from: end };
      this.periods++;
    }
  }

  private perform(act: Act, at: number): number {
    switch (act.kind) {
      case 'plan':
        return this.changePlan(act.plan, act.when, at);
      case 'keep-plan':
        this.next = null;
        return 200;
      case 'resume':
        this.ending = false;
        return 200;
      case 'cancel':
        this.next = null;
        if (act.when === 'period_end') this.ending = true;
        else {
          this.invoice(at, this.used(at), 0n);
          this.endedAt = at;
        }
        return 200;
    }
  }

  private changePlan(plan: string, when: 'now' | 'period_end' | undefined, at: number): number {
    const stays = plan === this.plan;
    const mayNow = this.mayBeginNow(plan, at);
    if (!stays && when === 'now' && !mayNow) return 409;
    if (!stays && when !== 'period_end' && mayNow) this.beginNow(plan, at);
    // Who asks for a plan takes back what was to happen at the end of the period.
    this.next = plan === this.plan ? null : plan;
    this.ending = false;
    return 200;
  }

  /** Nothing may be paid less for, and nothing that was used may begin again. */
  private mayBeginNow(plan: string, at: number): boolean {
    const [now, wanted] = [termsOf(this.plan), termsOf(plan)];
    const [fee, newFee] = [now.fee ?? 0n, wanted.fee ?? 0n];
    const dearer =
      now.each !== undefined && wanted.each !== undefined && fee === newFee && wanted.each >= now.each;
    const unused = this.countBetween(this.edge(this.periods), at) === 0n;
    const upgrade = newFee > fee || dearer;
    const beginsAgain = wanted.each === undefined;
    return (upgrade || (unused && fee === 0n && newFee === 0n)) && (unused || !beginsAgain);
  }

  private beginNow(plan: string, at: number): void {
    const used = this.used(at);
    this.items = { cents: this.items.cents + used.cents, calls: this.items.calls + used.calls };
    const end = this.edge(this.periods + 1);
    const left = BigInt(end - at);
    // What was paid for the rest of the time comes back, and the rest of the time at the new fee is due.
    const back = halfUp(this.paid.cents * left, BigInt(end - this.paid.from));
    const due = halfUp(feeOf(plan) * left, BigInt(end - this.edge(this.periods)));
    this.items.cents += due - back;
    this.paid = { cents: due, from: at };
    this.since = at;
    this.plan = plan;
  }

  private invoice(at: number, used: { cents: bigint; calls: bigint }, fee: bigint): void {
    const { cents, calls } = this.items;
    this.invoices.push({ at, cents: used.cents + cents + fee, calls: used.calls + calls });
    this.items = { cents: 0n, calls: 0n };
  }

  /** At the price of now, up to then. */
  private used(to: number): { cents: bigint; calls: bigint } {
    const calls = this.countBetween(this.since, to);
    return { calls, cents: termsOf(this.plan).charge(calls) };
  }

  private countBetween(from: number, to: number): bigint {
    return BigInt(this.lived.calls.filter((at) => at >= from * 1000 && at < to * 1000).length);
  }
}

/** Nothing is left to be changed; to end it again, or to keep its plan, changes nothing. */
const statusOfEnded = ({ kind }: Act): number => (kind === 'plan' || kind === 'resume' ? 402 : 200);

const feeOf = (plan: string): bigint => termsOf(plan).fee ?? 0n;

function termsOf(plan: string): Terms {
  const terms = TERMS[plan];
  if (!terms) throw new Error(`the oracle knows no plan ${plan}`);
  return terms;
}
