import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { CatalogPrice } from '../../../../catalog/index.js';
import {
  type Invoice,
  InvoiceGateway,
  type InvoiceLinePage,
  type InvoicePage,
  type PaymentReturn,
  type PendingUsage,
} from '../../ports/invoice-gateway.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { BilledPrices } from './billed-prices.js';
import {
  describeInvoice,
  describeLines,
  HELD_UNTIL_KEY,
  HOLD_KEY,
  NATURAL_KEY,
  priceIdOf,
} from './describe-invoice.js';
import { findPaymentReturn } from './payment-return.js';

const PAGE = 100;
/** Stripe finalizes drafts of subscriptions about an hour after it created them, by default. */
const DRAFT_S = 3_600;
/** A finalization time must be in the future by Stripe's clock, not only by ours. */
const SOON_S = 60;

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

  override list(customerId: string, limit: number, after?: string): Promise<InvoicePage> {
    return this.page({ customer: customerId, limit, ...afterThat(after) }, 'shown');
  }

  override async lines(
    invoiceId: string,
    limit: number,
    after?: string,
  ): Promise<InvoiceLinePage | undefined> {
    try {
      const page = await this.stripe.invoices.listLineItems(invoiceId, { limit, ...afterThat(after) });
      return { lines: describeLines(page.data, await this.pricesOf(page.data)), hasMore: page.has_more };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translateStripeError(error);
    }
  }

  override listSince(created: Date, after?: string, customerId?: string): Promise<InvoicePage> {
    return this.page({
      created: { gte: inSeconds(created) },
      limit: PAGE,
      ...(customerId === undefined ? {} : { customer: customerId }),
      ...afterThat(after),
    });
  }

  override listDrafts(created: Date, after?: string): Promise<InvoicePage> {
    return this.page({
      status: 'draft',
      created: { gte: inSeconds(created) },
      limit: PAGE,
      ...afterThat(after),
    });
  }

  override async find(invoiceId: string): Promise<Invoice | undefined> {
    try {
      const found = expectObject(await this.stripe.invoices.retrieve(invoiceId), 'invoice') as Stripe.Invoice;
      // A draft that was deleted.
      if ('deleted' in found) return undefined;
      return await this.describe(found);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translateStripeError(error);
    }
  }

  /**
   * "The time when this invoice should be scheduled to finalize (up to 5 years in the future). The invoice is finalized
   * at this time if it's still in draft state." (`InvoiceUpdateParams.automatically_finalizes_at`): a hold that ends by
   * itself, and no grace period of Stripe's follows it.
   */
  override hold(invoiceId: string, until: Date): Promise<void> {
    return this.schedule(invoiceId, 'held', ({ automatically_finalizes_at: natural }) => {
      const at = Math.max(inSeconds(until), natural ?? 0);
      return {
        at,
        metadata: {
          [HELD_UNTIL_KEY]: String(at),
          ...(natural === null ? {} : { [NATURAL_KEY]: String(natural) }),
        },
      };
    });
  }

  override release(invoiceId: string, now: Date): Promise<void> {
    return this.schedule(invoiceId, 'released', ({ metadata, created }) => ({
      at: Math.max(Number(metadata?.[NATURAL_KEY]) || created + DRAFT_S, inSeconds(now) + SOON_S),
      metadata: {},
    }));
  }

  override async paymentReturn(type: string, objectId: string): Promise<PaymentReturn | undefined> {
    try {
      return await findPaymentReturn(this.stripe, type, objectId);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translateStripeError(error);
    }
  }

  override async pendingUsage(customer: string): Promise<PendingUsage[]> {
    try {
      const found: PendingUsage[] = [];
      for await (const item of this.stripe.invoiceItems.list({ customer, pending: true, limit: PAGE })) {
        const price = item.pricing?.price_details?.price;
        const priceId = typeof price === 'object' ? price.id : price;
        if (priceId === undefined || !(await this.prices.find(priceId)).recurring?.meter) continue;
        found.push({ priceId, from: atSecond(item.period.start), to: atSecond(item.period.end) });
      }
      return found;
    } catch (error) {
      if (isMissing(error)) return [];
      throw translateStripeError(error);
    }
  }

  override async isTrial(subscriptionId: string, periodEnd: Date): Promise<boolean> {
    try {
      const { trial_end: end } = expectObject(
        await this.stripe.subscriptions.retrieve(subscriptionId),
        'subscription',
      );
      return end !== null && atSecond(end) >= periodEnd;
    } catch (error) {
      if (isMissing(error)) return false;
      throw translateStripeError(error);
    }
  }

  override async termsOf(priceId: string): Promise<CatalogPrice | undefined> {
    try {
      return await this.prices.termsOf(priceId);
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  /** Time and mark are set in one request: neither exists without the other. A released draft stays released. */
  private async schedule(
    invoiceId: string,
    mark: Invoice['hold'],
    plan: (draft: Stripe.Invoice) => { at: number; metadata: Record<string, string> },
  ): Promise<void> {
    try {
      const now = expectObject(await this.stripe.invoices.retrieve(invoiceId), 'invoice') as Stripe.Invoice;
      if (now.status !== 'draft' || now.metadata?.[HOLD_KEY] === 'released') return;
      const { at, metadata } = plan(now);
      const params: Stripe.InvoiceUpdateParams = {
        auto_advance: true,
        automatically_finalizes_at: at,
        metadata: { ...metadata, [HOLD_KEY]: mark },
      };
      expectObject(await this.stripe.invoices.update(invoiceId, params), 'invoice');
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private async page(params: Stripe.InvoiceListParams, lines: 'all' | 'shown' = 'all'): Promise<InvoicePage> {
    try {
      const page = await this.stripe.invoices.list(params);
      const invoices: Invoice[] = [];
      for (const invoice of page.data) invoices.push(await this.describe(invoice, lines));
      return { invoices, hasMore: page.has_more };
    } catch (error) {
      // A customer deleted long ago has none to show.
      if (isMissing(error) && params.customer !== undefined) return { invoices: [], hasMore: false };
      throw translateStripeError(error);
    }
  }

  private async describe(invoice: Stripe.Invoice, which: 'all' | 'shown' = 'all'): Promise<Invoice> {
    const lines = which === 'all' ? await this.linesOf(invoice) : invoice.lines.data;
    const moreLines = which === 'shown' && invoice.lines.has_more;
    return { ...describeInvoice(invoice, describeLines(lines, await this.pricesOf(lines))), moreLines };
  }

  private async pricesOf(lines: readonly Stripe.InvoiceLineItem[]): Promise<Map<string, Stripe.Price>> {
    const prices = new Map<string, Stripe.Price>();
    for (const id of new Set(lines.flatMap((line) => priceIdOf(line) ?? [])))
      prices.set(id, await this.prices.find(id));
    return prices;
  }

  /** An invoice includes its first lines; the rest is fetched. */
  private async linesOf({ id, lines }: Stripe.Invoice): Promise<Stripe.InvoiceLineItem[]> {
    if (!lines.has_more || !id) return lines.data;
    const all: Stripe.InvoiceLineItem[] = [];
    for await (const line of this.stripe.invoices.listLineItems(id, { limit: PAGE })) all.push(line);
    return all;
  }
}

const afterThat = (after: string | undefined) => (after === undefined ? {} : { starting_after: after });
const inSeconds = (time: Date): number => Math.floor(time.getTime() / 1_000);
const atSecond = (seconds: number): Date => new Date(seconds * 1_000);

const isMissing = (error: unknown): boolean => hasCode(error, 'resource_missing');

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === code;
}
