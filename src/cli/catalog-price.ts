import { Catalog, chargeFor, chargeTable } from '../catalog/index.js';
import { type OutputOptions, UsageError } from './output.js';
import { withTools } from './command-context.js';

/** Prints the charge for a quantity on a plan, as Stripe would bill it. Offline. */
export async function priceQuantity(plan: string, units: string, { json }: OutputOptions): Promise<void> {
  if (!/^\d{1,15}$/.test(units)) throw new UsageError('The quantity must be a whole number of 0 or more.');
  await withTools(async (tools) => {
    const { plans } = tools.get(Catalog);
    const found = plans.find(({ id }) => id === plan);
    if (!found)
      throw new UsageError(`No plan "${plan}". Available plans: ${plans.map(({ id }) => id).join(', ')}`);
    if ('stripePriceId' in found.price)
      throw new UsageError('STRIPE_PRICE_KEY is in use: the price is defined in Stripe only.');
    const charge = chargeFor(found.price, BigInt(units), found.baseFee);
    // Amounts are whole minor units; JSON numbers may not hold them exactly.
    const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
    console.log(json ? JSON.stringify(charge, text) : chargeTable(charge));
  });
}
