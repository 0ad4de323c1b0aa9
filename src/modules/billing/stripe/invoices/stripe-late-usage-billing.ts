import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import type { CatalogPrice } from '../../../../catalog/index.js';
import {
  type BilledLate,
  type LateUsage,
  LateUsageBilling,
  type UsedPeriod,
} from '../../ports/late-usage-billing.js';
import { expressUsage } from '../catalog/import-price.js';
import { ChangeRefusedError } from '../../../subscriptions/index.js';
import { expectObject, translateStripeError } from '../stripe-errors.js';
import { LATE_USAGE_KEY } from './describe-invoice.js';
import { type StripeWrite, StripeWrites } from '../stripe-writes.js';

const PAGE = 100;
/** Subscriptions in these states have a next invoice. */
const INVOICED: readonly Stripe.Subscription.Status[] = ['active', 'trialing', 'past_due', 'unpaid'];

/**
 * Late usage as an invoice item of Stripe. It belongs to no subscription, so that the next invoice of any includes it:
 * the subscription of the usage may end before.
 */
@Injectable()
export class StripeLateUsageBilling extends LateUsageBilling {
  constructor(
    private readonly stripe: Stripe,
    private readonly writes: StripeWrites,
  ) {
    super();
  }

  override async termsOf({ subscriptionId, priceId, endsAt }: UsedPeriod): Promise<CatalogPrice> {
    try {
      const price = expectObject(
        await this.stripe.prices.retrieve(priceId, { expand: ['tiers'] }),
        'price',
      ) as Stripe.Price;
      const { currency, trial_end: trialEnd } = expectObject(
        await this.stripe.subscriptions.retrieve(subscriptionId),
        'subscription',
      );
      if (trialEnd !== null && trialEnd * 1_000 >= endsAt.getTime())
        throw new ChangeRefusedError(
          'The period lies in a trial: Stripe charges nothing for what was used in it.',
        );
      if (currency !== price.currency)
        throw new ChangeRefusedError(
          `The period was billed in ${currency}, which is not the currency of its price ${priceId} (${price.currency}): make an invoice item in Stripe by hand.`,
        );
      const expressed = expressUsage(price, '', '');
      if ('value' in expressed) return expressed.value;
      throw new ChangeRefusedError(
        `The price ${priceId} cannot be worked out here: ${expressed.reason}. Make an invoice item in Stripe by hand.`,
      );
    } catch (error) {
      if (refuses(error))
        throw new ChangeRefusedError(
          `Stripe does not know the price ${priceId} or the subscription ${subscriptionId} of the period any more, so it cannot be priced.`,
          error,
        );
      throw translateStripeError(error);
    }
  }

  override async bill(usage: LateUsage): Promise<BilledLate> {
    const invoiceComes = await this.hasNextInvoice(usage.customerId);
    const { id } = await this.writes.perform(this.itemWrite(usage));
    return { itemId: id, invoiceComes };
  }

  private async hasNextInvoice(customer: string): Promise<boolean> {
    try {
      for await (const { status } of this.stripe.subscriptions.list({ customer, limit: PAGE }))
        if (INVOICED.includes(status)) return true;
      return false;
    } catch (error) {
      throw translateStripeError(error);
    }
  }

  private itemWrite(usage: LateUsage): StripeWrite<Stripe.InvoiceItemCreateParams, { id: string }> {
    const { name, customerId, minorUnits, currency, description, taxBehavior } = usage;
    return {
      operation: name,
      params: async () => ({
        customer: customerId,
        ...(usage.invoiceId === null ? {} : { invoice: usage.invoiceId }),
        amount: Number(minorUnits),
        currency,
        description,
        period: { start: inSeconds(usage.startsAt), end: inSeconds(usage.endsAt) },
        ...(taxBehavior === null ? {} : { tax_behavior: taxBehavior }),
        ...(await this.taxCodeOf(usage.priceId)),
        metadata: {
          [LATE_USAGE_KEY]: name,
          customer: customerId,
          meter: usage.meter,
          period_start: usage.startsAt.toISOString(),
          period_end: usage.endsAt.toISOString(),
          units: String(usage.units),
        },
      }),
      create: (params, idempotencyKey) => this.create(params, idempotencyKey),
      find: async () => {
        for await (const item of this.stripe.invoiceItems.list({ customer: customerId, limit: PAGE }))
          if (item.metadata?.[LATE_USAGE_KEY] === name) return item;
        return undefined;
      },
      // It was created once and may have been deleted since.
      retrieve: async (id) => ({ id }),
    };
  }

  /** An item with an amount has no product, so Stripe Tax would use the account's default code. */
  private async taxCodeOf(priceId: string): Promise<{ tax_code?: string }> {
    let product: Stripe.Price['product'];
    try {
      const price = await this.stripe.prices.retrieve(priceId, { expand: ['product'] });
      ({ product } = expectObject(price, 'price') as Stripe.Price);
    } catch (error) {
      // The price's tax code cannot be restored, and the usage must be billed.
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
        return {};
      throw error;
    }
    if (typeof product === 'string' || product.deleted || !product.tax_code) return {};
    return { tax_code: typeof product.tax_code === 'string' ? product.tax_code : product.tax_code.id };
  }

  /** Only Stripe's answer to this request proves that nothing was created: a wrong key, for example, fails everywhere. */
  private async create(
    params: Stripe.InvoiceItemCreateParams,
    idempotencyKey: string,
  ): Promise<Stripe.InvoiceItem> {
    try {
      return expectObject(await this.stripe.invoiceItems.create(params, { idempotencyKey }), 'invoiceitem');
    } catch (error) {
      if (!refuses(error)) throw error;
      throw new ChangeRefusedError(
        `Stripe refuses the invoice item: nothing was billed, and the usage is late again. Stripe says: ${error.message}`,
        error,
      );
    }
  }
}

const inSeconds = (time: Date): number => Math.floor(time.getTime() / 1_000);

/** Whether Stripe refused the request itself, so that nothing was created. */
function refuses(error: unknown): error is Error {
  return error instanceof Stripe.errors.StripeInvalidRequestError;
}
