import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { CataloguePrice } from '../../../../catalogue/index.js';
import { type Invoice, InvoiceGateway, type InvoicePage } from '../../invoice-gateway.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { BilledPrices } from './billed-prices.js';
import { describeInvoice, HOLD_KEY, priceIdOf } from './describe-invoice.js';

const PAGE = 100;

/** Invoices of Stripe Billing. */
@Injectable()
export class StripeInvoiceGateway extends InvoiceGateway {
  constructor(
    private readonly stripe: Stripe,
    private readonly prices: BilledPrices,
  ) {
    super();
  }

  override async preview(subscriptionId: string): Promise<Invoice | undefined> {
    try {
      const preview = await this.stripe.invoices.createPreview({ subscription: subscriptionId });
      if (preview?.object !== 'invoice') throw new Error('the answer is not a Stripe invoice');
      return await this.describe(preview);
    } catch (error) {
      if (isMissing(error) || hasCode(error, 'invoice_upcoming_none')) return undefined;
      throw translateStripeError(error);
    }
  }

  override async list(customerId: string, limit: number, after?: string): Promise<InvoicePage> {
    try {
      const page = await this.stripe.invoices.list({
        customer: customerId,
        limit,
        ...(after === undefined ? {} : { starting_after: after }),
      });
      const invoices: Invoice[] = [];
      for (const invoice of page.data) invoices.push(await this.describe(invoice));
      return { invoices, hasMore: page.has_more };
    } catch (error) {
      // A customer that was deleted long ago has none that could be shown.
      if (isMissing(error)) return { invoices: [], hasMore: false };
      throw translateStripeError(error);
    }
  }

  override async find(invoiceId: string): Promise<Invoice | undefined> {
    try {
      return await this.describe(
        expectObject(await this.stripe.invoices.retrieve(invoiceId), 'invoice') as Stripe.Invoice,
      );
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translateStripeError(error);
    }
  }

  override hold(invoiceId: string): Promise<void> {
    return this.advance(invoiceId, false, 'held');
  }

  override release(invoiceId: string): Promise<void> {
    return this.advance(invoiceId, true, 'released');
  }

  override async termsOf(priceId: string): Promise<CataloguePrice | undefined> {
    try {
      return await this.prices.termsOf(priceId);
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** Switch and mark go in one request: neither is ever there without the other. What was released stays so. */
  private async advance(invoiceId: string, advances: boolean, mark: Invoice['hold']): Promise<void> {
    try {
      const now = expectObject(await this.stripe.invoices.retrieve(invoiceId), 'invoice');
      if (now.status !== 'draft' || now.metadata?.[HOLD_KEY] === 'released') return;
      const params = { auto_advance: advances, metadata: { [HOLD_KEY]: mark } };
      expectObject(await this.stripe.invoices.update(invoiceId, params), 'invoice');
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private async describe(invoice: Stripe.Invoice): Promise<Invoice> {
    const lines = await this.linesOf(invoice);
    const ids = new Set(lines.flatMap((line) => priceIdOf(line) ?? []));
    const prices = new Map<string, Stripe.Price>();
    for (const id of ids) prices.set(id, await this.prices.find(id));
    return describeInvoice(invoice, lines, prices);
  }

  /** An invoice shows its first lines; the rest is asked for. */
  private async linesOf({ id, lines }: Stripe.Invoice): Promise<Stripe.InvoiceLineItem[]> {
    if (!lines.has_more || !id) return lines.data;
    const all: Stripe.InvoiceLineItem[] = [];
    for await (const line of this.stripe.invoices.listLineItems(id, { limit: PAGE })) all.push(line);
    return all;
  }
}

const isMissing = (error: unknown): boolean => hasCode(error, 'resource_missing');

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === code;
}
