import type Stripe from 'stripe';
import type { CustomerRow, LineView } from '../state/rows.js';
import type { Twin } from '../twin.js';
import { invalid, type ApiError } from '../wire/api-error.js';
import { share, toNumber } from './money.js';

/** Whose country alone does not say how much tax is due: a postal code is needed too. */
const WITH_POSTAL_CODE = new Set(['US', 'CA']);

/** Stripe Tax asks for a location of every customer: the shipping address if there is one, else the billing address. */
function hasLocation(customer: Pick<CustomerRow, 'address' | 'shipping'> | undefined): boolean {
  return isRecognized(customer?.shipping?.address ?? customer?.address);
}

/** Whether tax can be worked out for the address. */
export function isRecognized(address: Partial<Stripe.Address> | null | undefined): boolean {
  if (!address?.country) return false;
  return !WITH_POSTAL_CODE.has(address.country) || Boolean(address.postal_code);
}

/** Whether tax can be worked out for the customer, as far as the settings say that this needs an address. */
export function isTaxable(twin: Pick<Twin, 'customers' | 'settings'>, customer: string): boolean {
  return !twin.settings.values.taxLocationRequired || hasLocation(twin.customers.get(customer));
}

/** Stripe's refusal of automatic tax without an address. */
export function unlocated(): ApiError {
  return invalid(
    "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
    undefined,
    'customer_tax_location_invalid',
  );
}

/** @throws {ApiError} 400 for automatic tax of a customer without a usable address */
export function checkTaxLocation(twin: Twin, customer: string, enabled: boolean | undefined): void {
  if (enabled && !isTaxable(twin, customer)) throw unlocated();
}

/** The line with its tax, on top of its amount. Nothing where the setting's percentage is 0. */
export function taxed(line: LineView, percent: number): LineView {
  // Two decimals: a share of ten thousand.
  const part = BigInt(Math.round(percent * 100));
  if (part === 0n) return line;
  const amount = toNumber(share(BigInt(line.amount), part, 10_000n));
  const tax: LineView['taxes'] = [
    {
      amount,
      tax_behavior: 'exclusive',
      tax_rate_details: null,
      taxability_reason: 'standard_rated',
      taxable_amount: line.amount,
      type: 'tax_rate_details',
    },
  ];
  return { ...line, taxes: tax };
}
