import { type CatalogPrice, chargeFor } from '../../../catalog/index.js';

/**
 * The price of late units, in whole minor units: the price of all usage less the price of the billed usage, each rounded
 * line by line as the provider's invoices are. So invoice and item together charge what one invoice would have. It may be
 * 0 (within a package), and less than 0: by volume, more units may cost less.
 * @param billed the units that invoices have, earlier late ones among them.
 */
export function latePrice(price: CatalogPrice, used: bigint, billed: bigint): bigint {
  return chargeFor(price, used).minorUnits - chargeFor(price, billed).minorUnits;
}
