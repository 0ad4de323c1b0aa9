import type { LeftUsage } from '../../../subscriptions/index.js';
import type Stripe from 'stripe';

const PAGE = 100;

/**
 * Stripe's bill for a usage price that is left in the middle of a period: a pending invoice item for its totals at that
 * moment ("previously reported metered usage", docs.stripe.com, "Update prices mid-cycle").
 */
export class LeftPrice {
  private constructor(
    private readonly stripe: Stripe,
    private readonly customer: string,
    private readonly price: { id: string; meter: string },
    private readonly before: ReadonlySet<string>,
  ) {}

  /** @returns `undefined` when no price is left, or its quantity is one of packages. */
  static async before(
    stripe: Stripe,
    { customer, items }: Stripe.Subscription,
    changes: readonly Stripe.SubscriptionUpdateParams.Item[],
  ): Promise<LeftPrice | undefined> {
    const left = items.data.find(
      ({ id, price }) =>
        price.recurring?.usage_type === 'metered' &&
        changes.some((change) => change.id === id && change.price),
    )?.price;
    const meter = left?.recurring?.meter;
    if (!left || !meter || left.transform_quantity) return undefined;
    const customerId = typeof customer === 'string' ? customer : customer.id;
    const pending = await pendingItems(stripe, customerId, left.id);
    return new LeftPrice(stripe, customerId, { id: left.id, meter }, new Set(pending.map(({ id }) => id)));
  }

  /** To be called after the change. @returns `undefined` when Stripe has billed it already, on an immediate invoice. */
  async after(): Promise<LeftUsage | undefined> {
    const made = (await pendingItems(this.stripe, this.customer, this.price.id)).filter(
      ({ id }) => !this.before.has(id),
    );
    if (made.length === 0) return undefined;
    const units = made.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n);
    return { priceId: this.price.id, providerMeter: this.price.meter, units };
  }
}

async function pendingItems(
  stripe: Stripe,
  customer: string,
  priceId: string,
): Promise<Stripe.InvoiceItem[]> {
  const { data } = await stripe.invoiceItems.list({ customer, pending: true, limit: PAGE });
  return data.filter(({ pricing }) => {
    const price = pricing?.price_details?.price;
    return (typeof price === 'string' ? price : price?.id) === priceId;
  });
}
