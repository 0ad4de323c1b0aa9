import type Stripe from 'stripe';
import { previewInvoice, noUpcoming, type PreviewRequest } from '../billing/preview.js';
import { invoiceView } from '../billing/invoice-rows.js';
import { changedItemSpecs } from '../billing/subscription-items.js';
import { draftSubscription } from '../billing/create-subscription.js';
import { checkProrationDate, previewChange } from '../billing/update-subscription.js';
import { isEnded, type CustomerRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { missing, noSuchReference } from '../wire/api-error.js';
import { currency } from '../wire/currencies.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { metadata } from '../wire/metadata.js';
import {
  boolean,
  hash,
  list,
  oneOf,
  orWord,
  paramsOf,
  required,
  text,
  timestamp,
  unsettable,
  unsupported,
  type Parsed,
} from '../wire/params.js';
import { referencedCustomer } from '../billing/customers.js';

const detailsSpecs = paramsOf<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails>()({
  billing_cycle_anchor: hash({ timestamp: unsupported, type: required(oneOf('now', 'unchanged')) }),
  billing_mode: hash({ flexible: unsupported, type: required(oneOf('classic', 'flexible')) }),
  billing_schedules: unsupported,
  cancel_at: unsettable(orWord(['max_period_end', 'min_period_end'], timestamp)),
  cancel_at_period_end: boolean,
  cancel_now: boolean,
  default_tax_rates: unsupported,
  items: list(hash(changedItemSpecs), 20),
  metadata,
  pause: unsupported,
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  proration_date: timestamp,
  resume_at: unsupported,
  start_date: unsupported,
  trial_end: orWord(['now'], timestamp),
});

const specs = paramsOf<Stripe.InvoiceCreatePreviewParams>()({
  automatic_tax: unsupported,
  currency,
  customer: text(),
  customer_account: unsupported,
  customer_details: unsupported,
  discounts: unsupported,
  invoice_items: unsupported,
  issuer: unsupported,
  on_behalf_of: unsupported,
  preview_mode: oneOf('next'),
  schedule: unsupported,
  schedule_details: unsupported,
  subscription: text(),
  subscription_details: hash(detailsSpecs),
});

/** `POST /v1/invoices/create_preview`: of a subscription, with changes or without, or of one to come. */
export function invoicePreviewEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', '/v1/invoices/create_preview', specs, ({ params }) =>
      invoiceView(twin, previewInvoice(twin, requestOf(twin, params))),
    ),
  ];
}

function requestOf(twin: Twin, params: Parsed<typeof specs>): PreviewRequest {
  const details = params.subscription_details;
  const before = params.subscription === undefined ? null : twin.subscriptions.get(params.subscription);
  if (before === undefined) {
    throw noSuchReference('subscription', params.subscription ?? '', 'subscription');
  }
  const id = params.customer ?? before?.customer;
  if (id === undefined) throw missing('customer');
  const customer = referencedCustomer(twin, id, 'customer');
  const now = twin.time.of(customer.id);
  const common = {
    customer,
    behavior: details?.proration_behavior ?? ('create_prorations' as const),
    from: details?.proration_date ?? now,
    now,
    cancelNow: details?.cancel_now ?? false,
  };
  if (!before) return { ...common, before: null, after: toCome(twin, customer, details) };
  if (before.customer !== customer.id || isEnded(before)) throw noUpcoming(customer.id);
  checkProrationDate(before, details?.proration_date);
  return { ...common, before, after: details ? previewChange(twin, before, changesOf(details)) : before };
}

type Details = Parsed<typeof detailsSpecs>;

function changesOf(details: Details): Parameters<typeof previewChange>[2] {
  return {
    billing_cycle_anchor: details.billing_cycle_anchor && { type: details.billing_cycle_anchor.type },
    cancel_at: details.cancel_at,
    cancel_at_period_end: details.cancel_at_period_end,
    items: details.items,
    metadata: details.metadata,
    trial_end: details.trial_end,
  };
}

/** A subscription that nobody has made yet. @throws {ApiError} 404 when nothing says what it would be */
function toCome(
  twin: Twin,
  customer: CustomerRow,
  details: Details | undefined,
): ReturnType<typeof draftSubscription> {
  if (!details?.items) throw noUpcoming(customer.id);
  const trial_end = details.trial_end === 'now' ? undefined : details.trial_end;
  return draftSubscription(twin, {
    customer: customer.id,
    items: details.items,
    ...(details.billing_mode && { billing_mode: details.billing_mode }),
    ...(trial_end !== undefined && { trial_end }),
  });
}
