import type { Amount } from '../amount.js';
import type { Plan } from '../catalog.js';

/** Whether a plan bills nothing, however much is used. False for a price that was made elsewhere, as it is not known. */
export function costsNothing({ price, baseFee }: Plan): boolean {
  if ('stripePriceId' in price || (baseFee && !isZero(baseFee.amount))) return false;
  switch (price.model) {
    case 'standard':
      return isZero(price.unitAmount);
    case 'package':
      return isZero(price.packageAmount);
    case 'graduated':
    case 'volume':
      return price.tiers.every(
        ({ unitAmount, flatAmount }) => isZero(unitAmount) && (!flatAmount || isZero(flatAmount)),
      );
  }
}

const isZero = ({ picoMinorUnits }: Amount): boolean => picoMinorUnits === 0n;
