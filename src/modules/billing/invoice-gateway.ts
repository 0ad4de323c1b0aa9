import type { Amount, CatalogPrice } from '../../catalog/index.js';

/** What a line bills by use. */
export interface BilledUsage {
  /** The provider's id of the meter. */
  providerMeter: string;
  priceId: string;
  /** Which tier of a graduated or volume price the line is of, from 1; null for any other. */
  tier: number | null;
  /** What it counts; null for the flat fee of a tier, which bills no units. */
  billed: BilledUnits | null;
}

/** A whole number of units, or of packages of `packageSize` units each, of which a started one is whole. */
export interface BilledUnits {
  quantity: bigint;
  /** 1 for units. */
  packageSize: number;
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
  currency: string;
  /** What it is for, UTC: `to` excluded. */
  from: Date;
  to: Date;
  /** Null for what is not billed by use. */
  usage: BilledUsage | null;
  /** The name of the late usage (`LateUsage.name`) that it bills; null for any other line. */
  lateUsage: string | null;
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
  /** Until when we held it; null when it is not held, or was by a version that kept it from advancing at all. */
  heldUntil: Date | null;
  createdAt: Date;
  /** When a draft becomes final by itself; null when it does not. */
  finalizesAt: Date | null;
  finalizedAt: Date | null;
  /** The provider's code of why it could not be made final when that was tried last; null otherwise. */
  finalizationError: string | null;
  /** In whole minor units. */
  amountDue: bigint;
  amountPaid: bigint;
  /** What credit notes take off it. */
  amountCredited: bigint;
  /** All of them, unless `moreLines`. */
  lines: readonly InvoiceLine[];
  /** There are more: `InvoiceGateway.lines` has them. Only of what `list` lists. */
  moreLines: boolean;
}

/** What came back of a payment, or is disputed, in whole minor units. */
export interface PaymentReturn {
  invoiceId: string;
  refunded?: bigint;
  /** What is in dispute now; 0 when it was won, or never was. */
  disputed?: bigint;
}

/** An invoice item that waits for an invoice, and bills use. */
export interface PendingUsage {
  priceId: string;
  from: Date;
  to: Date;
}

export interface InvoicePage {
  /** Newest first. */
  invoices: Invoice[];
  hasMore: boolean;
}

export interface InvoiceLinePage {
  lines: InvoiceLine[];
  hasMore: boolean;
}

/** Invoices at the billing provider: port and injection token in one. Every method throws BillingUnavailableError. */
export abstract class InvoiceGateway {
  /** What the subscription's next invoice would be; `undefined` when there will be none. */
  abstract preview(subscriptionId: string): Promise<Invoice | undefined>;

  /** With as many lines of each as one request shows. @param after the id of the last invoice of the page before. */
  abstract list(customerId: string, limit: number, after?: string): Promise<InvoicePage>;

  /** `undefined` when there is no such invoice. */
  abstract find(invoiceId: string): Promise<Invoice | undefined>;

  /**
   * The lines of an invoice, by one request; their tiers count from the page's first line. `undefined` when there is no
   * such invoice or line.
   * @param limit 100 at most.
   * @param after the id of the last line of the page before.
   */
  abstract lines(invoiceId: string, limit: number, after?: string): Promise<InvoiceLinePage | undefined>;

  /** Of all customers, or of one, that were made since then. @param after as above. */
  abstract listSince(created: Date, after?: string, customerId?: string): Promise<InvoicePage>;

  /** Drafts of all customers that were made since then. @param after as above. */
  abstract listDrafts(created: Date, after?: string): Promise<InvoicePage>;

  /**
   * Keeps a draft from becoming final by itself before that time, which is a deadline: it becomes final then, also when
   * this system is gone. A draft that would become final later anyway stays so. Safe to repeat; what was released, or
   * is no draft any more, stays as it is.
   */
  abstract hold(invoiceId: string, until: Date): Promise<void>;

  /** Has a draft become final by itself at its natural time, or a minute from `now` when that is over. Safe to repeat, as above. */
  abstract release(invoiceId: string, now: Date): Promise<void>;

  /** What a refund, a dispute or a credit note is about; `undefined` when that is no invoice. @param type of the event. */
  abstract paymentReturn(type: string, objectId: string): Promise<PaymentReturn | undefined>;

  /** The prices of usage, left in the middle of a period, that wait for the customer's next invoice. */
  abstract pendingUsage(customerId: string): Promise<PendingUsage[]>;

  /** Whether the subscription was in a trial at the end of a period: what was used in it is free. */
  abstract isTrial(subscriptionId: string, periodEnd: Date): Promise<boolean>;

  /**
   * What a price charges, as the provider has it, or the catalog where our words cannot say that; `undefined` when
   * neither says it.
   */
  abstract termsOf(priceId: string): Promise<CatalogPrice | undefined>;
}
