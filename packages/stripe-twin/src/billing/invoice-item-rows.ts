import type Stripe from 'stripe';
import type { InvoiceItemRow } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { newLongId } from '../wire/ids.js';
import type { Wire } from '../state/wire.js';
import type { Period } from './billing-period.js';
import { toNumber } from './money.js';

export interface NewInvoiceItem {
  customer: string;
  /** In minor units; below zero it is a credit. */
  amount: bigint;
  currency: string;
  description: string | null;
  period: Period;
  /** Seconds. */
  now: number;
  price: { id: string; product: string; unit: string | null } | null;
  proration: boolean;
  quantity: bigint;
  subscription: string | null;
  subscriptionItem?: string | undefined;
  invoice?: string | null;
  metadata?: Record<string, string>;
}

export function invoiceItemView(row: InvoiceItemRow): Wire<Stripe.InvoiceItem> {
  return structuredClone(row);
}

/** Something that waits for the next invoice. Stored nowhere yet. */
export function newInvoiceItem(twin: Pick<Twin, 'time'>, item: NewInvoiceItem): InvoiceItemRow {
  const amount = toNumber(item.amount);
  const { price, subscription } = item;
  return {
    id: newLongId('ii'),
    object: 'invoiceitem',
    amount,
    currency: item.currency,
    customer: item.customer,
    customer_account: null,
    date: item.now,
    description: item.description,
    discountable: !item.proration,
    discounts: [],
    invoice: item.invoice ?? null,
    livemode: false,
    metadata: item.metadata ?? {},
    net_amount: amount,
    parent:
      subscription === null
        ? null
        : {
            subscription_details: {
              subscription,
              ...(item.subscriptionItem !== undefined && { subscription_item: item.subscriptionItem }),
            },
            type: 'subscription_details',
          },
    period: { end: item.period.end, start: item.period.start },
    pricing: price && {
      price_details: { price: price.id, product: price.product },
      type: 'price_details',
      unit_amount_decimal: price.unit,
    },
    proration: item.proration,
    quantity: toNumber(item.quantity),
    quantity_decimal: String(item.quantity),
    tax_rates: [],
    test_clock: twin.time.clockOf(item.customer),
  };
}

/** Puts it with what waits, and tells of it. */
export function insertInvoiceItem(twin: Twin, row: InvoiceItemRow): InvoiceItemRow {
  twin.invoiceItems.put(row);
  twin.log.record('invoiceitem.created', invoiceItemView(row));
  return row;
}
