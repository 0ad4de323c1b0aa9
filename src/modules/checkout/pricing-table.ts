/** Stripe's script for `<stripe-pricing-table>`, or that of the Stripe emulator. */
export function pricingTableScript(apiBase: string | undefined): string {
  return apiBase === undefined
    ? 'https://js.stripe.com/v3/pricing-table.js'
    : `${new URL(apiBase).origin}/_sandbox/pricing-table.js`;
}
