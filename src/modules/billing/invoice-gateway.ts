import type { Amount, CataloguePrice } from '../../catalogue/index.js';

/** What a line bills by use. */
export interface BilledUsage {
  /** The provider's id of the meter. */
  providerMeter: string;
  priceId: string;
  /** Which tier of a graduated or volume price the line is of, from 1; null for any other. */
  tier: number | null;
}

export interface InvoiceLine {
  id: string;
  description: string;
  /** As text: it need not be whole. */
  quantity: string;
  /** Of one; null where there is no such amount, as for packages. */
  unitAmount: Amount | null;
  /** What is charged, in whole minor units; negative for a credit. */
  minorUnits: bigint;
  /** What it is for, UTC: `to` excluded. */
  from: Date;
  to: Date;
  /** Null for what is not billed by use. */
  usage: BilledUsage | null;
}

export const INVOICE_STATUSES = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

export interface Invoice {
  id: string;
  /** Null for a draft. */
  number: string | null;
  status: InvoiceStatus;
  customerId: string;
  /** Null for one that was made by hand. */
  subscriptionId: string | null;
  currency: string;
  /** The sum of the lines, in whole minor units. */
  minorUnits: bigint;
  /** UTC. */
  periodStart: Date;
  periodEnd: Date;
  /** The provider's page of it; null for a draft. */
  hostedUrl: string | null;
  /** Whether it becomes final, and is collected, by itself. */
  advances: boolean;
  /** What we did last with a draft; null: nothing. */
  hold: 'held' | 'released' | null;
  lines: readonly InvoiceLine[];
}

export interface InvoicePage {
  /** Newest first. */
  invoices: Invoice[];
  hasMore: boolean;
}

/** Invoices at the billing provider: port and injection token in one. Every method throws BillingUnavailableError. */
export abstract class InvoiceGateway {
  /** What the subscription's next invoice would be; `undefined` when there will be none. */
  abstract preview(subscriptionId: string): Promise<Invoice | undefined>;

  /** @param after the id of the last invoice of the page before. */
  abstract list(customerId: string, limit: number, after?: string): Promise<InvoicePage>;

  /** `undefined` when there is no such invoice. */
  abstract find(invoiceId: string): Promise<Invoice | undefined>;

  /** Keeps a draft from becoming final by itself. Safe to repeat; what was released, or is no draft any more, stays as it is. */
  abstract hold(invoiceId: string): Promise<void>;

  /** Has a draft become final by itself, when its time has come. Safe to repeat, as above. */
  abstract release(invoiceId: string): Promise<void>;

  /**
   * What a price charges: as the catalogue says when it is of the catalogue, else as the provider has it; `undefined`
   * when our words cannot say it.
   */
  abstract termsOf(priceId: string): Promise<CataloguePrice | undefined>;
}
