import type { SubscriptionRow } from '../state/rows.js';

/** Tax is worked out when an invoice is counted. */
export function taxSettings(enabled: boolean): SubscriptionRow['automatic_tax'] {
  return { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null };
}
