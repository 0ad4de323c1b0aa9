import { sql } from 'drizzle-orm';
import { index, integer, numeric, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { farebox } from '../../../platform/database/schema.js';
import type { InvoiceStatus } from '../ports/invoice-gateway.js';

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** For money in whole minor units, or a whole number of units. */
const whole = (name: string) => numeric(name, { precision: 60, scale: 0, mode: 'bigint' });

/** `deleted`: it was a draft, and was deleted at the provider. */
export type MirroredStatus = InvoiceStatus | 'deleted';

/** Invoices of customers whose usage we count, as last fetched from the provider. Kept for ever. */
export const mirroredInvoices = farebox.table(
  'mirrored_invoices',
  {
    invoiceId: text('invoice_id').primaryKey(),
    customerId: text('customer_id').notNull(),
    /** Null for a manual invoice. */
    subscriptionId: text('subscription_id'),
    status: text('status').$type<MirroredStatus>().notNull(),
    currency: text('currency').notNull(),
    createdAt: moment('created_at').notNull(),
    finalizedAt: moment('finalized_at'),
    /** The provider's error code when a draft could not be finalized. */
    finalizationError: text('finalization_error'),
    amountDue: whole('amount_due').notNull(),
    amountPaid: whole('amount_paid').notNull(),
    /** By credit notes. */
    amountCredited: whole('amount_credited').notNull(),
    amountRefunded: whole('amount_refunded')
      .notNull()
      .default(sql`0`),
    /** In dispute now. */
    amountDisputed: whole('amount_disputed')
      .notNull()
      .default(sql`0`),
    /** When it was requested from the provider: a later request is newer. */
    lookedAt: moment('looked_at').notNull(),
  },
  (table) => [
    index('mirrored_invoices_customer').on(table.customerId, table.createdAt),
    index('mirrored_invoices_drafts')
      .on(table.createdAt)
      .where(sql`status = 'draft'`),
    index('mirrored_invoices_disputed')
      .on(table.invoiceId)
      .where(sql`amount_disputed > 0`),
  ],
);

/** Lines of invoices that bill units, or late usage: not the flat fees of tiers, which bill no units. */
export const mirroredLines = farebox.table(
  'mirrored_invoice_lines',
  {
    invoiceId: text('invoice_id').notNull(),
    lineId: text('line_id').notNull(),
    customerId: text('customer_id').notNull(),
    /** Both null for late usage, whose line has no price. */
    priceId: text('price_id'),
    providerMeter: text('provider_meter'),
    /** The time billed, UTC: `to_at` excluded. */
    fromAt: moment('from_at').notNull(),
    toAt: moment('to_at').notNull(),
    /** Units, or packages of `package_size` units each. */
    quantity: whole('quantity').notNull(),
    packageSize: integer('package_size').notNull(),
    /** Including the price's flat fees: the price's charge for the units of all its lines of that time. */
    minorUnits: whole('minor_units').notNull(),
    /** The name of the decision (`late_bills`) that it bills. */
    lateUsage: text('late_usage'),
  },
  (table) => [
    primaryKey({ columns: [table.invoiceId, table.lineId] }),
    index('mirrored_invoice_lines_customer').on(table.customerId, table.toAt),
  ],
);
