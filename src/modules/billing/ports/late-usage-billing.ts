import type { CatalogPrice, TaxBehavior } from '../../../catalog/index.js';

/** Usage of a billing period whose invoice is final, to be billed as a line of the customer's next invoice. */
export interface LateUsage {
  /** A permanent name: it is billed once, also when requested again. */
  name: string;
  customerId: string;
  /** The meter's name in the catalog. */
  meter: string;
  /** The text for the customer. */
  description: string;
  /** Of the billing period, UTC: `endsAt` excluded. */
  startsAt: Date;
  endsAt: Date;
  /** Negative when too much was billed. */
  units: bigint;
  /** In whole minor units of `currency`; negative for a credit. */
  minorUnits: bigint;
  currency: string;
  taxBehavior: TaxBehavior | null;
  /** The draft to put it on; null: the customer's next invoice. */
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
  /** The provider's id of the item on the next invoice. */
  itemId: string;
  /** Whether the invoice is created automatically; otherwise the operator must create it. */
  invoiceComes: boolean;
}

/** Bills usage that is on no invoice: port and injection token in one. */
export abstract class LateUsageBilling {
  /**
   * The terms that a billing period was charged at, from the provider: neither the catalog nor a later price changes them.
   * @throws {ChangeRefusedError} when the period was free, or our terms cannot express its price; {BillingUnavailableError}
   */
  abstract termsOf(period: UsedPeriod): Promise<CatalogPrice>;

  /**
   * Puts late usage on the next invoice, once. The caller must ensure that one name is not billed concurrently.
   * @throws {ChangeRefusedError} when the provider refuses it: then nothing was created; {BillingUnavailableError} when
   *   the outcome is unknown: then it must be retried.
   */
  abstract bill(usage: LateUsage): Promise<BilledLate>;
}
