import { taxSettings } from './tax-settings.js';
import type { createSpecs } from './subscription-params.js';
import type { SubscriptionRow } from '../state/rows.js';
import { newLongId } from '../wire/ids.js';
import { mergeMetadata } from '../wire/metadata.js';
import type { Parsed } from '../wire/params.js';

type Params = Parsed<typeof createSpecs>;

/** What a subscription is made of; what was not sent is not there. */
export type DraftParams = Partial<Params> & Pick<Params, 'customer' | 'items'>;

interface Times {
  testClock: string | null;
  now: number;
  currency: string;
  trialEnd: number | null;
  anchor: number;
  mode: 'classic' | 'flexible';
}

/** A subscription as its parameters say, before its items and without a place anywhere. */
export function newRow(
  params: DraftParams,
  { now, currency, trialEnd, anchor, testClock, mode }: Times,
): SubscriptionRow {
  return {
    id: newLongId('sub'),
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: taxSettings(params.automatic_tax?.enabled ?? false),
    billing_cycle_anchor: anchor,
    billing_cycle_anchor_config: null,
    billing_mode: billingMode(mode, now),
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: params.collection_method ?? 'charge_automatically',
    created: now,
    currency,
    customer: params.customer,
    customer_account: null,
    days_until_due: params.days_until_due ?? null,
    default_payment_method: params.default_payment_method ?? null,
    default_source: null,
    default_tax_rates: [],
    description: params.description ?? null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: [],
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: params.payment_settings?.payment_method_types ?? null,
      save_default_payment_method: params.payment_settings?.save_default_payment_method ?? 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: 'active',
    test_clock: testClock,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method:
          params.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
      },
    },
    trial_start: trialEnd === null ? null : now,
  };
}

/** @param now since when the mode is the subscription's, in seconds */
export function billingMode(type: 'classic' | 'flexible', now: number): SubscriptionRow['billing_mode'] {
  if (type === 'classic') return { flexible: null, type };
  return { flexible: { proration_discounts: 'included' }, type, updated_at: now };
}
