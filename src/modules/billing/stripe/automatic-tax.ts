import Stripe from 'stripe';
import type { Catalog } from '../../../catalog/index.js';

/** The tax parameters of a request that creates or changes a subscription. Without `automaticTax`, tax is left unchanged. */
export function automaticTax({ switches }: Catalog): { automatic_tax?: { enabled: true } } {
  return switches.automaticTax ? { automatic_tax: { enabled: true } } : {};
}

/**
 * Whether Stripe Tax cannot determine the customer's location: "customer_tax_location_invalid", on a subscription whose
 * customer has no address that it recognises. https://docs.stripe.com/tax/customer-locations
 */
export function lacksTaxLocation(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'customer_tax_location_invalid';
}
