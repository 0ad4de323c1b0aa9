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
}

/** The part of an account that follows the billing provider. */
export type AccountBilling = Pick<
  Account,
  'subscriptionId' | 'status' | 'plan' | 'periodStart' | 'periodEnd' | 'pastDueSince'
>;

/** The form in which emails are compared and stored: two that differ in case or outer blanks are one person's. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}
