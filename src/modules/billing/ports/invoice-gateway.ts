import type { Amount, CatalogPrice } from '../../../catalog/index.js';

/** The usage that a line bills. */
export interface BilledUsage {
  /** The provider's id of the meter. */
  providerMeter: string;
  priceId: string;
  /** Which tier of a graduated or volume price the line is of, from 1; null for any other. */
  tier: number | null;
  /** The units it bills; null for the flat fee of a tier, which bills no units. */
  billed: BilledUnits | null;
}

/** A whole number of units, or of packages of `packageSize` units each; partial packages count as full. */
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
  /** Per unit; null when there is no such amount, as for packages. */
  unitAmount: Amount | null;
  /** The charge, in whole minor units; negative for a credit. */
  minorUnits: bigint;
  currency: string;
  /** The time it covers, UTC: `to` excluded. */
  from: Date;
  to: Date;
  /** Null when the line does not bill usage. */
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
  /** Null for a manual invoice. */
  subscriptionId: string | null;
  currency: string;
  /** The sum of the lines, in whole minor units. */
  minorUnits: bigint;
  /** UTC. */
  periodStart: Date;
  periodEnd: Date;
  /** The provider's page for it; null for a draft. */
  hostedUrl: string | null;
  /** Whether it becomes final, and is collected, automatically. */
  advances: boolean;
  /** Our last action on a draft; null: none. */
  hold: 'held' | 'released' | null;
  /** The end of our hold; null when it is not held, or was held by a version that stopped it from advancing at all. */
  heldUntil: Date | null;
  createdAt: Date;
  /** When a draft becomes final automatically; null when it does not. */
  finalizesAt: Date | null;
  finalizedAt: Date | null;
  /** The provider's error code of the last failed finalization; null otherwise. */
  finalizationError: string | null;
  /** In whole minor units. */
  amountDue: bigint;
  amountPaid: bigint;
  /** The reduction by credit notes. */
  amountCredited: bigint;
  /** All lines, unless `moreLines`. */
  lines: readonly InvoiceLine[];
  /** There are more lines: `InvoiceGateway.lines` returns them. Only on invoices from `list`. */
  moreLines: boolean;
}

/** Refunds and disputes of a payment, in whole minor units. */
export interface PaymentReturn {
  invoiceId: string;
  refunded?: bigint;
  /** The amount in dispute now; 0 when the dispute was won, or there never was one. */
  disputed?: bigint;
}

/** A pending invoice item that bills usage. */
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
  /** The subscription's upcoming invoice; `undefined` when there will be none. */
  abstract preview(subscriptionId: string): Promise<Invoice | undefined>;

  /** With as many lines of each as one request returns. @param after the id of the last invoice of the page before. */
  abstract list(customerId: string, limit: number, after?: string): Promise<InvoicePage>;

  /** `undefined` when there is no such invoice. */
  abstract find(invoiceId: string): Promise<Invoice | undefined>;

  /**
   * The lines of an invoice, in one request; their tiers count from the page's first line. `undefined` when there is no
   * such invoice or line.
   * @param limit 100 at most.
   * @param after the id of the last line of the page before.
   */
  abstract lines(invoiceId: string, limit: number, after?: string): Promise<InvoiceLinePage | undefined>;

  /** Of all customers, or of one, created since then. @param after as above. */
  abstract listSince(created: Date, after?: string, customerId?: string): Promise<InvoicePage>;

  /** Drafts of all customers created since then. @param after as above. */
  abstract listDrafts(created: Date, after?: string): Promise<InvoicePage>;

  /**
   * Keeps a draft from becoming final before that time, which is a deadline: it becomes final then, even when this
   * system is down. A draft that would become final later anyway is unchanged. Safe to repeat; a released draft, or an
   * invoice that is no longer a draft, is unchanged.
   */
  abstract hold(invoiceId: string, until: Date): Promise<void>;

  /** Makes a draft final at its natural time, or a minute from `now` when that is over. Safe to repeat, as above. */
  abstract release(invoiceId: string, now: Date): Promise<void>;

  /** The payment return of a refund, dispute or credit note; `undefined` when it is for no invoice. @param type of the event. */
  abstract paymentReturn(type: string, objectId: string): Promise<PaymentReturn | undefined>;

  /** Usage at prices left in the middle of a period that is pending for the customer's next invoice. */
  abstract pendingUsage(customerId: string): Promise<PendingUsage[]>;

  /** Whether the subscription was in a trial at the end of a period: usage in it is free. */
  abstract isTrial(subscriptionId: string, periodEnd: Date): Promise<boolean>;

  /**
   * The terms of a price, from the provider, or from the catalog when our terms cannot express those; `undefined` when
   * neither gives them.
   */
  abstract termsOf(priceId: string): Promise<CatalogPrice | undefined>;
}
