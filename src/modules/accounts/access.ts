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
 * Whether the account may call paid endpoints now.
 * @throws {SubscriptionInactiveError} unless the subscription is active or in its trial.
 */
export function assertMayCall(account: AccountState): void {
  if (account.status !== 'active' && account.status !== 'trialing')
    throw new SubscriptionInactiveError(account.status);
}
