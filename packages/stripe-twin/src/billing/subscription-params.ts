import type Stripe from 'stripe';
import { cancellationDetails } from './cancel.js';
import { changedItemSpecs, newItemSpecs } from './subscription-items.js';
import { currency } from '../wire/currencies.js';
import { pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import {
  boolean,
  hash,
  integer,
  list,
  oneOf,
  orWord,
  paramsOf,
  range,
  required,
  text,
  timestamp,
  unsettable,
  unsupported,
} from '../wire/params.js';

const shared = {
  add_invoice_items: unsupported,
  application_fee_percent: unsupported,
  automatic_tax: hash({ enabled: required(boolean), liability: unsupported }),
  billing_schedules: unsupported,
  billing_thresholds: unsupported,
  cancel_at_period_end: boolean,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: integer({ min: 0 }),
  default_payment_method: unsettable(text()),
  default_source: unsupported,
  default_tax_rates: unsupported,
  description: unsettable(text(500)),
  discounts: unsupported,
  invoice_settings: unsupported,
  metadata,
  off_session: boolean,
  on_behalf_of: unsupported,
  payment_behavior: oneOf(
    'allow_incomplete',
    'default_incomplete',
    'error_if_incomplete',
    'pending_if_incomplete',
  ),
  payment_settings: hash(
    paramsOf<Stripe.SubscriptionCreateParams.PaymentSettings>()({
      payment_method_options: unsupported,
      payment_method_types: unsettable(list(text())),
      save_default_payment_method: oneOf('off', 'on_subscription'),
    }),
  ),
  pending_invoice_item_interval: unsupported,
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  transfer_data: unsupported,
  trial_end: orWord(['now'], timestamp),
  trial_from_plan: boolean,
  trial_settings: hash(
    paramsOf<Stripe.SubscriptionCreateParams.TrialSettings>()({
      end_behavior: required(
        hash({
          billing_cycle_anchor: unsupported,
          missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')),
        }),
      ),
    }),
  ),
};

const cancelAt = orWord(['max_period_end', 'min_period_end'], timestamp);

export const createSpecs = paramsOf<Stripe.SubscriptionCreateParams>()({
  ...shared,
  backdate_start_date: unsupported,
  billing_cycle_anchor: timestamp,
  billing_cycle_anchor_config: unsupported,
  billing_mode: hash({ flexible: unsupported, type: required(oneOf('classic', 'flexible')) }),
  cancel_at: cancelAt,
  currency,
  customer: required(text()),
  customer_account: unsupported,
  items: required(list(hash(newItemSpecs), 20)),
  trial_period_days: integer({ min: 0, max: 730 }),
});

export const updateSpecs = paramsOf<Stripe.SubscriptionUpdateParams>()({
  ...shared,
  billing_cycle_anchor: hash(
    paramsOf<Stripe.SubscriptionUpdateParams.BillingCycleAnchor>()({
      type: required(oneOf('now', 'unchanged')),
    }),
  ),
  cancel_at: unsettable(cancelAt),
  cancellation_details: cancellationDetails,
  items: list(hash(changedItemSpecs), 20),
  pause_collection: unsettable(
    hash({ behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: timestamp }),
  ),
  proration_date: timestamp,
});

export const migrateSpecs = paramsOf<Stripe.SubscriptionMigrateParams>()({
  billing_mode: required(hash({ flexible: unsupported, type: required(oneOf('flexible')) })),
});

export const cancelSpecs = paramsOf<Stripe.SubscriptionCancelParams>()({
  cancellation_details: cancellationDetails,
  invoice_now: boolean,
  prorate: boolean,
});

export const listSpecs = paramsOf<Stripe.SubscriptionListParams>()({
  ...pagination,
  automatic_tax: unsupported,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  created: range,
  current_period_end: range,
  current_period_start: range,
  customer: text(),
  customer_account: unsupported,
  plan: text(),
  price: text(),
  status: oneOf(
    'active',
    'all',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
  ),
  test_clock: text(),
});
