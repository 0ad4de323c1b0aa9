import {
  type Invoice,
  InvoiceGateway,
  type InvoiceLine,
  type InvoicePage,
  type PaymentReturn,
  type PendingUsage,
} from '../../src/modules/billing/ports/invoice-gateway.js';

/** The provider's invoices in memory: what is not asked for by the test is refused. */
export class FakeInvoices extends InvoiceGateway {
  /** By id. */
  readonly invoices = new Map<string, Invoice>();
  readonly pending: PendingUsage[] = [];
  readonly returns = new Map<string, PaymentReturn>();
  /** Subscriptions whose trials end then. */
  readonly trials = new Map<string, Date>();
  /** Drafts cannot be listed. */
  away = false;
  /** How many requests there were. */
  requests = 0;

  put(invoice: Partial<Invoice> & { id: string }): Invoice {
    const known = this.invoices.get(invoice.id) ?? EMPTY;
    const made = { ...known, ...invoice };
    this.invoices.set(invoice.id, made);
    return made;
  }

  empty(): void {
    this.invoices.clear();
    this.pending.length = 0;
    this.returns.clear();
    this.trials.clear();
    this.requests = 0;
    this.away = false;
  }

  override async find(invoiceId: string): Promise<Invoice | undefined> {
    this.requests++;
    return this.invoices.get(invoiceId);
  }

  /** Two on a page, newest first. */
  override async listSince(created: Date, after?: string, customerId?: string): Promise<InvoicePage> {
    this.requests++;
    const all = [...this.invoices.values()]
      .filter((one) => one.createdAt >= created && (!customerId || one.customerId === customerId))
      .toReversed();
    const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    return { invoices: all.slice(from, from + 2), hasMore: all.length > from + 2 };
  }

  override async listDrafts(created: Date, after?: string): Promise<InvoicePage> {
    if (this.away) throw new Error('the provider is away');
    const page = await this.listSince(created, after);
    return { ...page, invoices: page.invoices.filter(({ status }) => status === 'draft') };
  }

  override async pendingUsage(): Promise<PendingUsage[]> {
    this.requests++;
    return this.pending;
  }

  override async isTrial(subscriptionId: string, periodEnd: Date): Promise<boolean> {
    this.requests++;
    const end = this.trials.get(subscriptionId);
    return end !== undefined && end >= periodEnd;
  }

  override async paymentReturn(_type: string, objectId: string): Promise<PaymentReturn | undefined> {
    return this.returns.get(objectId);
  }

  override preview = refuse;
  override list = refuse;
  override lines = refuse;
  override hold = refuse;
  override release = refuse;
  override termsOf = refuse;
}

const refuse = (): never => {
  throw new Error('nothing is known of that here');
};

const EMPTY: Invoice = {
  id: '',
  number: null,
  status: 'draft',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  currency: 'usd',
  minorUnits: 0n,
  periodStart: new Date(0),
  periodEnd: new Date(0),
  hostedUrl: null,
  advances: true,
  hold: null,
  heldUntil: null,
  createdAt: new Date(0),
  finalizesAt: null,
  finalizedAt: null,
  finalizationError: null,
  amountDue: 0n,
  amountPaid: 0n,
  amountCredited: 0n,
  lines: [],
  moreLines: false,
};

let lines = 0;

/** A line that bills units at a price; `null` units for the flat fee of a tier. */
export function usageLine(
  units: bigint | null,
  { from, to }: { from: Date; to: Date },
  changed: Partial<InvoiceLine> & { priceId?: string; providerMeter?: string; packageSize?: number } = {},
): InvoiceLine {
  const { priceId = 'price_1', providerMeter = 'mtr_calls', packageSize = 1, ...rest } = changed;
  return {
    id: `il_${++lines}`,
    description: '',
    quantity: String(units ?? 1n),
    unitAmount: null,
    minorUnits: 0n,
    currency: 'usd',
    from,
    to,
    usage: {
      providerMeter,
      priceId,
      tier: null,
      billed: units === null ? null : { quantity: units, packageSize },
    },
    lateUsage: null,
    ...rest,
  };
}
