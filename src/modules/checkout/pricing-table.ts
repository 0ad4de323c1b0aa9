/** Stripe's script for `<stripe-pricing-table>`, or that of the Stripe emulator. */
export function pricingTableScript(stripeApiBase: string | undefined): string {
  return stripeApiBase === undefined
    ? 'https://js.stripe.com/v3/pricing-table.js'
    : `${new URL(stripeApiBase).origin}/_sandbox/pricing-table.js`;
}
