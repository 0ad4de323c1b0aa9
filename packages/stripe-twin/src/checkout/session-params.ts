import type Stripe from 'stripe';
import { currency } from '../wire/currencies.js';
import { email } from '../wire/email.js';
import { pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import {
  boolean,
  hash,
  integer,
  list,
  oneOf,
  paramsOf,
  range,
  required,
  text,
  timestamp,
  unsettable,
  unsupported,
} from '../wire/params.js';
import { httpUrl } from '../wire/url.js';

const lineItem = paramsOf<Stripe.Checkout.SessionCreateParams.LineItem>()({
  adjustable_quantity: unsupported,
  metadata,
  price: text(),
  price_data: unsupported,
  quantity: integer({ min: 0, max: 999_999 }),
  tax_rates: unsupported,
});

const subscriptionData = paramsOf<Stripe.Checkout.SessionCreateParams.SubscriptionData>()({
  application_fee_percent: unsupported,
  billing_cycle_anchor: unsupported,
  billing_cycle_anchor_config: unsupported,
  billing_mode: hash({ flexible: unsupported, type: required(oneOf('classic', 'flexible')) }),
  default_tax_rates: unsupported,
  description: text(500),
  invoice_settings: unsupported,
  metadata,
  on_behalf_of: unsupported,
  pending_invoice_item_interval: unsupported,
  proration_behavior: unsupported,
  transfer_data: unsupported,
  trial_end: timestamp,
  trial_period_days: integer({ min: 1, max: 730 }),
  trial_settings: hash({
    end_behavior: required(
      hash({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) }),
    ),
  }),
});

const automaticOrNever = oneOf('auto', 'never');

export const createSpecs = paramsOf<Stripe.Checkout.SessionCreateParams>()({
  adaptive_pricing: hash({ enabled: boolean }),
  after_expiration: unsupported,
  allow_promotion_codes: boolean,
  allowed_payment_method_types: list(oneOf('card')),
  automatic_tax: hash({ enabled: required(boolean), liability: unsupported }),
  billing_address_collection: oneOf('auto', 'required'),
  branding_settings: unsupported,
  cancel_url: httpUrl,
  client_reference_id: text(200),
  consent_collection: unsupported,
  currency,
  custom_fields: unsupported,
  custom_text: unsupported,
  customer: text(),
  customer_account: unsupported,
  customer_creation: oneOf('always', 'if_required'),
  customer_email: email,
  customer_update: hash({ address: automaticOrNever, name: automaticOrNever, shipping: automaticOrNever }),
  discounts: unsupported,
  excluded_payment_method_types: list(text()),
  expires_at: timestamp,
  integration_identifier: text(),
  invoice_creation: unsupported,
  line_items: list(hash(lineItem), 20),
  locale: text(10),
  managed_payments: unsupported,
  metadata,
  mode: required(oneOf('payment', 'setup', 'subscription')),
  name_collection: unsupported,
  optional_items: unsupported,
  origin_context: oneOf('mobile_app', 'web'),
  payment_intent_data: unsupported,
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_configuration: unsupported,
  payment_method_data: unsupported,
  payment_method_options: unsupported,
  permissions: unsupported,
  phone_number_collection: hash({ enabled: required(boolean) }),
  redirect_on_completion: unsupported,
  return_url: unsupported,
  saved_payment_method_options: unsupported,
  setup_intent_data: unsupported,
  shipping_address_collection: unsupported,
  shipping_options: unsupported,
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: hash(subscriptionData),
  success_url: httpUrl,
  tax_id_collection: hash({ enabled: required(boolean), required: oneOf('if_supported', 'never') }),
  ui_mode: oneOf('elements', 'embedded_page', 'form', 'hosted_page'),
  wallet_options: unsupported,
});

export const updateSpecs = paramsOf<Stripe.Checkout.SessionUpdateParams>()({
  collected_information: unsupported,
  line_items: unsupported,
  metadata: unsettable(metadata),
  payment_intent_data: unsupported,
  shipping_options: unsupported,
});

export const listSpecs = paramsOf<Stripe.Checkout.SessionListParams>()({
  ...pagination,
  created: range,
  customer: text(),
  customer_account: unsupported,
  customer_details: hash({ email: required(email) }),
  payment_intent: text(),
  payment_link: text(),
  status: oneOf('complete', 'expired', 'open'),
  subscription: text(),
});

export const lineItemListSpecs = paramsOf<Stripe.Checkout.SessionListLineItemsParams>()(pagination);
