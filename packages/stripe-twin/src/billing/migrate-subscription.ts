import { isEnded, type SubscriptionRow, type SubscriptionView } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid } from '../wire/api-error.js';
import { billingMode } from './new-subscription.js';
import { saveSubscription } from './subscription-status.js';
import { subscriptionView } from './subscription-view.js';

/**
 * "Upgrade the billing_mode of an existing subscription": from classic to flexible, for what happens from now on.
 * @throws {ApiError} 400
 */
export function migrateSubscription(twin: Twin, row: SubscriptionRow): SubscriptionView {
  if (isEnded(row)) throw invalid('A canceled subscription cannot be migrated to another billing mode.');
  if (row.billing_mode.type === 'flexible') {
    throw invalid('The subscription is in the `flexible` billing mode already.', 'billing_mode[type]');
  }
  const after = { ...row, billing_mode: billingMode('flexible', twin.time.of(row.customer)) };
  return subscriptionView(twin, saveSubscription(twin, row, after));
}
