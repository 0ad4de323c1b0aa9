import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { AccountState } from '../../platform/identity/principal.js';

export class SubscriptionInactiveError extends FareboxError {
  constructor(status: string) {
    super(
      'subscription_inactive',
      `The subscription is ${status.replaceAll('_', ' ')}, so paid endpoints do not answer. Settle the payment or subscribe again.`,
    );
  }
}

/**
 * Whether the account may call paid endpoints now: while active or in its trial; past due, for a grace period.
 * @param now in milliseconds since the epoch.
 * @param graceMs PAST_DUE_GRACE.
 * @throws {SubscriptionInactiveError}
 */
export function assertMayCall(account: AccountState, now: number, graceMs: number): void {
  const { status, pastDueSince } = account;
  if (status === 'active' || status === 'trialing') return;
  if (status === 'past_due' && pastDueSince !== null && now - pastDueSince.getTime() < graceMs) return;
  throw new SubscriptionInactiveError(status);
}
