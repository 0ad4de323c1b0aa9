import { DAY_S } from '../state/due.js';
import { referencedCustomer } from '../billing/customers.js';
import { seconds } from '../state/clock.js';
import type { CustomerRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing } from '../wire/api-error.js';
import { randomText } from '../wire/ids.js';
import { mergeMetadata } from '../wire/metadata.js';
import { exclusive, type Parsed } from '../wire/params.js';
import { newLineItems } from './line-items.js';
import type { createSpecs } from './session-params.js';
import {
  sessionView,
  type CheckoutSessionRow,
  type CheckoutSessionView,
  type LineItemView,
} from '../state/session-rows.js';
import { subscriptionForm } from './subscription-form.js';

type Params = Parsed<typeof createSpecs>;

const HALF_HOUR_S = 30 * 60;

/** `POST /v1/checkout/sessions`. @throws {ApiError} 400 for what Stripe, or the sandbox, would refuse */
export function createSession(twin: Twin, params: Params): CheckoutSessionView {
  if (params.mode !== 'subscription') {
    throw invalid(`The sandbox does not support mode=${params.mode}; Stripe does.`, 'mode');
  }
  if ((params.ui_mode ?? 'hosted_page') !== 'hosted_page') {
    throw invalid(`The sandbox does not support ui_mode=${params.ui_mode}; Stripe does.`, 'ui_mode');
  }
  if (params.success_url === undefined) throw missing('success_url');
  const now = seconds(twin.clock);
  const customer = customerOf(twin, params);
  const data = params.subscription_data;
  exclusive(
    ['subscription_data[trial_period_days]', data?.trial_period_days],
    ['subscription_data[trial_end]', data?.trial_end],
  );
  if (data?.trial_end !== undefined && data.trial_end < now + 2 * DAY_S) {
    throw invalid(
      'The `trial_end` date has to be at least 2 days in the future.',
      'subscription_data[trial_end]',
    );
  }
  const trial = data?.trial_period_days !== undefined || data?.trial_end !== undefined;
  const items = newLineItems(twin, params.line_items, trial);
  checkCurrency(params, items, customer);
  const row: CheckoutSessionRow = {
    id: `cs_test_a1${randomText(56)}`,
    view: newView(params, items, customer, { now, expires: expiryOf(params.expires_at, now) }),
    items,
    subscription_form: subscriptionForm(params),
    updates_name: params.customer_update?.name === 'auto',
    updates_address: params.customer_update?.address === 'auto',
    pending: null,
  };
  row.view.id = row.id;
  return sessionView(twin, twin.timeline.saveSession(row));
}

/** The customer that was named, and whether what is asked for goes together with that. */
function customerOf(twin: Twin, params: Params): CustomerRow | null {
  const { customer: id, customer_update: update } = params;
  exclusive(['customer', id], ['customer_email', params.customer_email]);
  if (params.customer_creation !== undefined) {
    throw invalid('`customer_creation` can only be used in `payment` mode.', 'customer_creation');
  }
  if (id === undefined) {
    if (update) throw invalid('`customer_update` can only be used with `customer`.', 'customer_update');
    return null;
  }
  const customer = referencedCustomer(twin, id, 'customer');
  if (params.automatic_tax?.enabled && !customer.address && update?.address !== 'auto') {
    throw invalid(
      "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' to save a new address entered in Checkout to the Customer.",
      undefined,
      'customer_tax_location_invalid',
    );
  }
  if (params.tax_id_collection?.enabled && update?.name !== 'auto') {
    throw invalid(
      'Tax ID collection requires updating business name on the customer. To enable tax ID collection for an existing customer, please set `customer_update[name]` to `auto`.',
      'tax_id_collection',
    );
  }
  return customer;
}

function checkCurrency(params: Params, [first]: readonly LineItemView[], customer: CustomerRow | null): void {
  if (params.currency !== undefined && params.currency !== first?.currency) {
    throw invalid(`The prices of the line items have no amount in ${params.currency}.`, 'currency');
  }
  if (customer?.currency && customer.currency !== first?.currency) {
    throw invalid(
      `You cannot combine currencies on a single customer. This customer has had a subscription, coupon, or invoice item with currency ${customer.currency}`,
    );
  }
}

function expiryOf(sent: number | undefined, now: number): number {
  if (sent === undefined) return now + DAY_S;
  if (sent < now + HALF_HOUR_S) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (sent > now + DAY_S) {
    throw invalid(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  }
  return sent;
}

function newView(
  params: Params,
  items: readonly LineItemView[],
  customer: CustomerRow | null,
  { now, expires }: { now: number; expires: number },
): CheckoutSessionRow['view'] {
  const tax = params.automatic_tax?.enabled ?? false;
  const amount = items.reduce((sum, item) => sum + item.amount_total, 0);
  return {
    id: '',
    object: 'checkout.session',
    adaptive_pricing: { enabled: params.adaptive_pricing?.enabled ?? false },
    after_expiration: null,
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: amount,
    amount_total: amount,
    automatic_tax: {
      enabled: tax,
      liability: tax ? { type: 'self' } : null,
      provider: tax ? 'stripe' : null,
      status: tax ? 'requires_location_inputs' : null,
    },
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency: items[0]?.currency ?? null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer ? null : 'always',
    customer_details: detailsOf(customer?.email ?? params.customer_email ?? null, customer),
    customer_email: params.customer_email ?? null,
    discounts: [],
    expires_at: expires,
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: params.locale ?? null,
    managed_payments: { enabled: false },
    metadata: mergeMetadata({}, params.metadata),
    mode: 'subscription',
    origin_context: params.origin_context ?? null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: params.payment_method_collection ?? 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    recovered_from: null,
    saved_payment_method_options: {
      allow_redisplay_filters: ['always'],
      payment_method_remove: 'disabled',
      payment_method_save: null,
    },
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    subscription: null,
    ...(params.tax_id_collection && {
      tax_id_collection: {
        enabled: params.tax_id_collection.enabled,
        required: params.tax_id_collection.required ?? 'never',
      },
    }),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    wallet_options: null,
  };
}

/** What is known of the customer; nothing as long as nobody has said an email. */
export function detailsOf(
  email: string | null,
  customer: Pick<CustomerRow, 'address' | 'name' | 'phone' | 'tax_exempt'> | null,
): CheckoutSessionView['customer_details'] {
  if (email === null && !customer) return null;
  return {
    address: customer?.address ?? null,
    business_name: null,
    email,
    individual_name: null,
    name: customer?.name ?? null,
    phone: customer?.phone ?? null,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: null,
  };
}
