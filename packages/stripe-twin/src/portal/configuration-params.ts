import type Stripe from 'stripe';
import { pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import {
  boolean,
  hash,
  integer,
  list,
  oneOf,
  paramsOf,
  required,
  text,
  unsettable,
  unsupported,
} from '../wire/params.js';
import { httpUrl } from '../wire/url.js';

type Update = Stripe.BillingPortal.ConfigurationUpdateParams;

const prorations = oneOf('always_invoice', 'create_prorations', 'none');

/** As an update sends them; creating asks for `enabled` as well. */
const features = paramsOf<NonNullable<Update['features']>>()({
  customer_update: hash({
    allowed_updates: unsettable(list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'))),
    enabled: boolean,
  }),
  invoice_history: hash({ enabled: required(boolean) }),
  payment_method_update: hash({ enabled: boolean, payment_method_configuration: unsupported }),
  subscription_cancel: hash({
    cancellation_reason: hash({
      enabled: required(boolean),
      feedback_options: unsupported,
      options: unsettable(
        list(
          oneOf(
            'customer_service',
            'low_quality',
            'missing_features',
            'other',
            'switched_service',
            'too_complex',
            'too_expensive',
            'unused',
          ),
        ),
      ),
    }),
    enabled: boolean,
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: prorations,
  }),
  subscription_pause: unsupported,
  subscription_update: hash({
    billing_cycle_anchor: oneOf('now', 'unchanged'),
    default_allowed_updates: unsettable(list(oneOf('price', 'promotion_code', 'quantity'))),
    enabled: boolean,
    products: unsettable(
      list(
        hash({
          adjustable_quantity: hash({ enabled: required(boolean), maximum: integer(), minimum: integer() }),
          prices: required(list(text())),
          product: required(text()),
        }),
      ),
    ),
    proration_behavior: prorations,
    schedule_at_period_end: unsupported,
    trial_update_behavior: oneOf('continue_trial', 'end_trial'),
  }),
});

const shared = {
  business_profile: hash({
    headline: unsettable(text(60)),
    privacy_policy_url: unsettable(httpUrl),
    terms_of_service_url: unsettable(httpUrl),
  }),
  default_return_url: unsettable(httpUrl),
  login_page: unsupported,
  metadata,
  name: unsettable(text()),
};

export const createSpecs = paramsOf<Stripe.BillingPortal.ConfigurationCreateParams>()({
  ...shared,
  features: required(hash(features)),
});

export const updateSpecs = paramsOf<Update>()({ ...shared, active: boolean, features: hash(features) });

export const listSpecs = paramsOf<Stripe.BillingPortal.ConfigurationListParams>()({
  ...pagination,
  active: boolean,
  is_default: boolean,
});
