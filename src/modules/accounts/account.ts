import type { AccountState } from '../../platform/identity/principal.js';

/** An account with everything known of it. `AccountState` is the part that a call needs. */
export interface Account extends AccountState {
  /** Trimmed and lower-cased. */
  email: string;
  firstname: string;
  lastname: string;
  /** The current billing period, UTC. */
  periodStart: Date;
  periodEnd: Date;
  createdAt: Date;
  /** When the trial ends or ended, UTC; null when there is none. */
  trialEnd: Date | null;
  /** When the subscription is going to end, UTC; null while nobody has said so. */
  cancelAt: Date | null;
  cancelAtPeriodEnd: boolean;
  /** Live subscription items beyond the first on one meter, by the provider's ids. There should be none. */
  surplusItems: string[];
}

type Unsaid = 'trialEnd' | 'cancelAt' | 'cancelAtPeriodEnd' | 'closedAt' | 'changingUntil' | 'surplusItems';

/** An account to be opened: what is not said is as for a subscription without a trial that goes on for ever. */
export type NewAccount = Omit<Account, Unsaid> & Partial<Pick<Account, Unsaid>>;

/** The part of an account that follows the billing provider. */
export type AccountBilling = Pick<
  Account,
  | 'subscriptionId'
  | 'status'
  | 'plan'
  | 'periodStart'
  | 'periodEnd'
  | 'pastDueSince'
  | 'trialEnd'
  | 'cancelAt'
  | 'cancelAtPeriodEnd'
  | 'closedAt'
  | 'surplusItems'
>;

/** The form in which emails are compared and stored: two that differ in case or outer blanks are one person's. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}
