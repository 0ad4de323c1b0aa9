import type Stripe from 'stripe';
import { metadataKeys } from './metadata-key.js';
import type { Wire } from '../wire/wire.js';

/** The objects as the twin keeps them. Most are what Stripe shows; where not, the comment says why. */
export type AccountRow = Wire<Stripe.Account>;
export type CustomerRow = Wire<Stripe.Customer>;
export type MeterRow = Wire<Stripe.Billing.Meter>;
export type ProductRow = Wire<Stripe.Product>;

/** A price with its tiers, which the view leaves out unless they are asked for. */
export type PriceRow = Wire<Stripe.Price> & { product: string };

/** `test_card` says how the card behaves; it is not shown. */
export type PaymentMethodRow = Omit<Wire<Stripe.PaymentMethod>, 'customer'> & {
  customer: string | null;
  test_card: string;
};

/** The secret is shown once, in the answer that creates the endpoint. */
export interface WebhookEndpointRow {
  id: string;
  secret: string;
  view: Wire<Stripe.WebhookEndpoint>;
}

export type SubscriptionView = Wire<Stripe.Subscription>;

export interface SubscriptionItemRow {
  id: string;
  created: number;
  /** Id of the price: what it says now is looked up when the item is shown. */
  price: string;
  /** Null for metered prices. */
  quantity: number | null;
  metadata: Record<string, string>;
  current_period_start: number;
  current_period_end: number;
}

/** The items by themselves: their prices can change after they were added. */
export type SubscriptionRow = Omit<SubscriptionView, 'customer' | 'items'> & {
  customer: string;
  items: SubscriptionItemRow[];
};

export function isEnded(row: SubscriptionRow): boolean {
  return row.status === 'canceled' || row.status === 'incomplete_expired';
}

export const customerIndexes = {
  email: (row: CustomerRow) => row.email,
  metadata: (row: CustomerRow) => metadataKeys(row.metadata),
};

export const priceIndexes = {
  lookup_key: (row: PriceRow) => row.lookup_key,
  product: (row: PriceRow) => row.product,
};

export const meterIndexes = { event_name: (row: MeterRow) => row.event_name };

export const paymentMethodIndexes = { customer: (row: PaymentMethodRow) => row.customer };

export const subscriptionIndexes = {
  customer: (row: SubscriptionRow) => row.customer,
  item: (row: SubscriptionRow) => row.items.map((item) => item.id),
  price: (row: SubscriptionRow) => row.items.map((item) => item.price),
};
