import { domainToASCII } from 'node:url';
import type { AccountState } from '../../platform/identity/principal.js';

/** How the provider handles new invoices while their collection is paused: they are not charged. */
export type CollectionPause = 'void' | 'keep_as_draft' | 'mark_uncollectible';

/** An account with everything known of it. `AccountState` is the part that a call needs. */
export interface Account extends AccountState {
  /** As `normaliseEmail` makes it. */
  email: string;
  firstname: string;
  lastname: string;
  createdAt: Date;
  /** The id that an application around us has for it; null when it was opened otherwise. */
  externalId: string | null;
  /** When the trial ends or ended, UTC; null when there is none. */
  trialEnd: Date | null;
  /** When the subscription is scheduled to end, UTC; null when no end is scheduled. */
  cancelAt: Date | null;
  cancelAtPeriodEnd: boolean;
  /** The plan that a schedule at the provider changes it to; null when there is no schedule. */
  pendingPlan: string | null;
  /** When that takes effect, UTC. */
  pendingAt: Date | null;
  /** Live subscription items beyond the first on one meter, by the provider's ids. There should be none. */
  surplusItems: string[];
  /** When access to the mailbox was first proven, UTC; null until then. */
  emailProvenAt: Date | null;
  /** Set while an operator has paused the collection of its invoices; calls go on. */
  collectionPaused: CollectionPause | null;
}

type Unsaid =
  | 'trialEnd'
  | 'cancelAt'
  | 'cancelAtPeriodEnd'
  | 'pendingPlan'
  | 'pendingAt'
  | 'closedAt'
  | 'changingUntil'
  | 'surplusItems'
  | 'paymentMethod'
  | 'collectionPaused'
  | 'emailProvenAt'
  | 'externalId';

/** An account to open: absent fields default to a subscription without a trial or a scheduled end. */
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
  | 'pendingPlan'
  | 'pendingAt'
  | 'closedAt'
  | 'surplusItems'
  | 'paymentMethod'
  | 'collectionPaused'
>;

/**
 * The form in which emails are compared, stored and sent to the billing provider. Emails that differ only in surrounding
 * whitespace or the case of ASCII letters are the same person's. Other letters are kept: lower-casing turns some into another
 * letter (the Kelvin sign becomes k), and so into another person's address. A domain in another script is written as in DNS.
 */
export function normaliseEmail(email: string): string {
  const trimmed = email.trim();
  const at = trimmed.lastIndexOf('@');
  const domain = trimmed.slice(at + 1);
  const ascii = at < 0 || isAscii(domain) ? domain : domainToASCII(domain);
  return lowerAscii(ascii === '' ? trimmed : trimmed.slice(0, at + 1) + ascii);
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
