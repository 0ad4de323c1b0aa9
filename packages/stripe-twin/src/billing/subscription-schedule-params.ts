import type Stripe from 'stripe';
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
  texts,
  unsupported,
} from '../wire/params.js';

type Update = Stripe.SubscriptionScheduleUpdateParams;

const prorations = oneOf('always_invoice', 'create_prorations', 'none');
const anchor = oneOf('automatic', 'phase_start');

const itemSpecs = paramsOf<Stripe.SubscriptionScheduleUpdateParams.Phase.Item>()({
  billing_thresholds: unsupported,
  discounts: unsupported,
  metadata: texts,
  plan: unsupported,
  price: text(),
  price_data: unsupported,
  quantity: integer({ min: 0 }),
  tax_rates: unsupported,
});

export const phaseSpecs = paramsOf<Stripe.SubscriptionScheduleUpdateParams.Phase>()({
  add_invoice_items: unsupported,
  application_fee_percent: unsupported,
  automatic_tax: hash({ enabled: required(boolean), liability: unsupported }),
  billing_cycle_anchor: anchor,
  billing_thresholds: unsupported,
  collection_method: unsupported,
  currency: unsupported,
  default_payment_method: unsupported,
  default_tax_rates: unsupported,
  description: unsupported,
  discounts: unsupported,
  duration: hash(
    paramsOf<Stripe.SubscriptionScheduleUpdateParams.Phase.Duration>()({
      interval: required(oneOf('day', 'month', 'week', 'year')),
      interval_count: integer({ min: 1 }),
    }),
  ),
  end_date: orWord(['now'], timestamp),
  invoice_settings: unsupported,
  items: required(list(hash(itemSpecs), 20)),
  metadata: texts,
  on_behalf_of: unsupported,
  proration_behavior: prorations,
  start_date: orWord(['now'], timestamp),
  transfer_data: unsupported,
  trial: unsupported,
  trial_end: orWord(['now'], timestamp),
});

const settings = {
  application_fee_percent: unsupported,
  automatic_tax: unsupported,
  billing_cycle_anchor: anchor,
  billing_thresholds: unsupported,
  collection_method: unsupported,
  default_payment_method: unsupported,
  description: unsupported,
  invoice_settings: unsupported,
  on_behalf_of: unsupported,
  transfer_data: unsupported,
};

/** Only from a subscription that is there: "other parameters (such as phase values) cannot be set" then. */
export const createSpecs = paramsOf<Stripe.SubscriptionScheduleCreateParams>()({
  billing_mode: unsupported,
  customer: unsupported,
  customer_account: unsupported,
  default_settings: unsupported,
  end_behavior: unsupported,
  from_subscription: required(text()),
  metadata,
  pause_schedules: unsupported,
  phases: unsupported,
  start_date: unsupported,
});

export const updateSpecs = paramsOf<Update>()({
  default_settings: hash(paramsOf<NonNullable<Update['default_settings']>>()(settings)),
  end_behavior: oneOf('cancel', 'release'),
  metadata,
  pause_schedules: unsupported,
  phases: list(hash(phaseSpecs), 500),
  proration_behavior: prorations,
});

export const cancelSpecs = paramsOf<Stripe.SubscriptionScheduleCancelParams>()({
  invoice_now: boolean,
  prorate: boolean,
});

export const releaseSpecs = paramsOf<Stripe.SubscriptionScheduleReleaseParams>()({
  preserve_cancel_date: boolean,
});

export const listSpecs = paramsOf<Stripe.SubscriptionScheduleListParams>()({
  ...pagination,
  canceled_at: range,
  completed_at: range,
  created: range,
  customer: text(),
  customer_account: unsupported,
  released_at: range,
  scheduled: boolean,
});
