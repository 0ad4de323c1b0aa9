import type { Billable } from './oracle.js';

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
    | { kind: 'sign-up' | 'call' | 'keep-plan' | 'resume' | 'void' }
    | { kind: 'plan'; plan: string }
    | { kind: 'cancel'; when: 'now' | 'period_end' }
    | { kind: 'dashboard'; invoice: boolean }
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
  /** Whether the subscription is one in the classic billing mode, made in the dashboard. */
  classic: boolean;
  /** So long Stripe's totals are behind for this customer, in milliseconds. */
  lagMs: number;
}

export interface YearForm {
  customers: number;
  months: number;
  seed: number;
  /** Midnight UTC of the first day. */
  from: number;
}
