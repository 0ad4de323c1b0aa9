import type Stripe from 'stripe';
import type { CustomerRow } from '../state/rows.js';
import type { Wire } from '../state/wire.js';
import type { Twin } from '../twin.js';
import { address, addressView, shipping } from '../wire/address.js';
import { noSuchReference } from '../wire/api-error.js';
import { email } from '../wire/email.js';
import { newId, randomText } from '../wire/ids.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  hash,
  integer,
  list,
  oneOf,
  paramsOf,
  text,
  unsettable,
  unsupported,
  type Parsed,
} from '../wire/params.js';
import { firstMethods, withMethod } from './customer-methods.js';
import { attach } from './payment-method-rows.js';

const customFields = list(hash({ name: text(40), value: text(140) }));

/** What can be sent when a customer is made and when it is changed. */
export const shared = {
  address: unsettable(address),
  balance: integer(),
  business_name: unsettable(text(150)),
  cash_balance: unsupported,
  description: unsettable(text()),
  email: unsettable(email),
  individual_name: unsettable(text(150)),
  invoice_prefix: text(12),
  invoice_settings: hash(
    paramsOf<Stripe.CustomerUpdateParams.InvoiceSettings>()({
      custom_fields: unsettable(customFields),
      default_payment_method: unsettable(text()),
      footer: unsettable(text()),
      rendering_options: unsupported,
    }),
  ),
  metadata,
  name: unsettable(text(256)),
  next_invoice_sequence: integer({ min: 1 }),
  phone: unsettable(text(20)),
  preferred_locales: list(text()),
  shipping: unsettable(shipping),
  source: unsupported,
  tax: unsupported,
  tax_exempt: unsettable(oneOf('exempt', 'none', 'reverse')),
  validate: unsupported,
};

export const createSpecs = paramsOf<Stripe.CustomerCreateParams>()({
  ...shared,
  payment_method: text(),
  tax_id_data: unsupported,
  test_clock: text(),
});

export function customerView(row: CustomerRow): Wire<Stripe.Customer> {
  return structuredClone(row);
}

/** What a reference to a customer shows: a deleted one is still there, as a shadow. */
export function customerOrShadow(twin: Twin, id: string): object | undefined {
  const row = twin.customers.get(id);
  if (row) return customerView(row);
  return twin.deletedCustomers.get(id) ? deletedView(id) : undefined;
}

/** The customer that a parameter names. @throws {ApiError} 400 */
export function referencedCustomer(twin: Twin, id: string, param: string): CustomerRow {
  const row = twin.customers.get(id);
  if (!row) throw noSuchReference('customer', id, param);
  return row;
}

/** What a deleted customer still shows. */
export function deletedView(id: string): Stripe.DeletedCustomer {
  return { id, object: 'customer', deleted: true };
}

/** `POST /v1/customers`. @throws {ApiError} 400, 402 */
export function createCustomer(twin: Twin, params: Parsed<typeof createSpecs>): Wire<Stripe.Customer> {
  const testClock = params.test_clock ?? null;
  if (testClock !== null && !twin.testClocks.get(testClock)) {
    throw noSuchReference('test clock', testClock, 'test_clock');
  }
  const blank: CustomerRow = {
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: twin.time.onClock(testClock),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: testClock,
  };
  const methods = firstMethods(twin, params);
  const row = twin.customers.put({ ...blank, ...changes(blank, withMethod(params, methods)) });
  const view = customerView(row);
  twin.log.record('customer.created', view);
  for (const method of methods.values()) attach(twin, method, row.id);
  return view;
}

/** The fields that the parameters change. What was not sent stays as it is. */
export function changes(row: CustomerRow, sent: Parsed<typeof shared>): Partial<CustomerRow> {
  const { invoice_settings: settings } = sent;
  return {
    ...(sent.address !== undefined && { address: sent.address && addressView(sent.address) }),
    ...(sent.balance !== undefined && { balance: sent.balance }),
    ...(sent.business_name && { business_name: sent.business_name }),
    ...(sent.description !== undefined && { description: sent.description }),
    ...(sent.email !== undefined && { email: sent.email }),
    ...(sent.individual_name && { individual_name: sent.individual_name }),
    ...(sent.invoice_prefix !== undefined && { invoice_prefix: sent.invoice_prefix }),
    ...(settings && { invoice_settings: invoiceSettings(row, settings) }),
    ...(sent.metadata !== undefined && { metadata: mergeMetadata(row.metadata, sent.metadata) }),
    ...(sent.name !== undefined && { name: sent.name }),
    ...(sent.next_invoice_sequence !== undefined && { next_invoice_sequence: sent.next_invoice_sequence }),
    ...(sent.phone !== undefined && { phone: sent.phone }),
    ...(sent.preferred_locales !== undefined && { preferred_locales: sent.preferred_locales }),
    ...(sent.shipping !== undefined && { shipping: sent.shipping && shippingView(sent.shipping) }),
    ...(sent.tax_exempt !== undefined && { tax_exempt: sent.tax_exempt ?? 'none' }),
  };
}

function invoiceSettings(
  row: CustomerRow,
  sent: NonNullable<Parsed<typeof shared>['invoice_settings']>,
): CustomerRow['invoice_settings'] {
  const current = row.invoice_settings;
  return {
    ...current,
    ...(sent.custom_fields !== undefined && {
      custom_fields:
        sent.custom_fields?.map((field) => ({ name: field.name ?? '', value: field.value ?? '' })) ?? null,
    }),
    ...(sent.default_payment_method !== undefined && {
      default_payment_method: sent.default_payment_method,
    }),
    ...(sent.footer !== undefined && { footer: sent.footer }),
  };
}

function shippingView(sent: NonNullable<Parsed<typeof shared>['shipping']>): Stripe.Customer.Shipping {
  return { address: addressView(sent.address), name: sent.name, phone: sent.phone ?? null };
}
