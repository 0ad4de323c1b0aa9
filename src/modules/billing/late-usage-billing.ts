import type { CatalogPrice, TaxBehavior } from '../../catalog/index.js';

/** Usage of a billing period whose invoice is final, to be billed as a line of the customer's next invoice. */
export interface LateUsage {
  /** Names it for ever: it is billed once, however often it is asked for. */
  name: string;
  customerId: string;
  /** The meter's name in the catalog. */
  meter: string;
  /** What the customer reads. */
  description: string;
  /** Of the billing period, UTC: `endsAt` excluded. */
  startsAt: Date;
  endsAt: Date;
  /** Less than 0 when too much was billed. */
  units: bigint;
  /** In whole minor units of `currency`; less than 0 is a credit. */
  minorUnits: bigint;
  currency: string;
  taxBehavior: TaxBehavior | null;
  /** The draft that it is to stand on; null: the customer's next invoice. */
  invoiceId: string | null;
  /** The provider's id of the price of the period. */
  priceId: string;
}

/** Where the usage of a billing period was billed. */
export interface UsedPeriod {
  subscriptionId: string;
  priceId: string;
  /** UTC. */
  endsAt: Date;
}

export interface BilledLate {
  /** The provider's id of what stands on the next invoice. */
  itemId: string;
  /** Whether the invoice is created automatically; otherwise the operator must create it. */
  invoiceComes: boolean;
}

/** Bills what no invoice has: port and injection token in one. */
export abstract class LateUsageBilling {
  /**
   * What a billing period was charged, as the provider has it: neither the catalog nor a later price changes it.
   * @throws {ChangeRefusedError} when the period was free, or our words cannot say its price; {BillingUnavailableError}
   */
  abstract termsOf(period: UsedPeriod): Promise<CatalogPrice>;

  /**
   * Puts late usage on the next invoice, once. The caller sees to it that one name is not billed twice at once.
   * @throws {ChangeRefusedError} when the provider will not have it: then there is nothing; {BillingUnavailableError}
   * when what became of it is unknown: then it is to be asked again.
   */
  abstract bill(usage: LateUsage): Promise<BilledLate>;
}
