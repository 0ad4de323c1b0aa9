import Stripe from 'stripe';
import type { Catalog } from '../../../catalog/index.js';

/** What a request that makes or changes a subscription says of tax. What the catalog does not want, it leaves alone. */
export function automaticTax({ switches }: Catalog): { automatic_tax?: { enabled: true } } {
  return switches.automaticTax ? { automatic_tax: { enabled: true } } : {};
}

/**
 * Whether Stripe Tax cannot work out where the customer is: "customer_tax_location_invalid", on a subscription whose
 * customer has no address that it recognises. https://docs.stripe.com/tax/customer-locations
 */
export function lacksTaxLocation(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'customer_tax_location_invalid';
}
