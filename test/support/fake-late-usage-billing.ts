import { ChangeRefusedError } from '../../src/modules/subscriptions/index.js';
import { type Amount, type CatalogPrice, parseAmount } from '../../src/catalog/index.js';
import { BillingUnavailableError } from '../../src/modules/billing/ports/billing-errors.js';
import {
  type BilledLate,
  type LateUsage,
  LateUsageBilling,
  type UsedPeriod,
} from '../../src/modules/billing/ports/late-usage-billing.js';

/** The next invoice in memory: what has a name is put on it once. */
export class FakeLateUsageBilling extends LateUsageBilling {
  readonly items: LateUsage[] = [];
  /** What happens to the next ones, one each. */
  readonly faults: ('lost before' | 'lost after' | 'refused')[] = [];
  invoiceComes = true;
  price = perUnit('0.105');
  readonly known = ['price_1'];

  override async termsOf({ priceId }: UsedPeriod): Promise<CatalogPrice> {
    if (!this.known.includes(priceId)) throw new ChangeRefusedError(`the price ${priceId} is unknown`);
    return this.price;
  }

  override async bill(usage: LateUsage): Promise<BilledLate> {
    const fault = this.faults.shift();
    if (fault === 'lost before') throw new BillingUnavailableError(new Error(fault));
    if (fault === 'refused') throw new ChangeRefusedError('Stripe refuses it');
    let place = this.items.findIndex(({ name }) => name === usage.name);
    if (place < 0) place = this.items.push(usage) - 1;
    if (fault === 'lost after') throw new BillingUnavailableError(new Error(fault));
    return { itemId: `ii_${place + 1}`, invoiceComes: this.invoiceComes };
  }
}

const TERMS = {
  currency: 'usd',
  billingPeriod: { interval: 'month', count: 1 },
  meter: 'calls',
  lookupKey: 'farebox:test',
} as const;

const dollars = (text: string): Amount => {
  const amount = parseAmount(text, 'usd');
  if (!amount) throw new Error(`${text} is no amount`);
  return amount;
};

/** So much a unit, in dollars. */
export const perUnit = (amount: string): CatalogPrice => ({
  ...TERMS,
  model: 'standard',
  unitAmount: dollars(amount),
});

export const packages = (amount: string, packageSize: number): CatalogPrice => ({
  ...TERMS,
  model: 'package',
  packageAmount: dollars(amount),
  packageSize,
});
