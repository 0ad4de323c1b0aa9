import type Stripe from 'stripe';
import { currency } from '../wire/currencies.js';
import { pagination } from '../wire/list.js';
import { metadata } from '../wire/metadata.js';
import {
  boolean,
  hash,
  integer,
  oneOf,
  paramsOf,
  range,
  required,
  text,
  timestamp,
  unsettable,
  unsupported,
} from '../wire/params.js';

export const updateSpecs = paramsOf<Stripe.InvoiceUpdateParams>()({
  account_tax_ids: unsupported,
  application_fee_amount: unsupported,
  auto_advance: boolean,
  automatic_tax: hash({ enabled: required(boolean), liability: unsupported }),
  automatically_finalizes_at: timestamp,
  collection_method: unsupported,
  custom_fields: unsupported,
  days_until_due: unsupported,
  default_payment_method: text(),
  default_source: unsupported,
  default_tax_rates: unsupported,
  description: unsettable(text(1500)),
  discounts: unsupported,
  due_date: timestamp,
  effective_at: unsettable(timestamp),
  footer: unsettable(text()),
  issuer: unsupported,
  metadata,
  number: unsupported,
  on_behalf_of: unsupported,
  payment_settings: unsupported,
  rendering: unsupported,
  shipping_cost: unsupported,
  shipping_details: unsupported,
  statement_descriptor: text(22),
  transfer_data: unsupported,
});

/** One that is made by hand, of what waits for the customer's next invoice. */
export const createSpecs = paramsOf<Stripe.InvoiceCreateParams>()({
  account_tax_ids: unsupported,
  application_fee_amount: unsupported,
  auto_advance: boolean,
  automatic_tax: hash({ enabled: required(boolean), liability: unsupported }),
  automatically_finalizes_at: unsupported,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  currency,
  custom_fields: unsupported,
  customer: required(text()),
  customer_account: unsupported,
  days_until_due: integer({ min: 0 }),
  default_payment_method: text(),
  default_source: unsupported,
  default_tax_rates: unsupported,
  description: text(1500),
  discounts: unsupported,
  due_date: timestamp,
  effective_at: unsupported,
  footer: text(),
  from_invoice: unsupported,
  issuer: unsupported,
  metadata,
  number: unsupported,
  on_behalf_of: unsupported,
  payment_settings: unsupported,
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  rendering: unsupported,
  shipping_cost: unsupported,
  shipping_details: unsupported,
  statement_descriptor: text(22),
  subscription: text(),
  transfer_data: unsupported,
});

export const listSpecs = paramsOf<Stripe.InvoiceListParams>()({
  ...pagination,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  created: range,
  customer: text(),
  customer_account: unsupported,
  due_date: range,
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  subscription: text(),
});

export const paySpecs = paramsOf<Stripe.InvoicePayParams>()({
  forgive: boolean,
  mandate: unsupported,
  off_session: boolean,
  paid_out_of_band: boolean,
  payment_method: text(),
  source: unsupported,
});

export const finalizeSpecs = paramsOf<Stripe.InvoiceFinalizeInvoiceParams>()({ auto_advance: boolean });

export const linesSpecs = paramsOf<Stripe.InvoiceListLineItemsParams>()(pagination);
