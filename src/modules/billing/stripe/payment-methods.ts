import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { PaymentMethodState } from '../../../platform/identity/principal.js';
import { BilledPrices } from './invoices/billed-prices.js';
import { paymentMethodOf } from './payment-method.js';

const NOTHING = /^0+(\.0*)?$/;

/** Whether invoices of a subscription can be collected, or there will be nothing to collect. */
@Injectable()
export class PaymentMethods {
  constructor(private readonly prices: BilledPrices) {}

  /** As `paymentMethodOf`; a subscription whose prices cannot bill anything needs none, unless there is a debt. */
  async of(subscription: Stripe.Subscription, customer: Stripe.Customer): Promise<PaymentMethodState> {
    const state = paymentMethodOf(subscription, customer);
    if (state !== 'missing' || !OWES_NOTHING.has(subscription.status)) return state;
    return (await this.billsNothing(subscription)) ? 'not_needed' : state;
  }

  private async billsNothing({ items, currency }: Stripe.Subscription): Promise<boolean> {
    if (items.has_more) return false;
    for (const { price } of items.data) {
      // In another currency the amounts differ.
      if (price.currency !== currency) return false;
      // A subscription does not include the tiers.
      const full = price.billing_scheme === 'tiered' ? await this.prices.find(price.id) : price;
      if (!isFree(full)) return false;
    }
    return items.data.length > 0;
  }
}

const OWES_NOTHING: ReadonlySet<Stripe.Subscription.Status> = new Set(['active', 'trialing']);

function isFree({ billing_scheme, unit_amount_decimal, tiers }: Stripe.Price): boolean {
  if (billing_scheme !== 'tiered') return isNothing(unit_amount_decimal);
  return (
    tiers !== undefined &&
    tiers.length > 0 &&
    tiers.every(
      (tier) => isNothing(tier.unit_amount_decimal ?? '0') && isNothing(tier.flat_amount_decimal ?? '0'),
    )
  );
}

/** Null where the amount is not fixed. */
const isNothing = (decimal: unknown): boolean => decimal !== null && NOTHING.test(String(decimal));
