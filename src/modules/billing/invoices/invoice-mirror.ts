import { Injectable } from '@nestjs/common';
import { and, eq, gte, inArray, lt, lte, max, sql } from 'drizzle-orm';
import { Clock } from '../../../platform/clock/clock.js';
import { Database, type Sql } from '../../../platform/database/database.js';
import {
  type Invoice,
  InvoiceGateway,
  type InvoiceLine,
  type InvoicePage,
  type PendingUsage,
} from '../ports/invoice-gateway.js';
import { InvoiceHoldStore } from './invoice-hold-store.js';
import { mirroredInvoices, mirroredLines, type MirroredStatus } from './invoice-mirror.tables.js';

/** All invoices in the reconciliation's range (40 days) were created since; one day is a margin for clock skew. */
const REPAIRED_MS = 41 * 86_400_000;

/** A line of an invoice in the mirror, with the outcome of the invoice. */
export interface InvoicedLine {
  invoiceId: string;
  status: MirroredStatus;
  customerId: string;
  /** Both null for late usage. */
  priceId: string | null;
  providerMeter: string | null;
  from: Date;
  to: Date;
  /** Units, or packages of `packageSize` units each. */
  quantity: bigint;
  packageSize: number;
  minorUnits: bigint;
  /** The name of the late usage that it bills. */
  lateUsage: string | null;
  /** Of the whole invoice. */
  returned: Returned;
}

/** Refunds, credits and disputes of an invoice, in whole minor units. */
export interface Returned {
  currency: string;
  /** By credit notes. */
  credited: bigint;
  refunded: bigint;
  /** Disputes that are open or were lost. */
  disputed: bigint;
}

/**
 * A local mirror of what invoices bill: a webhook event fetches its invoice, once for holds and mirror, and a repair
 * lists all of the last 41 days, a hundred per request, so that lost events do no harm.
 */
@Injectable()
export class InvoiceMirror {
  constructor(
    private readonly gateway: InvoiceGateway,
    private readonly holds: InvoiceHoldStore,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Fetches and records an invoice; an older fetch that arrives later changes nothing.
   * @returns `undefined` when there is none: a draft that was deleted.
   * @throws {BillingUnavailableError}
   */
  async look(tx: Sql, invoiceId: string): Promise<Invoice | undefined> {
    const lookedAt = this.clock.now();
    const invoice = await this.gateway.find(invoiceId);
    if (invoice) await record(tx, invoice, lookedAt);
    else await markDeleted(tx, invoiceId, lookedAt);
    return invoice;
  }

  /** The same for a refund, dispute or credit note. @returns `undefined` when its invoice is not mirrored. */
  async lookAtReturn(tx: Sql, type: string, objectId: string): Promise<Invoice | undefined> {
    const back = await this.gateway.paymentReturn(type, objectId);
    if (!back) return undefined;
    const known = await tx.$count(mirroredInvoices, eq(mirroredInvoices.invoiceId, back.invoiceId));
    if (known === 0) return undefined;
    const invoice = await this.look(tx, back.invoiceId);
    const { refunded, disputed } = back;
    const values = {
      ...(refunded === undefined ? {} : { amountRefunded: refunded }),
      ...(disputed === undefined ? {} : { amountDisputed: disputed }),
    };
    if (Object.keys(values).length > 0)
      await tx.update(mirroredInvoices).set(values).where(eq(mirroredInvoices.invoiceId, back.invoiceId));
    return invoice;
  }

  /**
   * Lists and records the invoices of the last 41 days, or of one customer since `from`. Drafts no longer listed were
   * deleted.
   * @throws {BillingUnavailableError} what was listed until then stays.
   */
  async repair(scope: { customerId?: string; from?: Date } = {}): Promise<void> {
    const began = this.clock.now();
    const from = scope.from ?? new Date(began.getTime() - REPAIRED_MS);
    await this.writeAll(
      (after) => this.gateway.listSince(from, after, scope.customerId),
      // After a lost webhook event, this records that it is final.
      (tx, invoice) => this.holds.seeFinal(tx, invoice),
    );
    for (const id of await this.draftsNotSeen(began, from, scope.customerId))
      await this.database.slowTransaction((tx) => this.look(tx, id));
  }

  /**
   * Records the drafts of the last 41 days, and holds those not held yet.
   * @throws {BillingUnavailableError} what was listed until then stays.
   */
  async findDrafts(): Promise<void> {
    const from = new Date(this.clock.ms() - REPAIRED_MS);
    await this.writeAll(
      (after) => this.gateway.listDrafts(from, after),
      async (tx, invoice) => {
        if (invoice.subscriptionId !== null) await this.holds.recordDraft(tx, invoice);
      },
    );
  }

  private async writeAll(
    list: (after: string | undefined) => Promise<InvoicePage>,
    also: (tx: Sql, invoice: Invoice) => Promise<void>,
  ): Promise<void> {
    let after: string | undefined;
    for (let more = true; more;) {
      const lookedAt = this.clock.now();
      const { invoices, hasMore } = await list(after);
      await this.database.transaction(async (tx) => {
        const ours = await countedCustomers(tx, invoices);
        for (const invoice of invoices) {
          if (!ours.has(invoice.customerId)) continue;
          await record(tx, invoice, lookedAt);
          await also(tx, invoice);
        }
      });
      after = invoices.at(-1)?.id;
      more = hasMore && after !== undefined;
    }
  }

  /** The lines of those customers for periods that ended since then. */
  async lines(customerIds: readonly string[], since: Date): Promise<InvoicedLine[]> {
    return this.database.run((db) =>
      db
        .select({
          invoiceId: mirroredLines.invoiceId,
          status: mirroredInvoices.status,
          customerId: mirroredLines.customerId,
          priceId: mirroredLines.priceId,
          providerMeter: mirroredLines.providerMeter,
          from: mirroredLines.fromAt,
          to: mirroredLines.toAt,
          quantity: mirroredLines.quantity,
          packageSize: mirroredLines.packageSize,
          minorUnits: mirroredLines.minorUnits,
          lateUsage: mirroredLines.lateUsage,
          returned: {
            currency: mirroredInvoices.currency,
            credited: mirroredInvoices.amountCredited,
            refunded: mirroredInvoices.amountRefunded,
            disputed: mirroredInvoices.amountDisputed,
          },
        })
        .from(mirroredLines)
        .innerJoin(mirroredInvoices, eq(mirroredInvoices.invoiceId, mirroredLines.invoiceId))
        .where(and(inArray(mirroredLines.customerId, [...customerIds]), gte(mirroredLines.toAt, since))),
    );
  }

  /** When an invoice of those customers was last fetched, which each of its webhook events does; null: never. */
  async lookedAt(customerIds: readonly string[]): Promise<Date | null> {
    const [last] = await this.database.run((db) =>
      db
        .select({ at: max(mirroredInvoices.lookedAt) })
        .from(mirroredInvoices)
        .where(inArray(mirroredInvoices.customerId, [...customerIds])),
    );
    return last?.at ?? null;
  }

  /** The customer of an invoice; `undefined` when it was not fetched yet. */
  async customerOf(invoiceId: string): Promise<string | undefined> {
    const [found] = await this.database.run((db) =>
      db
        .select({ customerId: mirroredInvoices.customerId })
        .from(mirroredInvoices)
        .where(eq(mirroredInvoices.invoiceId, invoiceId)),
    );
    return found?.customerId;
  }

  /** Whether a period lies in a trial, in which nothing is charged. @throws {BillingUnavailableError} */
  isTrial(subscriptionId: string, periodEnd: Date): Promise<boolean> {
    return this.gateway.isTrial(subscriptionId, periodEnd);
  }

  /** See `InvoiceGateway.pendingUsage`. @throws {BillingUnavailableError} */
  pendingUsage(customerId: string): Promise<PendingUsage[]> {
    return this.gateway.pendingUsage(customerId);
  }

  private async draftsNotSeen(began: Date, from: Date, customerId: string | undefined): Promise<string[]> {
    const rows = await this.database.run((db) =>
      db
        .select({ id: mirroredInvoices.invoiceId })
        .from(mirroredInvoices)
        .where(
          and(
            eq(mirroredInvoices.status, 'draft'),
            lt(mirroredInvoices.lookedAt, began),
            customerId === undefined ? undefined : eq(mirroredInvoices.customerId, customerId),
            sql`${mirroredInvoices.createdAt} >= ${from.toISOString()}::timestamptz`,
          ),
        ),
    );
    return rows.map(({ id }) => id);
  }
}

type MirroredLine = Omit<typeof mirroredLines.$inferInsert, 'invoiceId' | 'customerId'>;

/** Customers whose usage we count: a Stripe account may have others. */
async function countedCustomers(tx: Sql, invoices: readonly Invoice[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(invoices.map(({ customerId }) => customerId))];
  const { rows } = await tx.execute<{ id: string }>(
    sql`select distinct customer_id as id from farebox.usage_periods where customer_id = any(${sql.param(ids)}::text[])`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Records an invoice as of the request to the provider. */
export async function record(tx: Sql, invoice: Invoice, lookedAt: Date): Promise<void> {
  const { id, customerId, subscriptionId, status, currency, createdAt, finalizedAt } = invoice;
  const { finalizationError, amountDue, amountPaid, amountCredited } = invoice;
  const values = {
    customerId,
    subscriptionId,
    status,
    currency,
    createdAt,
    finalizedAt,
    finalizationError: status === 'draft' ? finalizationError : null,
    amountDue,
    amountPaid,
    amountCredited,
    lookedAt,
  };
  const written = await tx
    .insert(mirroredInvoices)
    .values({ invoiceId: id, ...values })
    .onConflictDoUpdate({
      target: mirroredInvoices.invoiceId,
      set: values,
      setWhere: lte(mirroredInvoices.lookedAt, lookedAt),
    })
    .returning({ id: mirroredInvoices.invoiceId });
  if (written.length === 0) return;
  const lines = mirrored(invoice.lines).map((line) => ({ invoiceId: id, customerId, ...line }));
  await tx.delete(mirroredLines).where(eq(mirroredLines.invoiceId, id));
  if (lines.length > 0) await tx.insert(mirroredLines).values(lines);
}

async function markDeleted(tx: Sql, invoiceId: string, lookedAt: Date): Promise<void> {
  await tx
    .update(mirroredInvoices)
    .set({ status: 'deleted', lookedAt })
    .where(and(eq(mirroredInvoices.invoiceId, invoiceId), lte(mirroredInvoices.lookedAt, lookedAt)));
}

/** The lines that bill units; flat fees of the same price and time are added to the first of them. */
export function mirrored(lines: readonly InvoiceLine[]): MirroredLine[] {
  const keyOf = ({ usage, from, to }: InvoiceLine): string =>
    `${usage?.priceId} ${from.getTime()} ${to.getTime()}`;
  const fees = new Map<string, bigint>();
  for (const line of lines)
    if (line.usage && !line.usage.billed)
      fees.set(keyOf(line), (fees.get(keyOf(line)) ?? 0n) + line.minorUnits);
  return lines.flatMap((line): MirroredLine[] => {
    const { id, from, to, usage, lateUsage, minorUnits } = line;
    const common = { lineId: id, fromAt: from, toAt: to, lateUsage };
    if (lateUsage !== null)
      return [{ ...common, priceId: null, providerMeter: null, quantity: 0n, packageSize: 1, minorUnits }];
    if (!usage?.billed) return [];
    const fee = fees.get(keyOf(line)) ?? 0n;
    fees.delete(keyOf(line));
    const { priceId, providerMeter, billed } = usage;
    return [{ ...common, priceId, providerMeter, ...billed, minorUnits: minorUnits + fee }];
  });
}
