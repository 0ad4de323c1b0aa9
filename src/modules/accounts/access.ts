import { FareboxError } from '../../platform/errors/farebox-error.js';
import type { AccountState } from '../../platform/identity/principal.js';

export class SubscriptionInactiveError extends FareboxError {
  constructor({ status, closedAt }: Pick<AccountState, 'status' | 'closedAt'>) {
    super(
      'subscription_inactive',
      closedAt
        ? 'The account is closed: its customer was deleted. Register again to get another one.'
        : `The subscription is ${status.replaceAll('_', ' ')}, so paid endpoints do not answer. Settle the payment or subscribe again.`,
    );
  }
}

/** A subscription change is in progress: calls wait for it, so that each is billed at the price it was made at. */
export class SubscriptionChangingError extends FareboxError {
  constructor() {
    super(
      'subscription_changing',
      'The subscription is being changed, which takes a few seconds. Send the same request again.',
      { retryAfterSeconds: 1 },
    );
  }
}

/**
 * Whether the account may call paid endpoints now: while active or in its trial; past due, for a grace period.
 * @param now in milliseconds since the epoch.
 * @param graceMs PAST_DUE_GRACE.
 */
export function mayCall(account: AccountState, now: number, graceMs: number): boolean {
  if (refusesCalls(account)) return false;
  if (account.status !== 'past_due') return true;
  const graceEnd = graceEndOf(account, graceMs);
  return graceEnd !== null && now < graceEnd.getTime();
}

/** Whether its state alone refuses paid calls, whatever the time is. */
export function refusesCalls({ status, closedAt }: Pick<AccountState, 'status' | 'closedAt'>): boolean {
  return closedAt !== null || !['active', 'trialing', 'past_due'].includes(status);
}

/** As `mayCall`. @throws {SubscriptionInactiveError} {SubscriptionChangingError} */
export function assertMayCall(account: AccountState, now: number, graceMs: number): void {
  if (!mayCall(account, now, graceMs)) throw new SubscriptionInactiveError(account);
  if (account.changingUntil !== null && now < account.changingUntil.getTime())
    throw new SubscriptionChangingError();
}

/** Until when an account that is past due may call, UTC; null while it is not past due. */
export function graceEndOf(
  { status, pastDueSince }: Pick<AccountState, 'status' | 'pastDueSince'>,
  graceMs: number,
): Date | null {
  return status === 'past_due' && pastDueSince ? new Date(pastDueSince.getTime() + graceMs) : null;
}
