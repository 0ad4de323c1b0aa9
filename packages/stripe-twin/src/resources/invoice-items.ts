import type Stripe from 'stripe';
import { insertInvoiceItem, invoiceItemView, newInvoiceItem } from '../billing/invoice-item-rows.js';
import { itemSource } from '../billing/invoice-lines.js';
import { rate, total } from '../billing/rating.js';
import type { InvoiceItemRow, InvoiceRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, missing, noSuchReference, noSuchResource } from '../wire/api-error.js';
import { currency } from '../wire/currencies.js';
import { endpoint, type Endpoint } from '../wire/endpoint.js';
import { listTable, pagination } from '../wire/list.js';
import { mergeMetadata, metadata } from '../wire/metadata.js';
import {
  boolean,
  exclusive,
  hash,
  inRange,
  integer,
  oneOf,
  paramsOf,
  range,
  required,
  text,
  timestamp,
  unsupported,
  type Parsed,
} from '../wire/params.js';
import { referencedCustomer } from '../billing/customers.js';

const createSpecs = paramsOf<Stripe.InvoiceItemCreateParams>()({
  amount: integer(),
  currency,
  customer: text(),
  customer_account: unsupported,
  description: text(),
  discountable: boolean,
  discounts: unsupported,
  invoice: text(),
  metadata,
  period: hash({ end: required(timestamp), start: required(timestamp) }),
  price_data: unsupported,
  pricing: hash({ price: text() }),
  quantity: integer({ min: 0 }),
  quantity_decimal: unsupported,
  subscription: text(),
  // It says how tax is worked out, and there is none here.
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  // As above.
  tax_code: text(),
  tax_rates: unsupported,
  unit_amount_decimal: unsupported,
});

const listSpecs = paramsOf<Stripe.InvoiceItemListParams>()({
  ...pagination,
  created: range,
  customer: text(),
  customer_account: unsupported,
  invoice: text(),
  pending: boolean,
});

const URL = '/v1/invoiceitems';

export function invoiceItemEndpoints(twin: Twin): Endpoint[] {
  return [
    endpoint('POST', URL, createSpecs, ({ params }) => create(twin, params)),
    endpoint('GET', URL, listSpecs, ({ params }) =>
      listTable(twin.invoiceItems, {
        url: URL,
        noun: 'invoiceitem',
        page: params,
        where:
          params.invoice !== undefined
            ? ['invoice', params.invoice]
            : params.customer !== undefined
              ? ['customer', params.customer]
              : undefined,
        filter: (row) =>
          (params.customer === undefined || row.customer === params.customer) &&
          (params.pending === undefined || (row.invoice === null) === params.pending) &&
          inRange(row.date, params.created),
        view: invoiceItemView,
      }),
    ),
    endpoint('GET', `${URL}/:id`, {}, ({ id }) => invoiceItemView(itemOf(twin, id))),
    endpoint('DELETE', `${URL}/:id`, {}, ({ id }): Stripe.DeletedInvoiceItem => {
      const row = itemOf(twin, id);
      if (row.invoice !== null) takeOff(twin, row, draftOf(twin, row.invoice));
      twin.invoiceItems.delete(id);
      twin.log.record('invoiceitem.deleted', invoiceItemView(row));
      return { id, object: 'invoiceitem', deleted: true };
    }),
  ];
}

function itemOf(twin: Twin, id: string): InvoiceItemRow {
  const row = twin.invoiceItems.get(id);
  if (!row) throw noSuchResource('invoiceitem', id);
  return row;
}

function draftOf(twin: Twin, id: string): InvoiceRow {
  const row = twin.invoices.get(id);
  if (!row) throw noSuchReference('invoice', id, 'invoice');
  if (row.status !== 'draft') {
    throw invalid('The invoice of the item is no longer editable.', 'invoice', 'invoice_not_editable');
  }
  return row;
}

function takeOff(twin: Twin, item: InvoiceItemRow, invoice: InvoiceRow): void {
  const sources = invoice.sources.filter(
    (source) => source.kind !== 'fixed' || invoiceItemOf(source.line.parent) !== item.id,
  );
  twin.timeline.saveInvoice({ ...invoice, sources });
}

function invoiceItemOf(parent: InvoiceRow['lines'][number]['parent']): string | undefined {
  const item = parent?.invoice_item_details?.invoice_item;
  return item ?? parent?.subscription_item_details?.invoice_item ?? undefined;
}

function create(twin: Twin, params: Parsed<typeof createSpecs>): ReturnType<typeof invoiceItemView> {
  const invoice = params.invoice === undefined ? null : draftOf(twin, params.invoice);
  const owner = params.customer ?? invoice?.customer;
  if (owner === undefined) throw missing('customer');
  const customer = referencedCustomer(twin, owner, 'customer');
  if (params.subscription !== undefined) checkSubscription(twin, params.subscription, customer.id);
  const now = twin.time.of(customer.id);
  const priced = amountOf(twin, params);
  const row = newInvoiceItem(twin, {
    ...priced,
    customer: customer.id,
    description: params.description ?? null,
    period: params.period ?? { start: now, end: now },
    now,
    proration: false,
    subscription: params.subscription ?? invoice?.subscription ?? null,
    invoice: invoice?.id ?? null,
    metadata: mergeMetadata({}, params.metadata),
  });
  if (invoice) {
    twin.timeline.saveInvoice({ ...invoice, sources: [...invoice.sources, itemSource(row)] });
  }
  return invoiceItemView(insertInvoiceItem(twin, row));
}

function checkSubscription(twin: Twin, id: string, customer: string): void {
  const row = twin.subscriptions.get(id);
  if (!row) throw noSuchReference('subscription', id, 'subscription');
  if (row.customer !== customer) throw invalid('The subscription is of another customer.', 'subscription');
}

/** @throws {ApiError} 400 without an amount or a price, or with both */
function amountOf(
  twin: Twin,
  params: Parsed<typeof createSpecs>,
): Pick<Parameters<typeof newInvoiceItem>[1], 'amount' | 'currency' | 'price' | 'quantity'> {
  exclusive(['amount', params.amount], ['pricing', params.pricing]);
  exclusive(['amount', params.amount], ['quantity', params.quantity]);
  if (params.pricing?.price !== undefined) {
    const price = twin.prices.get(params.pricing.price);
    if (!price) throw noSuchReference('price', params.pricing.price, 'pricing[price]');
    if (price.type !== 'one_time') {
      throw invalid(
        'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
        'pricing[price]',
      );
    }
    const quantity = BigInt(params.quantity ?? 1);
    const unit = price.unit_amount_decimal;
    const amount = total(rate(price, quantity));
    return {
      amount,
      currency: price.currency,
      price: { id: price.id, product: price.product, unit },
      quantity,
    };
  }
  if (params.amount === undefined) throw missing('amount');
  if (params.currency === undefined) throw missing('currency');
  return { amount: BigInt(params.amount), currency: params.currency, price: null, quantity: 1n };
}
