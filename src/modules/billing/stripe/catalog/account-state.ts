import { allPages } from '../stripe-client.js';
import Stripe from 'stripe';
import { PLAN_KEY } from '../subscription-state.js';
import { type HeldDestinations, readDestinations } from './event-destinations.js';

const PAGE = 100;
/** Stripe's limit of lookup keys per request. */
const KEYS_AT_ONCE = 10;

/** Fields that Stripe leaves out of a price unless they are requested. */
const EXPANDED = ['data.tiers', 'data.currency_options'];

/** The objects at Stripe that a catalog can describe. Includes archived ones. */
export interface AccountState {
  meters: readonly Stripe.Billing.Meter[];
  products: readonly Stripe.Product[];
  /** Prices of the requested products, and those with the lookup keys; with their tiers and other currencies. */
  prices: readonly Stripe.Price[];
  endpoints: readonly Stripe.WebhookEndpoint[];
}

/** The input of a comparison. */
export interface ComparedState extends AccountState {
  eventDestinations: HeldDestinations;
}

export interface Wanted {
  productIds: readonly string[];
  lookupKeys: readonly string[];
}

/** Reads the input of a comparison: our products and those of the file, and their prices. Changes nothing. */
export async function readForComparison(stripe: Stripe, wanted: Wanted): Promise<ComparedState> {
  const products = (await allPages(stripe.products.list({ limit: PAGE }))).filter(
    ({ id, metadata }) => wanted.productIds.includes(id) || metadata[PLAN_KEY] !== undefined,
  );
  const prices = new Map<string, Stripe.Price>();
  const keep = (price: Stripe.Price) => prices.set(price.id, price);
  const expand = EXPANDED;
  for (const { id } of products)
    for (const price of await allPages(stripe.prices.list({ product: id, limit: PAGE, expand }))) keep(price);
  for (let at = 0; at < wanted.lookupKeys.length; at += KEYS_AT_ONCE) {
    const lookup_keys = wanted.lookupKeys.slice(at, at + KEYS_AT_ONCE);
    for (const price of await allPages(stripe.prices.list({ lookup_keys, limit: PAGE, expand }))) keep(price);
  }
  return {
    ...(await readRest(stripe)),
    products,
    prices: [...prices.values()],
    eventDestinations: await readDestinations(stripe),
  };
}

/** Reads everything that an import needs. Changes nothing. */
export async function readForImport(stripe: Stripe): Promise<AccountState> {
  return {
    ...(await readRest(stripe)),
    products: await allPages(stripe.products.list({ active: true, limit: PAGE })),
    prices: await allPages(stripe.prices.list({ active: true, limit: PAGE, expand: EXPANDED })),
  };
}

async function readRest(stripe: Stripe): Promise<Pick<AccountState, 'meters' | 'endpoints'>> {
  return {
    meters: await allPages(stripe.billing.meters.list({ limit: PAGE })),
    endpoints: await allPages(stripe.webhookEndpoints.list({ limit: PAGE })),
  };
}

export function productOf({ product }: Stripe.Price): string {
  return typeof product === 'string' ? product : product.id;
}
